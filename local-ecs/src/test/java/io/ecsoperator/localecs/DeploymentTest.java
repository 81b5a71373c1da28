package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.container;
import static io.ecsoperator.localecs.Fixtures.env;
import static io.ecsoperator.localecs.Fixtures.register;
import static io.ecsoperator.localecs.Fixtures.registerWeb;
import static io.ecsoperator.localecs.Fixtures.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.ecsoperator.localecs.external.HookAnswer;
import io.ecsoperator.localecs.external.TargetHealth;
import io.ecsoperator.localecs.world.WorldClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHook;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookDetail;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceDeployment;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentLifecycleStage;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentNotFoundException;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentRollbackMonitorsStatus;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentStatus;
import software.amazon.awssdk.services.ecs.model.ServiceEvent;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.ThresholdType;

/** Deployments that are watched, stopped, or go through stages. */
class DeploymentTest {
  private static final String FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:check";
  private static final String TARGETS =
      "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef";

  private final LocalEcs ecs =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final EcsClient client = ecs.client();

  @BeforeEach
  void createClusterAndDefinition() {
    client.createCluster(c -> c.clusterName("shop"));
    registerWeb(client);
  }

  @AfterEach
  void stop() {
    ecs.close();
  }

  @Test
  void anAlarmRollsTheDeploymentBack() {
    createSteady(
        2, d -> d.alarms(a -> a.alarmNames("errors", "latency").enable(true).rollback(true)));
    String good = primary().id();
    deployNew();
    String bad = primary().id();
    ecs.advance(Duration.ofSeconds(5));
    assertThat(newest().alarms().status())
        .isEqualTo(ServiceDeploymentRollbackMonitorsStatus.MONITORING);

    ecs.setAlarm("errors", true);
    ecs.advance(Duration.ofSeconds(2));

    assertThat(describe().deployments())
        .extracting(Deployment::id, Deployment::rolloutStateAsString)
        .containsExactly(tuple(good, "IN_PROGRESS"), tuple(bad, "FAILED"));
    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.ROLLBACK_IN_PROGRESS);
    assertThat(newest().alarms().status())
        .isEqualTo(ServiceDeploymentRollbackMonitorsStatus.TRIGGERED);
    assertThat(newest().alarms().triggeredAlarmNames()).containsExactly("errors");
    assertThat(messages())
        .contains("(service web) (deployment " + bad + ") deployment failed: alarm detected.");
    ecs.advance(Duration.ofMinutes(3));
    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.ROLLBACK_SUCCESSFUL);
    assertThat(describe().taskDefinition()).endsWith("web:1");
  }

  @Test
  void alarmsAreWatchedForAWhileWhenAllTasksAreThere() {
    createSteady(1, d -> d.alarms(a -> a.alarmNames("errors").enable(true).rollback(true)));
    deployNew();
    ecs.advance(Duration.ofMinutes(4));
    assertThat(describe().runningCount()).isOne();
    assertThat(describe().deployments()).hasSize(1);
    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.IN_PROGRESS);

    ecs.setAlarm("errors", true);
    ecs.advance(Duration.ofMinutes(5));

    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.ROLLBACK_SUCCESSFUL);
    assertThat(describe().taskDefinition()).endsWith("web:1");
  }

  @Test
  void withoutRollbackAnAlarmLeavesTheDeploymentFailed() {
    createSteady(1, d -> d.alarms(a -> a.alarmNames("errors").enable(true).rollback(false)));
    deployNew();
    ecs.setAlarm("errors", true);
    ecs.advance(Duration.ofMinutes(5));

    assertThat(primary().rolloutStateAsString()).isEqualTo("FAILED");
    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.STOPPED);
    assertThat(describe().runningCount()).isPositive();
  }

  @Test
  void alarmsOfOthersDoNotMatter() {
    createSteady(1, d -> d.alarms(a -> a.alarmNames("errors").enable(true).rollback(true)));
    ecs.setAlarm("other", true);
    deployNew();
    ecs.advance(Duration.ofMinutes(8));

    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.SUCCESSFUL);
    assertThat(newest().alarms().status())
        .isEqualTo(ServiceDeploymentRollbackMonitorsStatus.MONITORING_COMPLETE);
  }

  @Test
  void theBreakersThresholdIsConfigurable() {
    assertThat(threshold(10, ThresholdType.BOUNDED_PERCENT, 50)).isEqualTo(5);
    assertThat(threshold(2, ThresholdType.BOUNDED_PERCENT, 50)).isEqualTo(3);
    assertThat(threshold(1000, ThresholdType.BOUNDED_PERCENT, 50)).isEqualTo(200);
    assertThat(threshold(2, ThresholdType.UNBOUNDED_PERCENT, 50)).isEqualTo(1);
    assertThat(threshold(1000, ThresholdType.UNBOUNDED_PERCENT, 50)).isEqualTo(500);
    assertThat(threshold(1000, ThresholdType.COUNT, 7)).isEqualTo(7);
  }

  private int threshold(int desired, ThresholdType type, int value) {
    String name = type + "-" + desired;
    client.createService(
        service(desired)
            .serviceName(name)
            .deploymentConfiguration(
                d ->
                    d.deploymentCircuitBreaker(
                        b ->
                            b.enable(true)
                                .rollback(false)
                                .thresholdConfiguration(t -> t.type(type).value(value))))
            .build());
    int threshold = newest(name).deploymentCircuitBreaker().threshold();
    client.deleteService(d -> d.cluster("shop").service(name).force(true));
    return threshold;
  }

  @Test
  void theBreakerOpensAtACountOfFailures() {
    createSteady(
        1,
        d ->
            d.deploymentCircuitBreaker(
                b ->
                    b.enable(true)
                        .rollback(true)
                        .thresholdConfiguration(t -> t.type(ThresholdType.COUNT).value(2))));
    register(client, "web", container("web", c -> c.environment(env("LOCAL_ECS_EXIT_CODE", "1"))));
    update();
    ecs.advance(Duration.ofMinutes(20));

    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.ROLLBACK_SUCCESSFUL);
    assertThat(newest().deploymentCircuitBreaker().failureCount()).isEqualTo(2);
  }

  @Test
  void targetsDecideWhereThereIsALoadBalancer() {
    registerWithPort();
    ecs.setTargetHealth(TARGETS, TargetHealth.INITIAL);
    client.createService(behindLoadBalancer(0).build());
    ecs.advance(Duration.ofMinutes(10));
    assertThat(primary().rolloutStateAsString()).isEqualTo("IN_PROGRESS");

    ecs.setTargetHealth(TARGETS, TargetHealth.HEALTHY);
    ecs.advance(Duration.ofSeconds(3));

    assertThat(primary().rolloutStateAsString()).isEqualTo("COMPLETED");
    assertThat(messages())
        .contains("(service web) registered 1 targets in (target-group " + TARGETS + ")");
  }

  @Test
  void unhealthyTargetsAreReplacedAfterTheGracePeriod() {
    registerWithPort();
    client.createService(behindLoadBalancer(120).build());
    ecs.advance(Duration.ofSeconds(70));
    Task task = tasks().getFirst();

    ecs.setTargetHealth(TARGETS, TargetHealth.UNHEALTHY);
    ecs.advance(Duration.ofSeconds(60));
    assertThat(tasks()).extracting(Task::taskArn).contains(task.taskArn());
    ecs.advance(Duration.ofSeconds(60));

    Task stopped =
        client.describeTasks(d -> d.cluster("shop").tasks(task.taskArn())).tasks().getFirst();
    assertThat(stopped.stoppedReason())
        .isEqualTo("Task failed ELB health checks in (target-group " + TARGETS + ")");
    assertThat(messages())
        .contains(
            "(service web) (port 80) is unhealthy in (target-group "
                + TARGETS
                + ") due to (reason Health checks failed).",
            "(service web) deregistered 1 targets in (target-group " + TARGETS + ")",
            "(service web, taskSet "
                + primary().id()
                + ") has begun draining connections on 1 tasks.");
  }

  @Test
  void oneUnhealthyTargetIsReplacedAndTheOthersStay() {
    registerWithPort();
    client.createService(behindLoadBalancer(0).desiredCount(3).build());
    ecs.advance(Duration.ofMinutes(2));
    List<String> before = tasks().stream().map(Task::taskArn).toList();

    ecs.setTargetHealth(TARGETS, before.getFirst(), TargetHealth.UNHEALTHY);
    ecs.advance(Duration.ofMinutes(2));

    assertThat(describe().runningCount()).isEqualTo(3);
    assertThat(tasks())
        .extracting(Task::taskArn)
        .contains(before.get(1), before.get(2))
        .doesNotContain(before.getFirst());
  }

  private void registerWithPort() {
    register(
        client,
        "web",
        container("web", c -> c.portMappings(PortMapping.builder().containerPort(80).build())));
  }

  private static software.amazon.awssdk.services.ecs.model.CreateServiceRequest.Builder
      behindLoadBalancer(int grace) {
    return service(1)
        .healthCheckGracePeriodSeconds(grace)
        .loadBalancers(
            LoadBalancer.builder()
                .targetGroupArn(TARGETS)
                .containerName("web")
                .containerPort(80)
                .build());
  }

  @Test
  void aStoppedDeploymentGoesBack() {
    createSteady(1, d -> {});
    deployNew();
    ecs.advance(Duration.ofSeconds(5));
    String arn = newest().serviceDeploymentArn();

    client.stopServiceDeployment(s -> s.serviceDeploymentArn(arn).stopType("ROLLBACK"));
    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.ROLLBACK_REQUESTED);
    ecs.advance(Duration.ofSeconds(2));
    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.ROLLBACK_IN_PROGRESS);
    assertThatThrownBy(() -> client.stopServiceDeployment(s -> s.serviceDeploymentArn(arn)))
        .isInstanceOf(ConflictException.class);
    ecs.advance(Duration.ofMinutes(3));

    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.ROLLBACK_SUCCESSFUL);
    assertThat(describe().taskDefinition()).endsWith("web:1");
    assertThatThrownBy(
            () -> client.stopServiceDeployment(s -> s.serviceDeploymentArn(arn + "none")))
        .isInstanceOf(ServiceDeploymentNotFoundException.class);
  }

  @Test
  void blueGreenGoesThroughItsStages() {
    createSteady(2, d -> d.strategy("BLUE_GREEN").bakeTimeInMinutes(5));
    String blue = primary().id();
    deployNew();
    String green = primary().id();

    List<ServiceDeploymentLifecycleStage> stages = new ArrayList<>();
    boolean bothServedWhileBaking = false;
    for (int i = 0; i < 600; i++) {
      ecs.advance(Duration.ofSeconds(1));
      ServiceDeployment now = newest();
      if (stages.isEmpty() || stages.getLast() != now.lifecycleStage()) {
        stages.add(now.lifecycleStage());
      }
      if (now.lifecycleStage() == ServiceDeploymentLifecycleStage.BAKE_TIME) {
        assertThat(now.targetServiceRevision().requestedProductionTrafficWeight()).isEqualTo(100);
        bothServedWhileBaking |= describe().runningCount() == 4;
      }
    }

    assertThat(stages)
        .containsExactly(
            ServiceDeploymentLifecycleStage.PRE_SCALE_UP,
            ServiceDeploymentLifecycleStage.SCALE_UP,
            ServiceDeploymentLifecycleStage.POST_SCALE_UP,
            ServiceDeploymentLifecycleStage.TEST_TRAFFIC_SHIFT,
            ServiceDeploymentLifecycleStage.POST_TEST_TRAFFIC_SHIFT,
            ServiceDeploymentLifecycleStage.PRODUCTION_TRAFFIC_SHIFT,
            ServiceDeploymentLifecycleStage.POST_PRODUCTION_TRAFFIC_SHIFT,
            ServiceDeploymentLifecycleStage.BAKE_TIME,
            ServiceDeploymentLifecycleStage.CLEAN_UP);
    assertThat(bothServedWhileBaking).isTrue();
    assertThat(blue).isNotEqualTo(green);
    assertThat(describe().deployments())
        .extracting(Deployment::id, Deployment::rolloutStateAsString)
        .containsExactly(tuple(green, "COMPLETED"));
    assertThat(describe().runningCount()).isEqualTo(2);
    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.SUCCESSFUL);
  }

  @Test
  void linearShiftsTrafficStepByStep() {
    createSteady(
        1,
        d ->
            d.strategy("LINEAR")
                .linearConfiguration(l -> l.stepPercent(40.0).stepBakeTimeInMinutes(2)));
    deployNew();

    assertThat(productionShares()).containsExactly(0.0, 40.0, 80.0, 100.0);
    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.SUCCESSFUL);
  }

  @Test
  void canaryShiftsAPartFirst() {
    createSteady(1, d -> d.strategy("CANARY").canaryConfiguration(c -> c.canaryPercent(12.5)));
    DeploymentConfiguration filledIn = describe().deploymentConfiguration();
    assertThat(filledIn.canaryConfiguration().canaryBakeTimeInMinutes()).isEqualTo(10);
    deployNew();

    assertThat(productionShares()).containsExactly(0.0, 12.5, 100.0);
  }

  private List<Double> productionShares() {
    List<Double> shares = new ArrayList<>();
    for (int i = 0; i < 1200; i++) {
      ecs.advance(Duration.ofSeconds(1));
      Double share = newest().targetServiceRevision().requestedProductionTrafficWeight();
      if (shares.isEmpty() || !shares.getLast().equals(share)) {
        shares.add(share);
      }
    }
    return shares;
  }

  @Test
  void aPauseHookWaitsForAnAnswer() {
    createSteady(1, d -> d.strategy("BLUE_GREEN").lifecycleHooks(pause("POST_SCALE_UP")));
    deployNew();
    ecs.advance(Duration.ofHours(1));

    ServiceDeployment paused = newest();
    assertThat(paused.lifecycleStage()).isEqualTo(ServiceDeploymentLifecycleStage.POST_SCALE_UP);
    DeploymentLifecycleHookDetail hook = paused.lifecycleHookDetails().getFirst();
    assertThat(hook.statusAsString()).isEqualTo("AWAITING_ACTION");
    assertThat(hook.targetTypeAsString()).isEqualTo("PAUSE");
    assertThat(hook.timeoutActionAsString()).isEqualTo("ROLLBACK");
    assertThatThrownBy(
            () ->
                client.continueServiceDeployment(
                    c -> c.serviceDeploymentArn(paused.serviceDeploymentArn()).hookId("other")))
        .isInstanceOf(InvalidParameterException.class);

    answer(paused, hook, "CONTINUE");
    ecs.advance(Duration.ofMinutes(5));

    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.SUCCESSFUL);
    assertThat(newest().lifecycleHookDetails().getFirst().statusAsString()).isEqualTo("SUCCEEDED");
  }

  @Test
  void aPauseHookCanBeAnsweredWithRollback() {
    createSteady(
        1, d -> d.strategy("BLUE_GREEN").lifecycleHooks(pause("POST_PRODUCTION_TRAFFIC_SHIFT")));
    deployNew();
    ecs.advance(Duration.ofMinutes(10));

    answer(newest(), newest().lifecycleHookDetails().getFirst(), "ROLLBACK");
    ecs.advance(Duration.ofMinutes(3));

    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.ROLLBACK_SUCCESSFUL);
    assertThat(newest().targetServiceRevision().requestedProductionTrafficWeight()).isZero();
    assertThat(describe().taskDefinition()).endsWith("web:1");
    assertThat(describe().runningCount()).isOne();
  }

  @Test
  void anUnansweredPauseHookRollsBackAfterADay() {
    createSteady(1, d -> d.strategy("BLUE_GREEN").lifecycleHooks(pause("PRE_SCALE_UP")));
    deployNew();
    ecs.advance(Duration.ofMinutes(1439));
    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.IN_PROGRESS);
    ecs.advance(Duration.ofMinutes(5));

    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.ROLLBACK_SUCCESSFUL);
    assertThat(newest().lifecycleHookDetails().getFirst().statusAsString()).isEqualTo("TIMED_OUT");
  }

  @Test
  void whatAFunctionAnswersIsASwitch() throws IOException, InterruptedException {
    createSteady(
        1,
        d ->
            d.strategy("BLUE_GREEN")
                .lifecycleHooks(
                    DeploymentLifecycleHook.builder()
                        .hookTargetArn(FUNCTION)
                        .roleArn("arn:aws:iam::123456789012:role/hooks")
                        .lifecycleStagesWithStrings("TEST_TRAFFIC_SHIFT")
                        .build()));
    ecs.setHookAnswer(FUNCTION, HookAnswer.IN_PROGRESS);
    deployNew();
    ecs.advance(Duration.ofMinutes(10));
    assertThat(newest().lifecycleHookDetails().getFirst().statusAsString())
        .isEqualTo("IN_PROGRESS");

    HttpResponse<String> answer =
        post("/_local/hooks", "{\"functionArn\": \"" + FUNCTION + "\", \"answer\": \"FAILED\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    ecs.advance(Duration.ofMinutes(3));

    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.ROLLBACK_SUCCESSFUL);
    assertThat(newest().lifecycleHookDetails().getFirst().statusAsString()).isEqualTo("FAILED");
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(ecs.url() + path))
              .header("X-Local-Ecs", "true")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void tasksThatFailWhileScalingUpRollAStagedDeploymentBack() {
    createSteady(
        2,
        d -> d.strategy("BLUE_GREEN").deploymentCircuitBreaker(b -> b.enable(true).rollback(true)));
    register(client, "web", container("web", c -> c.environment(env("LOCAL_ECS_EXIT_CODE", "1"))));
    update();
    ecs.advance(Duration.ofMinutes(20));

    assertThat(newest().status()).isEqualTo(ServiceDeploymentStatus.ROLLBACK_SUCCESSFUL);
    assertThat(describe().runningCount()).isEqualTo(2);
    assertThat(tasks()).allMatch(task -> task.taskDefinitionArn().endsWith("web:1"));
  }

  @Test
  void aNewerStagedDeploymentReplacesOneThatIsUnderWay() {
    createSteady(1, d -> d.strategy("BLUE_GREEN").bakeTimeInMinutes(10));
    deployNew();
    ecs.advance(Duration.ofMinutes(2));
    deployNew();
    ecs.advance(Duration.ofSeconds(2));
    assertThat(newest().lifecycleStage())
        .isEqualTo(ServiceDeploymentLifecycleStage.RECONCILE_SERVICE);
    ecs.advance(Duration.ofMinutes(20));

    assertThat(describe().taskDefinition()).endsWith("web:3");
    assertThat(describe().deployments()).hasSize(1);
    assertThat(describe().runningCount()).isOne();
  }

  @Test
  void refusesHooksAndShiftsThatEcsRefuses() {
    refused(
        "PAUSE hooks", d -> d.strategy("BLUE_GREEN").lifecycleHooks(pause("TEST_TRAFFIC_SHIFT")));
    refused("stepPercent", d -> d.strategy("LINEAR").linearConfiguration(l -> l.stepPercent(2.0)));
    refused(
        "canaryPercent", d -> d.strategy("CANARY").canaryConfiguration(c -> c.canaryPercent(0.15)));
    refused("bakeTimeInMinutes", d -> d.strategy("BLUE_GREEN").bakeTimeInMinutes(1441));
  }

  private void refused(String message, Consumer<DeploymentConfiguration.Builder> how) {
    assertThatThrownBy(() -> client.createService(service(1).deploymentConfiguration(how).build()))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining(message);
  }

  private static DeploymentLifecycleHook pause(String stage) {
    return DeploymentLifecycleHook.builder()
        .targetType("PAUSE")
        .lifecycleStagesWithStrings(stage)
        .build();
  }

  private void answer(
      ServiceDeployment deployment, DeploymentLifecycleHookDetail hook, String action) {
    client.continueServiceDeployment(
        c ->
            c.serviceDeploymentArn(deployment.serviceDeploymentArn())
                .hookId(hook.hookId())
                .action(action));
  }

  /** Answers PAUSE hooks during the deployment. */
  private void createSteady(int desired, Consumer<DeploymentConfiguration.Builder> how) {
    client.createService(service(desired).deploymentConfiguration(how).build());
    for (int i = 0; i < 10 && !primary().rolloutStateAsString().equals("COMPLETED"); i++) {
      ecs.advance(Duration.ofMinutes(1));
      newest().lifecycleHookDetails().stream()
          .filter(hook -> hook.statusAsString().equals("AWAITING_ACTION"))
          .forEach(hook -> answer(newest(), hook, "CONTINUE"));
    }
    assertThat(primary().rolloutStateAsString()).isEqualTo("COMPLETED");
  }

  private void deployNew() {
    registerWeb(client);
    update();
  }

  private void update() {
    client.updateService(u -> u.cluster("shop").service("web").taskDefinition("web"));
  }

  private Service describe() {
    return client.describeServices(d -> d.cluster("shop").services("web")).services().getFirst();
  }

  private Deployment primary() {
    return describe().deployments().getFirst();
  }

  private List<String> messages() {
    return describe().events().stream().map(ServiceEvent::message).toList();
  }

  private List<Task> tasks() {
    List<String> arns = client.listTasks(l -> l.cluster("shop")).taskArns();
    return arns.isEmpty()
        ? List.of()
        : client.describeTasks(d -> d.cluster("shop").tasks(arns)).tasks();
  }

  private ServiceDeployment newest() {
    return newest("web");
  }

  private ServiceDeployment newest(String service) {
    String arn =
        client
            .listServiceDeployments(l -> l.cluster("shop").service(service))
            .serviceDeployments()
            .getFirst()
            .serviceDeploymentArn();
    return client
        .describeServiceDeployments(d -> d.serviceDeploymentArns(arn))
        .serviceDeployments()
        .getFirst();
  }
}
