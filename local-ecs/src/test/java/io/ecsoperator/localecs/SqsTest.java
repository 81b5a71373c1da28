package io.ecsoperator.localecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchEntryIdsNotDistinctException;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageNotInflightException;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.QueueNameExistsException;
import software.amazon.awssdk.services.sqs.model.ReceiptHandleIsInvalidException;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** Queues as the SDK's own client sees them. */
class SqsTest {
  /** The client of the endpoint, over HTTP or in process. */
  enum Way {
    IN_PROCESS,
    OVER_HTTP
  }

  private final LocalEcs ecs = LocalEcs.start(LocalEcsOptions.defaults());

  @AfterEach
  void stop() {
    ecs.close();
  }

  private SqsClient client(Way way) {
    return switch (way) {
      case IN_PROCESS -> ecs.sqsClient();
      case OVER_HTTP ->
          SqsClient.builder()
              .httpClientBuilder(Apache5HttpClient.builder())
              .endpointOverride(ecs.url())
              .region(Region.US_EAST_1)
              .credentialsProvider(
                  StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
              .build();
    };
  }

  @ParameterizedTest
  @EnumSource
  void aMessageIsReceivedUntilItIsDeleted(Way way) {
    try (SqsClient client = client(way)) {
      String queue = client.createQueue(c -> c.queueName("jobs")).queueUrl();
      assertThat(queue).endsWith("/123456789012/jobs");
      assertThat(client.getQueueUrl(g -> g.queueName("jobs")).queueUrl()).isEqualTo(queue);
      String sent = client.sendMessage(s -> s.queueUrl(queue).messageBody("héllo")).messageId();

      Message first = receive(client, queue);
      assertThat(first.messageId()).isEqualTo(sent);
      assertThat(first.body()).isEqualTo("héllo");
      assertThat(client.receiveMessage(r -> r.queueUrl(queue)).messages()).isEmpty();
      assertThat(count(client, queue, "ApproximateNumberOfMessagesNotVisible")).isEqualTo("1");

      client.changeMessageVisibility(
          c -> c.queueUrl(queue).receiptHandle(first.receiptHandle()).visibilityTimeout(0));
      Message second = receive(client, queue);
      assertThat(second.receiptHandle()).isNotEqualTo(first.receiptHandle());
      assertThat(second.attributes())
          .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "2");

      client.deleteMessage(d -> d.queueUrl(queue).receiptHandle(first.receiptHandle()));
      assertThat(count(client, queue, "ApproximateNumberOfMessagesNotVisible")).isEqualTo("1");
      client.deleteMessage(d -> d.queueUrl(queue).receiptHandle(second.receiptHandle()));
      assertThat(count(client, queue, "ApproximateNumberOfMessagesNotVisible")).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLongPollEndsWhenAMessageComes(Way way) {
    try (SqsClient client = client(way)) {
      String queue = client.createQueue(c -> c.queueName("jobs")).queueUrl();
      CompletableFuture<List<Message>> poll =
          CompletableFuture.supplyAsync(
              () -> client.receiveMessage(r -> r.queueUrl(queue).waitTimeSeconds(20)).messages());

      client.sendMessage(s -> s.queueUrl(queue).messageBody("now"));

      assertThat(poll.join()).extracting(Message::body).containsExactly("now");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHiddenMessageComesBackWhenItsTimeIsOver(Way way) {
    try (SqsClient client = client(way)) {
      String queue = client.createQueue(c -> c.queueName("jobs")).queueUrl();
      client.sendMessage(s -> s.queueUrl(queue).messageBody("again"));
      assertThat(client.receiveMessage(r -> r.queueUrl(queue).visibilityTimeout(1)).messages())
          .hasSize(1);

      assertThat(client.receiveMessage(r -> r.queueUrl(queue).waitTimeSeconds(20)).messages())
          .extracting(Message::body)
          .containsExactly("again");
    }
  }

  @ParameterizedTest
  @EnumSource
  void attributesTravelAlongAndTheirDigestsFit(Way way) {
    try (SqsClient client = client(way)) {
      String queue = client.createQueue(c -> c.queueName("jobs")).queueUrl();
      Map<String, MessageAttributeValue> attributes =
          Map.of(
              "kind", MessageAttributeValue.builder().dataType("String").stringValue("é").build(),
              "count", MessageAttributeValue.builder().dataType("Number").stringValue("7").build(),
              "raw",
                  MessageAttributeValue.builder()
                      .dataType("Binary")
                      .binaryValue(SdkBytes.fromUtf8String("bytes"))
                      .build());
      client.sendMessage(s -> s.queueUrl(queue).messageBody("x").messageAttributes(attributes));

      assertThat(receive(client, queue).messageAttributes()).isEqualTo(attributes);
    }
  }

  @ParameterizedTest
  @EnumSource
  void batchesAnswerForEachEntry(Way way) {
    try (SqsClient client = client(way)) {
      String queue = client.createQueue(c -> c.queueName("jobs")).queueUrl();
      var sent =
          client.sendMessageBatch(
              s ->
                  s.queueUrl(queue)
                      .entries(entry("a", "one"), entry("b", ""), entry("c", "three")));
      assertThat(sent.successful()).extracting(e -> e.id()).containsExactly("a", "c");
      assertThat(sent.failed())
          .extracting(BatchResultErrorEntry::id, BatchResultErrorEntry::senderFault)
          .containsExactly(tuple("b", true));

      List<Message> received =
          client.receiveMessage(r -> r.queueUrl(queue).maxNumberOfMessages(10)).messages();
      assertThat(received).extracting(Message::body).containsExactly("one", "three");
      var deleted =
          client.deleteMessageBatch(
              d ->
                  d.queueUrl(queue)
                      .entries(
                          received.stream()
                              .map(
                                  message ->
                                      DeleteMessageBatchRequestEntry.builder()
                                          .id(message.messageId())
                                          .receiptHandle(message.receiptHandle())
                                          .build())
                              .toList()));
      assertThat(deleted.successful()).hasSize(2);
      assertThatThrownBy(
              () ->
                  client.sendMessageBatch(
                      s -> s.queueUrl(queue).entries(entry("a", "1"), entry("a", "2"))))
          .isInstanceOf(BatchEntryIdsNotDistinctException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesWhatSqsRefuses(Way way) {
    try (SqsClient client = client(way)) {
      assertThatThrownBy(() -> client.getQueueUrl(g -> g.queueName("none")))
          .isInstanceOf(QueueDoesNotExistException.class)
          .satisfies(
              e ->
                  assertThat(((SqsException) e).awsErrorDetails().errorCode())
                      .isEqualTo("AWS.SimpleQueueService.NonExistentQueue"));
      String queue = client.createQueue(c -> c.queueName("jobs")).queueUrl();
      assertThat(client.createQueue(c -> c.queueName("jobs")).queueUrl()).isEqualTo(queue);
      assertThatThrownBy(
              () ->
                  client.createQueue(
                      c ->
                          c.queueName("jobs")
                              .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "5"))))
          .isInstanceOf(QueueNameExistsException.class);
      assertThatThrownBy(
              () -> client.deleteMessage(d -> d.queueUrl(queue).receiptHandle("garbage")))
          .isInstanceOf(ReceiptHandleIsInvalidException.class);
      assertThatThrownBy(
              () -> client.receiveMessage(r -> r.queueUrl(queue).maxNumberOfMessages(11)))
          .hasMessageContaining("Must be between 1 and 10");
      client.sendMessage(s -> s.queueUrl(queue).messageBody("x"));
      Message message = receive(client, queue);
      client.deleteMessage(d -> d.queueUrl(queue).receiptHandle(message.receiptHandle()));
      assertThatThrownBy(
              () ->
                  client.changeMessageVisibility(
                      c ->
                          c.queueUrl(queue)
                              .receiptHandle(message.receiptHandle())
                              .visibilityTimeout(5)))
          .isInstanceOf(MessageNotInflightException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void purgedAndDeletedQueuesAreEmptyAndGone(Way way) {
    try (SqsClient client = client(way)) {
      String queue = client.createQueue(c -> c.queueName("jobs")).queueUrl();
      client.sendMessage(s -> s.queueUrl(queue).messageBody("x"));
      client.purgeQueue(p -> p.queueUrl(queue));
      assertThat(count(client, queue, "ApproximateNumberOfMessages")).isEqualTo("0");
      assertThat(client.listQueues(l -> l.queueNamePrefix("jo")).queueUrls())
          .containsExactly(queue);

      client.deleteQueue(d -> d.queueUrl(queue));
      assertThat(client.listQueues().queueUrls()).isEmpty();
      assertThatThrownBy(() -> client.receiveMessage(r -> r.queueUrl(queue)))
          .isInstanceOf(QueueDoesNotExistException.class);
    }
  }

  private static SendMessageBatchRequestEntry entry(String id, String body) {
    return SendMessageBatchRequestEntry.builder().id(id).messageBody(body).build();
  }

  private static Message receive(SqsClient client, String queue) {
    return client
        .receiveMessage(
            r ->
                r.queueUrl(queue)
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                    .messageAttributeNames("All"))
        .messages()
        .getFirst();
  }

  private static String count(SqsClient client, String queue, String name) {
    return client
        .getQueueAttributes(
            g -> g.queueUrl(queue).attributeNames(QueueAttributeName.fromValue(name)))
        .attributesAsStrings()
        .get(name);
  }
}
