package io.ecsoperator.operator.aws;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsClientBuilder;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;

/** A queue of SQS. */
public final class SqsQueue implements MessageQueue, AutoCloseable {
  private static final Duration CALL = Duration.ofSeconds(10);

  private final SqsClient client;
  private final String url;

  private SqsQueue(SqsClient client, String url) {
    this.client = client;
    this.url = url;
  }

  /**
   * A queue that is reached by the SDK's standard environment, like {@link SdkEcs}: {@code
   * AWS_ENDPOINT_URL_SQS} or {@code AWS_ENDPOINT_URL} instead of AWS's own endpoint.
   *
   * @param url of the queue, as SQS names it
   * @throws IllegalStateException if no region is configured
   */
  public static SqsQueue fromEnvironment(URI url) {
    SqsClientBuilder builder = SqsClient.builder().httpClientBuilder(HttpClients.apache());
    // sqs.<region>.amazonaws.com; anywhere else the region is that of the environment.
    String[] host = url.getHost().split("\\.");
    if (host.length >= 4 && host[0].equals("sqs") && host[2].equals("amazonaws")) {
      builder.region(Region.of(host[1]));
    }
    try {
      return of(builder.build(), url);
    } catch (SdkClientException e) {
      throw new IllegalStateException("Cannot create the SQS client: " + e.getMessage(), e);
    }
  }

  /** A queue that is reached by a client, which is closed with the queue. */
  public static SqsQueue of(SqsClient client, URI url) {
    return new SqsQueue(client, url.toString());
  }

  @Override
  public List<Message> receive(Duration wait, Duration hiddenFor) {
    return call(
        "ReceiveMessage",
        () ->
            client
                .receiveMessage(
                    request ->
                        request
                            .queueUrl(url)
                            .maxNumberOfMessages(MOST_AT_ONCE)
                            .waitTimeSeconds(seconds(wait))
                            .visibilityTimeout(seconds(hiddenFor))
                            .overrideConfiguration(
                                config -> config.apiCallTimeout(wait.plus(CALL))))
                .messages()
                .stream()
                .map(message -> new Message(message.body(), message.receiptHandle()))
                .toList());
  }

  @Override
  public void delete(List<Message> messages) {
    call(
        "DeleteMessageBatch",
        () ->
            client.deleteMessageBatch(
                request ->
                    request
                        .queueUrl(url)
                        .overrideConfiguration(config -> config.apiCallTimeout(CALL))
                        .entries(
                            entries(
                                messages,
                                (id, receipt) ->
                                    DeleteMessageBatchRequestEntry.builder()
                                        .id(id)
                                        .receiptHandle(receipt)
                                        .build()))));
  }

  @Override
  public void hide(List<Message> messages, Duration hiddenFor) {
    call(
        "ChangeMessageVisibilityBatch",
        () ->
            client.changeMessageVisibilityBatch(
                request ->
                    request
                        .queueUrl(url)
                        .overrideConfiguration(config -> config.apiCallTimeout(CALL))
                        .entries(
                            entries(
                                messages,
                                (id, receipt) ->
                                    ChangeMessageVisibilityBatchRequestEntry.builder()
                                        .id(id)
                                        .receiptHandle(receipt)
                                        .visibilityTimeout(seconds(hiddenFor))
                                        .build()))));
  }

  @Override
  public void close() {
    client.close();
  }

  /** The entries of a batch; the id of each is unique in it. */
  private static <E> List<E> entries(
      List<Message> messages, BiFunction<String, String, E> ofIdAndReceipt) {
    return IntStream.range(0, messages.size())
        .mapToObj(i -> ofIdAndReceipt.apply(String.valueOf(i), messages.get(i).receipt()))
        .toList();
  }

  private static int seconds(Duration duration) {
    return Math.toIntExact(duration.toSeconds());
  }

  private static <T> T call(String operation, Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException e) {
      throw SdkFailures.of(operation, false, e);
    }
  }
}
