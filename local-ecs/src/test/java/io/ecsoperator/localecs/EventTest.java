package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.NETWORK;
import static io.ecsoperator.localecs.Fixtures.container;
import static io.ecsoperator.localecs.Fixtures.env;
import static io.ecsoperator.localecs.Fixtures.register;
import static io.ecsoperator.localecs.Fixtures.registerWeb;
import static io.ecsoperator.localecs.Fixtures.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.localecs.event.EventDeliveryFaults;
import io.ecsoperator.localecs.world.WorldClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** Events as a reader of the queue sees them. */
class EventTest {
  private static final String TASK = "ECS Task State Change";
  private static final String ACTION = "ECS Service Action";
  private static final String DEPLOYMENT = "ECS Deployment State Change";

  private final LocalEcs ecs =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final EcsClient client = ecs.client();
  private final SqsClient sqs = ecs.sqsClient();
  private final ObjectMapper mapper = new ObjectMapper();

  @BeforeEach
  void createCluster() {
    ecs.sendEventsTo("events");
    client.createCluster(c -> c.clusterName("shop"));
    registerWeb(client);
  }

  @AfterEach
  void stop() {
    ecs.close();
  }

  @Test
  void aTasksEventsHaveTheEnvelopeAndRisingVersions() throws JsonProcessingException {
    String arn = runTask();
    ecs.advance(Duration.ofMinutes(1));
    client.stopTask(s -> s.cluster("shop").task(arn).reason("enough"));
    ecs.advance(Duration.ofMinutes(1));

    List<JsonNode> events = events(TASK);
    JsonNode first = events.getFirst();
    assertThat(first.get("version").asText()).isEqualTo("0");
    assertThat(first.get("source").asText()).isEqualTo("aws.ecs");
    assertThat(first.get("account").asText()).isEqualTo("123456789012");
    assertThat(first.get("region").asText()).isEqualTo("us-east-1");
    assertThat(first.get("time").asText()).matches("[0-9-]{10}T[0-9:]{8}Z");
    assertThat(first.get("resources").get(0).asText()).isEqualTo(arn);
    for (JsonNode event : events) {
      JsonNode detail = event.get("detail");
      for (String member :
          List.of(
              "clusterArn",
              "containers",
              "createdAt",
              "desiredStatus",
              "lastStatus",
              "overrides",
              "taskArn",
              "taskDefinitionArn",
              "updatedAt",
              "version")) {
        assertThat(detail.has(member)).as(member).isTrue();
      }
      assertThat(detail.has("tags")).isFalse();
      assertThat(detail.get("createdAt").asText()).startsWith("2026-01-01T");
      assertThat(detail.get("attachments").get(0).get("type").asText()).isEqualTo("eni");
    }
    List<Integer> versions =
        events.stream().map(event -> event.get("detail").get("version").asInt()).toList();
    assertThat(versions).isSorted().doesNotHaveDuplicates().startsWith(1);
    assertThat(events)
        .extracting(event -> event.get("detail").get("lastStatus").asText())
        .containsSubsequence("PROVISIONING", "PENDING", "ACTIVATING", "RUNNING", "STOPPED");
    JsonNode last = events.getLast().get("detail");
    assertThat(last.get("stopCode").asText()).isEqualTo("UserInitiated");
    assertThat(last.get("stoppedReason").asText()).isEqualTo("enough");
  }

  @Test
  void deploymentsAndServicesPublishEvents() throws JsonProcessingException {
    client.createService(
        service(1)
            .deploymentConfiguration(
                d -> d.deploymentCircuitBreaker(b -> b.enable(true).rollback(true)))
            .build());
    ecs.advance(Duration.ofMinutes(2));
    register(client, "web", container("web", c -> c.environment(env("LOCAL_ECS_EXIT_CODE", "1"))));
    client.updateService(u -> u.cluster("shop").service("web").taskDefinition("web"));
    ecs.advance(Duration.ofMinutes(20));

    List<JsonNode> all = events();
    assertThat(of(all, DEPLOYMENT))
        .extracting(e -> text(e, "eventName"), e -> text(e, "eventType"))
        .containsExactly(
            tuple("SERVICE_DEPLOYMENT_IN_PROGRESS", "INFO"),
            tuple("SERVICE_DEPLOYMENT_COMPLETED", "INFO"),
            tuple("SERVICE_DEPLOYMENT_IN_PROGRESS", "INFO"),
            tuple("SERVICE_DEPLOYMENT_FAILED", "ERROR"),
            tuple("SERVICE_DEPLOYMENT_IN_PROGRESS", "INFO"),
            tuple("SERVICE_DEPLOYMENT_COMPLETED", "INFO"));
    JsonNode back = of(all, DEPLOYMENT).get(4);
    assertThat(text(back, "reason"))
        .isEqualTo(
            "ECS deployment circuit breaker: rolling back to deploymentId "
                + text(back, "deploymentId")
                + ".");
    assertThat(back.get("resources").get(0).asText()).endsWith(":service/shop/web");
    assertThat(back.get("detail").has("version")).isFalse();
    JsonNode steady = of(all, ACTION).getFirst();
    assertThat(text(steady, "eventName")).isEqualTo("SERVICE_STEADY_STATE");
    assertThat(text(steady, "clusterArn")).endsWith(":cluster/shop");
  }

  @Test
  void aDeploymentWithoutCircuitBreakerFailsSilently() throws JsonProcessingException {
    client.createService(
        service(1)
            .deploymentConfiguration(
                d -> d.alarms(a -> a.alarmNames("errors").enable(true).rollback(false)))
            .build());
    ecs.setAlarm("errors", true);
    ecs.advance(Duration.ofMinutes(2));

    assertThat(client.describeServices(d -> d.cluster("shop").services("web")).services())
        .extracting(service -> service.deployments().getFirst().rolloutStateAsString())
        .containsExactly("FAILED");
    assertThat(events(DEPLOYMENT))
        .extracting(event -> text(event, "eventName"))
        .containsExactly("SERVICE_DEPLOYMENT_IN_PROGRESS");
  }

  @Test
  void aSteadyServiceNamesItsCapacityProviders() throws JsonProcessingException {
    client.putClusterCapacityProviders(
        p ->
            p.cluster("shop")
                .capacityProviders("FARGATE", "FARGATE_SPOT")
                .defaultCapacityProviderStrategy(List.of()));
    client.createService(
        service(1)
            .launchType((String) null)
            .capacityProviderStrategy(
                CapacityProviderStrategyItem.builder()
                    .capacityProvider("FARGATE_SPOT")
                    .weight(1)
                    .build())
            .build());
    ecs.advance(Duration.ofMinutes(3));

    assertThat(events(ACTION))
        .extracting(
            event -> text(event, "eventName"),
            event -> event.get("detail").path("capacityProviderArns").path(0).asText())
        .containsExactly(
            tuple("SERVICE_STEADY_STATE", ""),
            tuple(
                "CAPACITY_PROVIDER_STEADY_STATE",
                "arn:aws:ecs:us-east-1:123456789012:capacity-provider/FARGATE_SPOT"));
  }

  @Test
  void countsThatTheSchedulerSetsArePublishedRequestedOnesAreNot() throws JsonProcessingException {
    client.createService(service(1).build());
    client.updateService(u -> u.cluster("shop").service("web").desiredCount(2));
    ecs.advance(Duration.ofMinutes(3));
    assertThat(events(ACTION))
        .extracting(event -> text(event, "eventName"))
        .doesNotContain("SERVICE_DESIRED_COUNT_UPDATED");

    ecs.instances().add("shop", "m5.large", 2);
    client.registerTaskDefinition(
        r -> r.family("agent").containerDefinitions(container("agent", c -> c.memory(128))));
    client.createService(
        s ->
            s.cluster("shop")
                .serviceName("agent")
                .taskDefinition("agent")
                .launchType("EC2")
                .schedulingStrategy("DAEMON"));
    ecs.advance(Duration.ofMinutes(3));
    ecs.instances().add("shop", "m5.large", 1);
    ecs.advance(Duration.ofMinutes(3));

    assertThat(events(ACTION))
        .filteredOn(event -> text(event, "eventName").equals("SERVICE_DESIRED_COUNT_UPDATED"))
        .hasSize(2)
        .allMatch(event -> event.get("resources").get(0).asText().endsWith("/agent"));
  }

  @Test
  void aTaskWithoutAPlaceSaysWhyAndWhere() throws JsonProcessingException {
    String instance = ecs.instances().add("shop", "m5.large", 1).getFirst();
    client.registerTaskDefinition(
        r -> r.family("big").containerDefinitions(container("big", c -> c.memory(100_000))));
    client.createService(
        s ->
            s.cluster("shop")
                .serviceName("big")
                .taskDefinition("big")
                .desiredCount(1)
                .launchType("EC2"));
    ecs.advance(Duration.ofMinutes(10));

    List<JsonNode> events = events(ACTION);
    assertThat(events)
        .extracting(event -> text(event, "eventName"), event -> text(event, "reason"))
        .containsExactly(tuple("SERVICE_TASK_PLACEMENT_FAILURE", "RESOURCE:MEMORY"));
    JsonNode detail = events.getFirst().get("detail");
    assertThat(detail.get("containerInstanceArns").get(0).asText()).isEqualTo(instance);
    assertThat(detail.has("capacityProviderArns")).isFalse();
  }

  @Test
  void containerInstancesPublishTheirChanges() throws JsonProcessingException {
    String arn = ecs.instances().add("shop", "m5.large", 1).getFirst();
    ecs.instances().connect("shop", arn, false);

    List<JsonNode> events = events("ECS Container Instance State Change");
    assertThat(events)
        .extracting(event -> event.get("resources").get(0).asText())
        .containsOnly(arn);
    assertThat(events.getLast().get("detail").get("agentConnected").asBoolean()).isFalse();
    assertThat(events)
        .extracting(event -> event.get("detail").get("version").asInt())
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void eventsCanComeTwiceLateOrNever() throws JsonProcessingException {
    ecs.setEventDeliveryFaults(new EventDeliveryFaults(1, 0, 0, Duration.ofMinutes(5)));
    runTask();
    ecs.advance(Duration.ofMinutes(1));
    assertThat(events()).isEmpty();
    ecs.advance(Duration.ofMinutes(5));
    List<JsonNode> events = events(TASK);
    long different = events.stream().map(event -> event.get("id").asText()).distinct().count();
    assertThat(events).hasSize((int) (2 * different));

    ecs.setEventDeliveryFaults(new EventDeliveryFaults(0, 0, 1, Duration.ZERO));
    runTask();
    ecs.advance(Duration.ofMinutes(5));
    assertThat(events()).isEmpty();
  }

  @Test
  void eventsCanComeOutOfOrder() throws JsonProcessingException {
    ecs.setEventDeliveryFaults(new EventDeliveryFaults(0, 0.5, 0, Duration.ZERO));
    for (int i = 0; i < 5; i++) {
      String arn = runTask();
      ecs.advance(Duration.ofMinutes(1));
      client.stopTask(s -> s.cluster("shop").task(arn));
      ecs.advance(Duration.ofMinutes(1));
    }

    List<String> times =
        events(TASK).stream().map(event -> event.get("detail").get("updatedAt").asText()).toList();
    assertThat(times).isNotEqualTo(times.stream().sorted().toList());
  }

  private String runTask() {
    return client
        .runTask(
            r ->
                r.cluster("shop")
                    .taskDefinition("web")
                    .launchType("FARGATE")
                    .networkConfiguration(NETWORK))
        .tasks()
        .getFirst()
        .taskArn();
  }

  private static String text(JsonNode event, String member) {
    return event.get("detail").path(member).asText();
  }

  private List<JsonNode> events(String detailType) throws JsonProcessingException {
    return of(events(), detailType);
  }

  private static List<JsonNode> of(List<JsonNode> events, String detailType) {
    return events.stream()
        .filter(event -> event.get("detail-type").asText().equals(detailType))
        .toList();
  }

  /** Reads and deletes all messages in the queue. */
  private List<JsonNode> events() throws JsonProcessingException {
    String queue = sqs.getQueueUrl(g -> g.queueName("events")).queueUrl();
    List<JsonNode> events = new ArrayList<>();
    while (true) {
      List<Message> messages =
          sqs.receiveMessage(r -> r.queueUrl(queue).maxNumberOfMessages(10)).messages();
      if (messages.isEmpty()) {
        return events;
      }
      for (Message message : messages) {
        events.add(mapper.readTree(message.body()));
        sqs.deleteMessage(d -> d.queueUrl(queue).receiptHandle(message.receiptHandle()));
      }
    }
  }
}
