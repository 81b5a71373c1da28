package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.registerWeb;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.sqs.model.Message;

/** Events stay in their queue until a reader deletes them, also when the process is killed. */
class KilledEventsTest {
  private static final int ROUNDS = 4;
  private static final String QUEUE = "events";

  @TempDir private Path folder;

  private final ObjectMapper mapper = new ObjectMapper();

  /** Ids of messages with an answered deletion. */
  private final Set<String> deleted = new ConcurrentSkipListSet<>();

  /** Task and version of each event that was received. */
  private final Set<String> received = new ConcurrentSkipListSet<>();

  /** Messages that were received after their deletion was answered. */
  private final Set<String> risen = new ConcurrentSkipListSet<>();

  @Test
  void noEventIsLostAndNoneThatWasDeletedComesAgain() throws Exception {
    Random random = new Random(5);
    for (int round = 0; round < ROUNDS; round++) {
      try (LocalEcsProcess process = start()) {
        if (round == 0) {
          process.client().createCluster(c -> c.clusterName("shop"));
          registerWeb(process.client());
        }
        workUntilKilled(process, 5 + random.nextInt(100));
      }
    }
    try (LocalEcsProcess process = start()) {
      process.advance("PT5M");
      while (read(process)) {
        // Read until the queue is empty.
      }
      for (Task task : tasks(process)) {
        assertThat(received)
            .containsAll(
                IntStream.rangeClosed(1, task.version().intValue())
                    .mapToObj(version -> task.taskArn() + " " + version)
                    .toList());
      }
      assertThat(tasks(process)).isNotEmpty();
    }
    assertThat(risen).isEmpty();
    assertThat(deleted).isNotEmpty();
  }

  private LocalEcsProcess start() throws IOException {
    return new LocalEcsProcess(folder.resolve("world"), "--events-queue=" + QUEUE);
  }

  private static List<Task> tasks(LocalEcsProcess process) {
    List<String> arns =
        process.client().listTasks(l -> l.cluster("shop").maxResults(100)).taskArns();
    return process.client().describeTasks(d -> d.cluster("shop").tasks(arns)).tasks();
  }

  /** One thread runs tasks and moves the clock, another reads; the process is killed in between. */
  private void workUntilKilled(LocalEcsProcess process, int answers) throws InterruptedException {
    CountDownLatch left = new CountDownLatch(answers);
    try (ExecutorService workers = Executors.newFixedThreadPool(2)) {
      workers.execute(
          () ->
              untilGone(
                  () -> {
                    process
                        .client()
                        .runTask(
                            r ->
                                r.cluster("shop")
                                    .taskDefinition("web")
                                    .launchType("FARGATE")
                                    .networkConfiguration(Fixtures.NETWORK));
                    left.countDown();
                    process.advance("PT7S");
                  }));
      workers.execute(
          () ->
              untilGone(
                  () -> {
                    read(process);
                    left.countDown();
                  }));
      left.await();
      process.kill();
    }
  }

  @FunctionalInterface
  private interface Work {
    void once() throws IOException;
  }

  private static void untilGone(Work work) {
    try {
      while (true) {
        work.once();
      }
    } catch (SdkException | IOException e) {
      // The process is gone.
    }
  }

  /** Reads some messages and deletes them; answers whether there were any. */
  private boolean read(LocalEcsProcess process) throws IOException {
    String url = process.sqs().getQueueUrl(g -> g.queueName(QUEUE)).queueUrl();
    // Visible again at once: where the deletion is lost with the process, the next one reads it.
    List<Message> messages =
        process
            .sqs()
            .receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(10).visibilityTimeout(0))
            .messages();
    for (Message message : messages) {
      if (deleted.contains(message.messageId())) {
        risen.add(message.messageId());
      }
      JsonNode detail = mapper.readTree(message.body()).path("detail");
      if (detail.has("taskArn")) {
        received.add(detail.get("taskArn").asText() + " " + detail.get("version").asInt());
      }
      process.sqs().deleteMessage(d -> d.queueUrl(url).receiptHandle(message.receiptHandle()));
      deleted.add(message.messageId());
    }
    return !messages.isEmpty();
  }
}
