package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.NETWORK;
import static io.ecsoperator.localecs.Fixtures.container;
import static io.ecsoperator.localecs.Fixtures.env;
import static io.ecsoperator.localecs.Fixtures.register;
import static io.ecsoperator.localecs.Fixtures.registerWeb;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.localecs.script.ContainerScript;
import io.ecsoperator.localecs.world.WorldClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ClusterContainsTasksException;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerCondition;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerDependency;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.ContainerRestartPolicy;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.HealthCheck;
import software.amazon.awssdk.services.ecs.model.HealthStatus;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskField;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;

class TaskTest {
  private final LocalEcs ecs =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final EcsClient client = ecs.client();

  @BeforeEach
  void createCluster() {
    client.createCluster(c -> c.clusterName("shop").capacityProviders("FARGATE", "FARGATE_SPOT"));
  }

  @AfterEach
  void stop() {
    ecs.close();
  }

  @Test
  void runFillsInWhatEcsFillsIn() {
    registerWeb(client);

    Task task = run(r -> r.startedBy("me"));

    assertThat(task.taskArn()).matches("arn:aws:ecs:us-east-1:123456789012:task/shop/[0-9a-f]{32}");
    assertThat(task.group()).isEqualTo("family:web");
    assertThat(task.startedBy()).isEqualTo("me");
    assertThat(task.lastStatus()).isEqualTo("PROVISIONING");
    assertThat(task.desiredStatus()).isEqualTo("RUNNING");
    assertThat(task.version()).isOne();
    assertThat(task.launchTypeAsString()).isEqualTo("FARGATE");
    assertThat(task.platformVersion()).isEqualTo("1.4.0");
    assertThat(task.ephemeralStorage().sizeInGiB()).isEqualTo(20);
    assertThat(task.attributes().getFirst().name()).isEqualTo("ecs.cpu-architecture");
    assertThat(task.overrides().containerOverrides())
        .containsExactly(ContainerOverride.builder().name("web").build());
    assertThat(task.containers().getFirst().cpu()).isEqualTo("0");
    assertThat(task.attachments().getFirst().type()).isEqualTo("ElasticNetworkInterface");
    assertThat(task.attachments().getFirst().status()).isEqualTo("PRECREATED");
  }

  @Test
  void climbsTheLadderUpAndDown() {
    registerWeb(client);
    Task task = run(r -> r);
    List<String> up = ladder(task, 60);

    assertThat(up).containsExactly("PROVISIONING", "PENDING", "ACTIVATING", "RUNNING");
    Task running = describe(task);
    assertThat(running.version()).isEqualTo(4);
    assertThat(running.connectivityAsString()).isEqualTo("CONNECTED");
    assertThat(running.attachments().getFirst().status()).isEqualTo("ATTACHED");
    assertThat(running.containers().getFirst().lastStatus()).isEqualTo("RUNNING");
    assertThat(running.containers().getFirst().networkInterfaces()).hasSize(1);
    assertThat(Duration.between(running.createdAt(), running.connectivityAt())).hasSeconds(4);
    assertThat(Duration.between(running.createdAt(), running.pullStartedAt())).hasSeconds(11);
    assertThat(Duration.between(running.createdAt(), running.pullStoppedAt())).hasSeconds(20);
    assertThat(Duration.between(running.createdAt(), running.startedAt())).hasSeconds(47);

    Task stopping = client.stopTask(s -> s.cluster("shop").task(id(task)).reason("enough")).task();
    assertThat(stopping.lastStatus()).isEqualTo("RUNNING");
    assertThat(stopping.desiredStatus()).isEqualTo("STOPPED");
    assertThat(stopping.stopCode()).isEqualTo(TaskStopCode.USER_INITIATED);
    assertThat(stopping.stoppedReason()).isEqualTo("enough");
    assertThat(stopping.version()).isEqualTo(5);

    assertThat(ladder(task, 40))
        .containsExactly("RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED");
    Task stopped = describe(task);
    assertThat(stopped.version()).isEqualTo(9);
    assertThat(stopped.containers().getFirst().exitCode()).isEqualTo(143);
    assertThat(stopped.attachments().getFirst().status()).isEqualTo("DELETED");
    assertThat(Duration.between(stopped.stoppingAt(), stopped.stoppedAt())).hasSeconds(36);
  }

  @Test
  void aScriptSaysHowLongAContainerTakesToStart() {
    register(
        client, "web", container("web", c -> c.environment(env("LOCAL_ECS_START_SECONDS", "100"))));
    Task task = run(r -> r);
    ecs.advance(Duration.ofMinutes(5));

    Task running = describe(task);
    assertThat(Duration.between(running.createdAt(), running.startedAt())).hasSeconds(46 + 100);
  }

  @Test
  void aTaskCanBeStoppedAtAnyRung() {
    registerWeb(client);
    for (int second : new int[] {0, 5, 12, 21, 46}) {
      Task task = run(r -> r);
      ecs.advance(Duration.ofSeconds(second));
      client.stopTask(s -> s.cluster("shop").task(id(task)));
      ecs.advance(Duration.ofMinutes(1));

      assertThat(describe(task).lastStatus()).as("stopped at %s s", second).isEqualTo("STOPPED");
      assertThat(describe(task).containers().getFirst().lastStatus()).isEqualTo("STOPPED");
    }
  }

  @Test
  void aCommandThatSaysWhenItEndsEndsThen() {
    register(
        client, "web", container("web", c -> c.command("sh", "-c", "echo a; sleep 5; exit 3")));
    Task task = run(r -> r);

    ecs.advance(Duration.ofMinutes(2));

    Task stopped = describe(task);
    assertThat(stopped.lastStatus()).isEqualTo("STOPPED");
    assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.ESSENTIAL_CONTAINER_EXITED);
    assertThat(stopped.stoppedReason()).isEqualTo("Essential container in task exited");
    assertThat(stopped.containers().getFirst().exitCode()).isEqualTo(3);
    assertThat(Duration.between(stopped.startedAt(), stopped.stoppingAt())).hasSeconds(5);
  }

  @Test
  void anOverrideDecidesWhatTheContainerDoes() {
    registerWeb(client);
    Task byEnvironment =
        run(
            r ->
                r.overrides(
                    o ->
                        o.containerOverrides(
                            ContainerOverride.builder()
                                .name("web")
                                .environment(env("LOCAL_ECS_EXIT_CODE", "7"))
                                .build())));
    Task byCommand =
        run(
            r ->
                r.overrides(
                    o ->
                        o.containerOverrides(
                            ContainerOverride.builder().name("web").command("false").build())));

    ecs.advance(Duration.ofMinutes(2));

    assertThat(describe(byEnvironment).containers().getFirst().exitCode()).isEqualTo(7);
    assertThat(describe(byCommand).containers().getFirst().exitCode()).isOne();
  }

  @Test
  void anImageThatCannotBePulledFailsTheStart() {
    ecs.scripts().forImage("nginx:1", ContainerScript.cannotBePulled("manifest unknown"));
    registerWeb(client);
    Task task = run(r -> r);

    ecs.advance(Duration.ofMinutes(2));

    Task stopped = describe(task);
    assertThat(stopped.lastStatus()).isEqualTo("STOPPED");
    assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.TASK_FAILED_TO_START);
    assertThat(stopped.stoppedReason()).isEqualTo("CannotPullContainerError: manifest unknown");
    assertThat(stopped.startedAt()).isNull();
    assertThat(stopped.containers().getFirst().reason())
        .isEqualTo("CannotPullContainerError: manifest unknown");
    assertThat(stopped.containers().getFirst().exitCode()).isNull();
  }

  @Test
  void containersStartInTheOrderOfTheirDependencies() {
    register(
        client,
        "web",
        container(
            "web",
            c ->
                c.dependsOn(
                    on("init", ContainerCondition.SUCCESS),
                    on("cache", ContainerCondition.HEALTHY))),
        container("init", c -> c.essential(false)),
        container(
            "cache",
            c -> c.healthCheck(HealthCheck.builder().command("CMD", "true").interval(10).build())));
    Task task = run(r -> r);

    ecs.advance(Duration.ofSeconds(48));
    assertThat(statuses(task)).containsExactly("PENDING", "RUNNING", "RUNNING");
    ecs.advance(Duration.ofSeconds(5));
    assertThat(statuses(task)).containsExactly("PENDING", "STOPPED", "RUNNING");
    assertThat(describe(task).lastStatus()).isEqualTo("ACTIVATING");
    ecs.advance(Duration.ofSeconds(7));
    assertThat(statuses(task)).containsExactly("RUNNING", "STOPPED", "RUNNING");
    assertThat(describe(task).lastStatus()).isEqualTo("RUNNING");
    assertThat(describe(task).healthStatus()).isEqualTo(HealthStatus.HEALTHY);
  }

  @Test
  void aFailedDependencyFailsTheStart() {
    register(
        client,
        "web",
        container("web", c -> c.dependsOn(on("init", ContainerCondition.SUCCESS))),
        container("init", c -> c.essential(false).command("false")));
    Task task = run(r -> r);

    ecs.advance(Duration.ofMinutes(2));

    assertThat(describe(task).stopCode()).isEqualTo(TaskStopCode.TASK_FAILED_TO_START);
    assertThat(statuses(task)).containsExactly("STOPPED", "STOPPED");
  }

  @Test
  void aContainerThatMayIsRestartedInItsPlace() {
    register(
        client, "web", container("web", c -> endsAfter(70, c).restartPolicy(every60Seconds())));
    Task task = run(r -> r);
    ecs.advance(Duration.ofMinutes(1));
    long version = describe(task).version();

    ecs.advance(Duration.ofMinutes(30));
    assertThat(statuses(task)).containsExactly("RUNNING");
    assertThat(describe(task).version()).isEqualTo(version);

    client.stopTask(s -> s.cluster("shop").task(task.taskArn()));
    ecs.advance(Duration.ofMinutes(5));
    assertThat(statuses(task)).containsExactly("STOPPED");
    assertThat(describe(task).containers().getFirst().exitCode()).isEqualTo(143);
  }

  @Test
  void aContainerIsNotRestartedThatEndedTooSoonOrAsItShould() {
    register(
        client, "web", container("web", c -> endsAfter(59, c).restartPolicy(every60Seconds())));
    Task soon = run(r -> r);
    register(
        client,
        "web",
        container(
            "web",
            c ->
                endsAfter(100, c)
                    .restartPolicy(every60Seconds().toBuilder().ignoredExitCodes(3).build())));
    Task asItShould = run(r -> r);

    ecs.advance(Duration.ofMinutes(5));

    for (Task task : List.of(soon, asItShould)) {
      assertThat(describe(task).stoppedReason()).isEqualTo("Essential container in task exited");
      assertThat(describe(task).containers().getFirst().exitCode()).isEqualTo(3);
    }
  }

  private static ContainerDefinition.Builder endsAfter(
      int seconds, ContainerDefinition.Builder container) {
    return container.command("sh", "-c", "sleep " + seconds + "; exit 3");
  }

  private static ContainerRestartPolicy every60Seconds() {
    return ContainerRestartPolicy.builder().enabled(true).restartAttemptPeriod(60).build();
  }

  @ParameterizedTest
  @CsvSource({"60, STOPPED, TaskFailedToStart", "62, RUNNING,"})
  void aContainerWaitsForAnotherAsLongAsItsStartTimeoutSays(
      int startTimeout, String lastStatus, String stopCode) {
    register(
        client,
        "web",
        container("web", c -> c.dependsOn(on("init", ContainerCondition.COMPLETE))),
        container(
            "init", c -> c.essential(false).command("sleep", "60").startTimeout(startTimeout)));
    Task task = run(r -> r);

    ecs.advance(Duration.ofMinutes(5));

    assertThat(describe(task).lastStatus()).isEqualTo(lastStatus);
    assertThat(describe(task).stopCodeAsString()).isEqualTo(stopCode);
  }

  @Test
  void stoppedTasksCanBeDescribedForAnHour() {
    registerWeb(client);
    Task task = run(r -> r);
    client.stopTask(s -> s.cluster("shop").task(task.taskArn()));
    ecs.advance(Duration.ofMinutes(60));
    assertThat(describe(task).lastStatus()).isEqualTo("STOPPED");

    ecs.advance(Duration.ofMinutes(2));
    assertThat(client.describeTasks(d -> d.cluster("shop").tasks(id(task))).failures())
        .containsExactly(Failure.builder().arn(task.taskArn()).reason("MISSING").build());
  }

  @Test
  void aTokenStandsForOneCall() {
    registerWeb(client);
    Task first = run(r -> r.clientToken("once"));

    assertThat(run(r -> r.clientToken("once")).taskArn()).isEqualTo(first.taskArn());
    assertThatThrownBy(() -> run(r -> r.clientToken("once").startedBy("someone")))
        .isInstanceOfSatisfying(
            ConflictException.class,
            conflict -> assertThat(conflict.resourceIds()).containsExactly(first.taskArn()));
    assertThat(client.listTasks(l -> l.cluster("shop")).taskArns()).hasSize(1);

    client.stopTask(s -> s.cluster("shop").task(first.taskArn()));
    ecs.advance(Duration.ofMinutes(62));
    assertThat(run(r -> r.clientToken("once")).taskArn()).isNotEqualTo(first.taskArn());
  }

  @Test
  void listsByDesiredStatusAndOneFilter() {
    registerWeb(client);
    Task one = run(r -> r.startedBy("me"));
    Task two = run(r -> r);
    client.stopTask(s -> s.cluster("shop").task(two.taskArn()));

    assertThat(client.listTasks(l -> l.cluster("shop")).taskArns()).containsExactly(one.taskArn());
    assertThat(client.listTasks(l -> l.cluster("shop").desiredStatus("STOPPED")).taskArns())
        .containsExactly(two.taskArn());
    assertThat(client.listTasks(l -> l.cluster("shop").desiredStatus("PENDING")).taskArns())
        .isEmpty();
    assertThat(client.listTasks(l -> l.cluster("shop").startedBy("me")).taskArns()).hasSize(1);
    assertThat(client.listTasks(l -> l.cluster("shop").family("we")).taskArns()).isEmpty();
    assertThat(client.listTasks(l -> l.cluster("shop").family("web")).taskArns()).hasSize(1);
    assertThatThrownBy(() -> client.listTasks(l -> l.cluster("shop").startedBy("me").family("web")))
        .isInstanceOf(InvalidParameterException.class);
  }

  @Test
  void tagsComeFromTheRequestTheDefinitionAndEcs() {
    registerWeb(client);
    client.tagResource(
        t ->
            t.resourceArn("arn:aws:ecs:us-east-1:123456789012:task-definition/web:1")
                .tags(tag("a", "definition"), tag("b", "definition")));

    Task task =
        run(
            r ->
                r.propagateTags("TASK_DEFINITION")
                    .enableECSManagedTags(true)
                    .tags(tag("a", "request")));

    assertThat(task.tags())
        .containsExactlyInAnyOrder(
            tag("a", "request"), tag("b", "definition"), tag("aws:ecs:clusterName", "shop"));
    assertThat(describe(task).tags()).isEmpty();
    assertThat(
            client
                .describeTasks(d -> d.cluster("shop").tasks(task.taskArn()).include(TaskField.TAGS))
                .tasks()
                .getFirst()
                .tags())
        .hasSize(3);
  }

  @Test
  void aStrategySpreadsTasksByBaseAndWeight() {
    registerWeb(client);
    List<Task> tasks =
        client
            .runTask(
                r ->
                    r.cluster("shop")
                        .taskDefinition("web")
                        .networkConfiguration(NETWORK)
                        .count(9)
                        .capacityProviderStrategy(
                            CapacityProviderStrategyItem.builder()
                                .capacityProvider("FARGATE")
                                .base(1)
                                .weight(1)
                                .build(),
                            CapacityProviderStrategyItem.builder()
                                .capacityProvider("FARGATE_SPOT")
                                .weight(3)
                                .build()))
            .tasks();

    assertThat(tasks).filteredOn(t -> t.capacityProviderName().equals("FARGATE")).hasSize(3);
    assertThat(tasks).filteredOn(t -> t.capacityProviderName().equals("FARGATE_SPOT")).hasSize(6);
  }

  @Test
  void fargateGivesAHundredTasksTheirPlaceAtOnceThenTwentyASecond() {
    registerWeb(client);
    for (int i = 0; i < 16; i++) {
      run(r -> r.count(10));
    }
    for (int i = 0; i < 11; i++) {
      run(
          r ->
              r.count(10)
                  .launchType((String) null)
                  .capacityProviderStrategy(
                      CapacityProviderStrategyItem.builder()
                          .capacityProvider("FARGATE_SPOT")
                          .build()));
    }
    ecs.advance(Duration.ofSeconds(4));
    assertThat(provisioned(null)).isEqualTo(100);
    assertThat(provisioned("FARGATE_SPOT")).isEqualTo(100);

    ecs.advance(Duration.ofSeconds(1));
    assertThat(provisioned(null)).isEqualTo(120);
    assertThat(provisioned("FARGATE_SPOT")).isEqualTo(110);

    ecs.advance(Duration.ofSeconds(2));
    assertThat(provisioned(null)).isEqualTo(160);
  }

  /** How many tasks of the capacity provider, or of none, have left PROVISIONING. */
  private long provisioned(String capacityProvider) {
    return client.listTasksPaginator(ListTasksRequest.builder().cluster("shop").build()).stream()
        .flatMap(
            page ->
                client
                    .describeTasks(d -> d.cluster("shop").tasks(page.taskArns()))
                    .tasks()
                    .stream())
        .filter(task -> Objects.equals(task.capacityProviderName(), capacityProvider))
        .filter(task -> !task.lastStatus().equals("PROVISIONING"))
        .count();
  }

  @Test
  void aDeregisteredRevisionCanBeRunForAnotherTenMinutes() {
    registerWeb(client);
    client.deregisterTaskDefinition(d -> d.taskDefinition("web:1"));
    ecs.advance(Duration.ofMinutes(9));
    assertThat(run(r -> r.taskDefinition("web:1")).taskDefinitionArn()).endsWith("/web:1");
    refused(ClientException.class, "TaskDefinition not found.", r -> r.taskDefinition("web"));

    ecs.advance(Duration.ofMinutes(1));

    refused(ClientException.class, "TaskDefinition is inactive", r -> r.taskDefinition("web:1"));
  }

  @Test
  void refusesWhatEcsRefuses() {
    registerWeb(client);
    registerWeb(client);

    refused(InvalidParameterException.class, "Count must be between", r -> r.count(11));
    refused(InvalidParameterException.class, "service", r -> r.propagateTags("SERVICE"));
    refused(ClientException.class, "TaskDefinition not found.", r -> r.taskDefinition("none"));
    refused(
        InvalidParameterException.class,
        "launch type should be one of [EC2,FARGATE,EXTERNAL,",
        r -> r.launchType("MOON"));
    refused(
        InvalidParameterException.class,
        "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
        r -> r.networkConfiguration((NetworkConfiguration) null));
    refused(
        InvalidParameterException.class,
        "No Container Instances were found in your cluster.",
        r -> r.launchType("EC2"));
    refused(
        InvalidParameterException.class,
        "Override for container named x is not a container in the TaskDefinition.",
        r -> r.overrides(o -> o.containerOverrides(ContainerOverride.builder().name("x").build())));
    assertThatThrownBy(() -> client.stopTask(s -> s.cluster("shop").task("0123")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageStartingWith("The referenced task was not found.");
  }

  private <E extends Exception> void refused(
      Class<E> type, String message, UnaryOperator<RunTaskRequest.Builder> how) {
    assertThatThrownBy(() -> run(how)).isInstanceOf(type).hasMessageContaining(message);
  }

  @Test
  void clustersCountTheirTasksAndAreNotDeletedWhileTheyRun() {
    registerWeb(client);
    Task task = run(r -> r);
    assertThat(
            client
                .describeClusters(c -> c.clusters("shop"))
                .clusters()
                .getFirst()
                .pendingTasksCount())
        .isOne();
    ecs.advance(Duration.ofMinutes(1));

    assertThat(
            client
                .describeClusters(c -> c.clusters("shop"))
                .clusters()
                .getFirst()
                .runningTasksCount())
        .isOne();
    assertThatThrownBy(() -> client.deleteCluster(c -> c.cluster("shop")))
        .isInstanceOf(ClusterContainsTasksException.class)
        .hasMessageStartingWith("The Cluster cannot be deleted while Tasks are active.");

    client.stopTask(s -> s.cluster("shop").task(task.taskArn()));
    ecs.advance(Duration.ofSeconds(30));
    assertThat(describe(task).lastStatus()).isEqualTo("DEPROVISIONING");
    assertThatThrownBy(() -> client.deleteCluster(c -> c.cluster("shop")))
        .isInstanceOf(ClusterContainsTasksException.class);

    ecs.advance(Duration.ofSeconds(10));
    client.deleteCluster(c -> c.cluster("shop"));
  }

  private Task run(UnaryOperator<RunTaskRequest.Builder> more) {
    return client
        .runTask(
            more.apply(
                    RunTaskRequest.builder()
                        .cluster("shop")
                        .taskDefinition("web")
                        .launchType("FARGATE")
                        .networkConfiguration(NETWORK))
                .build())
        .tasks()
        .getFirst();
  }

  private Task describe(Task task) {
    return client.describeTasks(d -> d.cluster("shop").tasks(task.taskArn())).tasks().getFirst();
  }

  /** The statuses that a read every second sees. */
  private List<String> ladder(Task task, int seconds) {
    List<String> seen = new ArrayList<>();
    Consumer<String> see =
        status -> {
          if (seen.isEmpty() || !seen.getLast().equals(status)) {
            seen.add(status);
          }
        };
    see.accept(describe(task).lastStatus());
    for (int i = 0; i < seconds; i++) {
      ecs.advance(Duration.ofSeconds(1));
      see.accept(describe(task).lastStatus());
    }
    return seen;
  }

  private List<String> statuses(Task task) {
    return describe(task).containers().stream().map(Container::lastStatus).toList();
  }

  private static ContainerDependency on(String container, ContainerCondition condition) {
    return ContainerDependency.builder().containerName(container).condition(condition).build();
  }

  private static String id(Task task) {
    return task.taskArn().substring(task.taskArn().lastIndexOf('/') + 1);
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }
}
