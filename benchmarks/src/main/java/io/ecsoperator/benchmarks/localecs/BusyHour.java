package io.ecsoperator.benchmarks.localecs;

import io.ecsoperator.localecs.LocalEcs;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * An hour of world time with 100 services. Every second a client makes one read and one write,
 * which deploys, scales or runs a task; another client reads all events.
 */
final class BusyHour {
  static final String QUEUE = "events";
  static final String DESCRIPTION =
      "an hour of 3,600 writes and reads, 100 services, all events read";

  private static final int SERVICES = 100;
  private static final int SECONDS = 3600;
  private static final String CLUSTER = LargeWorld.CLUSTERS.getFirst();

  private final LocalEcs ecs;
  private final EcsClient client;
  private final SqsClient sqs;
  private final Random random = new Random(1);

  BusyHour(LocalEcs ecs) {
    this.ecs = ecs;
    this.client = ecs.client();
    this.sqs = ecs.sqsClient();
  }

  void run() {
    LargeWorld.register(client);
    client.createCluster(c -> c.clusterName(CLUSTER));
    for (int i = 0; i < SERVICES; i++) {
      LargeWorld.createService(client, CLUSTER, LargeWorld.serviceName(i));
    }
    for (int second = 0; second < SECONDS; second++) {
      write();
      read();
      readEvents();
      ecs.advance(Duration.ofSeconds(1));
    }
  }

  private String anyService() {
    return LargeWorld.serviceName(random.nextInt(SERVICES));
  }

  private void write() {
    String service = anyService();
    switch (random.nextInt(3)) {
      case 0 ->
          client.updateService(
              u -> u.cluster(CLUSTER).service(service).desiredCount(1 + random.nextInt(4)));
      case 1 ->
          client.updateService(u -> u.cluster(CLUSTER).service(service).forceNewDeployment(true));
      default ->
          client.runTask(
              r ->
                  r.cluster(CLUSTER)
                      .taskDefinition(LargeWorld.FAMILY)
                      .launchType("FARGATE")
                      .networkConfiguration(LargeWorld.NETWORK)
                      .overrides(
                          o ->
                              o.containerOverrides(
                                  List.of(LargeWorld.endsAfter(Duration.ofMinutes(2))))));
    }
  }

  private void read() {
    String service = anyService();
    client.describeServices(d -> d.cluster(CLUSTER).services(service));
  }

  private void readEvents() {
    String url = sqs.getQueueUrl(g -> g.queueName(QUEUE)).queueUrl();
    for (List<Message> messages = receive(url); !messages.isEmpty(); messages = receive(url)) {
      List<DeleteMessageBatchRequestEntry> entries =
          messages.stream()
              .map(
                  message ->
                      DeleteMessageBatchRequestEntry.builder()
                          .id(message.messageId())
                          .receiptHandle(message.receiptHandle())
                          .build())
              .toList();
      sqs.deleteMessageBatch(d -> d.queueUrl(url).entries(entries));
    }
  }

  private List<Message> receive(String url) {
    return sqs.receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(10)).messages();
  }
}
