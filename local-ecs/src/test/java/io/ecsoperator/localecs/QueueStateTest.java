package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.registerWeb;
import static io.ecsoperator.localecs.Fixtures.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.localecs.world.WorldClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** Queues and events in a state file. */
class QueueStateTest {
  private static final String QUEUE = "events";

  private final ObjectMapper mapper = new ObjectMapper();

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void file() {
    file = folder.resolve("world");
  }

  private static LocalEcsOptions options() {
    return LocalEcsOptions.defaults().withClock(WorldClock.virtual());
  }

  private LocalEcs start() {
    return LocalEcs.start(options().withState(file));
  }

  private static String url(SqsClient sqs) {
    return sqs.getQueueUrl(g -> g.queueName(QUEUE)).queueUrl();
  }

  private static List<Message> receive(SqsClient sqs) {
    return sqs.receiveMessage(
            r ->
                r.queueUrl(url(sqs))
                    .maxNumberOfMessages(10)
                    .messageAttributeNames("All")
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
        .messages();
  }

  /** Reads and deletes all messages. */
  private static List<String> drain(SqsClient sqs) {
    List<String> bodies = new ArrayList<>();
    for (List<Message> some = receive(sqs); !some.isEmpty(); some = receive(sqs)) {
      for (Message message : some) {
        bodies.add(message.body());
        sqs.deleteMessage(d -> d.queueUrl(url(sqs)).receiptHandle(message.receiptHandle()));
      }
    }
    return bodies;
  }

  private static Map<QueueAttributeName, String> attributes(SqsClient sqs) {
    return sqs.getQueueAttributes(g -> g.queueUrl(url(sqs)).attributeNames(QueueAttributeName.ALL))
        .attributes();
  }

  @Test
  void queuesAndMessagesAreAsTheyWere() {
    Map<QueueAttributeName, String> before;
    String handle;
    try (LocalEcs ecs = start()) {
      SqsClient sqs = ecs.sqsClient();
      sqs.createQueue(
          c ->
              c.queueName(QUEUE)
                  .attributes(Map.of(QueueAttributeName.MESSAGE_RETENTION_PERIOD, "600")));
      sqs.setQueueAttributes(
          s ->
              s.queueUrl(url(sqs))
                  .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "600")));
      sqs.sendMessage(s -> s.queueUrl(url(sqs)).messageBody("in flight"));
      handle = receive(sqs).getFirst().receiptHandle();
      sqs.sendMessage(s -> s.queueUrl(url(sqs)).messageBody("deleted"));
      String deleted = receive(sqs).getFirst().receiptHandle();
      sqs.deleteMessage(d -> d.queueUrl(url(sqs)).receiptHandle(deleted));
      sqs.sendMessage(
          s ->
              s.queueUrl(url(sqs))
                  .messageBody("first\nsecond")
                  .messageAttributes(
                      Map.of(
                          "kind",
                          MessageAttributeValue.builder()
                              .dataType("String")
                              .stringValue("late")
                              .build())));
      before = attributes(sqs);
    }
    try (LocalEcs ecs = start()) {
      SqsClient sqs = ecs.sqsClient();
      assertThat(attributes(sqs))
          .isEqualTo(before)
          .containsEntry(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "1")
          .containsEntry(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE, "1")
          .containsEntry(QueueAttributeName.VISIBILITY_TIMEOUT, "600");
      assertThat(receive(sqs))
          .singleElement()
          .satisfies(
              message -> {
                assertThat(message.body()).isEqualTo("first\nsecond");
                assertThat(message.messageAttributes().get("kind").stringValue()).isEqualTo("late");
                assertThat(
                        message
                            .attributes()
                            .get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT))
                    .isEqualTo("1");
              });
      sqs.changeMessageVisibility(
          c -> c.queueUrl(url(sqs)).receiptHandle(handle).visibilityTimeout(0));
      assertThat(drain(sqs)).containsExactly("in flight");
    }
  }

  @Test
  void purgedAndDeletedQueuesStaySo() {
    try (LocalEcs ecs = start()) {
      SqsClient sqs = ecs.sqsClient();
      ecs.sendEventsTo("gone");
      String gone = sqs.getQueueUrl(g -> g.queueName("gone")).queueUrl();
      sqs.sendMessage(s -> s.queueUrl(gone).messageBody("gone with it"));
      sqs.deleteQueue(d -> d.queueUrl(gone));
      sqs.createQueue(c -> c.queueName(QUEUE));
      sqs.sendMessage(s -> s.queueUrl(url(sqs)).messageBody("purged"));
      sqs.purgeQueue(p -> p.queueUrl(url(sqs)));
    }
    try (LocalEcs ecs = start()) {
      SqsClient sqs = ecs.sqsClient();
      assertThat(drain(sqs)).isEmpty();
      assertThatThrownBy(() -> sqs.getQueueUrl(g -> g.queueName("gone")))
          .isInstanceOf(QueueDoesNotExistException.class);
      sqs.createQueue(c -> c.queueName("gone"));
      assertThat(sqs.receiveMessage(r -> r.queueUrl("http://local-ecs/1/gone")).messages())
          .isEmpty();
    }
  }

  private static void live(LocalEcs ecs) {
    EcsClient client = ecs.client();
    client.createCluster(c -> c.clusterName("shop"));
    registerWeb(client);
    client.createService(service(2).build());
    ecs.advance(Duration.ofSeconds(30));
  }

  @Test
  void eventsGoOnWhereTheyStoodAndThoseOfThePastAreNotDeliveredAgain() {
    LocalEcsOptions options = options().withEventsQueue(QUEUE);
    List<String> events = new ArrayList<>();
    List<String> expected;
    try (LocalEcs unbroken = LocalEcs.start(options)) {
      live(unbroken);
      unbroken.advance(Duration.ofMinutes(5));
      expected = drain(unbroken.sqsClient());
    }
    try (LocalEcs ecs = LocalEcs.start(options.withState(file))) {
      live(ecs);
      events.addAll(drain(ecs.sqsClient()));
    }
    assertThat(events).isNotEmpty();
    // The rule is in the file: no caller has to name the queue again.
    try (LocalEcs ecs = start()) {
      assertThat(drain(ecs.sqsClient())).isEmpty();
      ecs.advance(Duration.ofMinutes(5));
      events.addAll(drain(ecs.sqsClient()));
    }
    assertThat(events).isEqualTo(expected);
  }

  @Test
  void idsOfMessagesComeFromTheSeedAndAreNeverUsedTwice() {
    List<String> unbroken = new ArrayList<>();
    try (LocalEcs ecs = LocalEcs.start(options())) {
      ecs.sqsClient().createQueue(c -> c.queueName(QUEUE));
      unbroken.addAll(List.of(send(ecs), send(ecs), send(ecs)));
    }
    List<String> broken = new ArrayList<>();
    try (LocalEcs ecs = start()) {
      ecs.sqsClient().createQueue(c -> c.queueName(QUEUE));
      broken.addAll(List.of(send(ecs), send(ecs)));
      drain(ecs.sqsClient());
    }
    try (LocalEcs ecs = start()) {
      broken.add(send(ecs));
    }
    assertThat(broken).isEqualTo(unbroken).doesNotHaveDuplicates();
  }

  private static String send(LocalEcs ecs) {
    SqsClient sqs = ecs.sqsClient();
    return sqs.sendMessage(s -> s.queueUrl(url(sqs)).messageBody("hello")).messageId();
  }

  @Test
  void whatAnEventReportedIsStillSoAfterTheProcessWasKilled() throws IOException {
    LocalEcsOptions fast =
        LocalEcsOptions.defaults().withClock(WorldClock.scaled(1000)).withEventsQueue(QUEUE);
    Path killed = folder.resolve("killed");
    Map<String, Long> versions = new HashMap<>();
    try (LocalEcs ecs = LocalEcs.start(fast.withState(file))) {
      EcsClient client = ecs.client();
      client.createCluster(c -> c.clusterName("shop"));
      registerWeb(client);
      client.createService(service(2).build());
      SqsClient sqs = ecs.sqsClient();
      // No call reads the world meanwhile.
      while (versions.values().stream().noneMatch(version -> version >= 4)) {
        for (String body : drain(sqs)) {
          JsonNode detail = mapper.readTree(body).path("detail");
          if (detail.has("taskArn")) {
            versions.merge(
                detail.get("taskArn").asText(), detail.get("version").asLong(), Math::max);
          }
        }
      }
      // The state file as a process that is killed now leaves it.
      Files.copy(file, killed);
    }
    try (LocalEcs ecs = LocalEcs.start(options().withState(killed))) {
      assertThat(
              ecs.client().describeTasks(d -> d.cluster("shop").tasks(versions.keySet())).tasks())
          .hasSameSizeAs(versions.keySet())
          .allSatisfy(
              task ->
                  assertThat(task.version()).isGreaterThanOrEqualTo(versions.get(task.taskArn())));
    }
  }

  @Test
  void messagesThatAreGoneTakeNoRoomInTheFile() throws IOException {
    String large = "x".repeat(100_000);
    try (LocalEcs ecs = start()) {
      SqsClient sqs = ecs.sqsClient();
      sqs.createQueue(c -> c.queueName(QUEUE));
      sqs.sendMessage(s -> s.queueUrl(url(sqs)).messageBody("stays").delaySeconds(900));
      for (int i = 0; i < 20; i++) {
        sqs.sendMessageBatch(
            s ->
                s.queueUrl(url(sqs))
                    .entries(
                        SendMessageBatchRequestEntry.builder().id("a").messageBody(large).build(),
                        SendMessageBatchRequestEntry.builder().id("b").messageBody(large).build()));
        drain(sqs);
      }
      assertThat(Files.size(file)).isLessThan(2_000_000);
    }
    try (LocalEcs ecs = start()) {
      assertThat(attributes(ecs.sqsClient()))
          .containsEntry(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED, "1")
          .containsEntry(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "0");
    }
  }

  @Test
  void aResetEmptiesQueuesToo() {
    try (LocalEcs ecs = LocalEcs.start(options().withEventsQueue(QUEUE).withState(file))) {
      live(ecs);
      ecs.reset();
    }
    try (LocalEcs ecs = start()) {
      assertThat(ecs.sqsClient().listQueues().queueUrls()).isEmpty();
      ecs.sendEventsTo(QUEUE);
      live(ecs);
      assertThat(drain(ecs.sqsClient())).isNotEmpty();
    }
  }
}
