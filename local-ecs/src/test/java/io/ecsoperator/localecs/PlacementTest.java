package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.container;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.ecsoperator.localecs.world.WorldClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Attribute;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHook;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.NetworkBinding;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.PlacementConstraint;
import software.amazon.awssdk.services.ecs.model.PlacementStrategy;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.Resource;
import software.amazon.awssdk.services.ecs.model.ResourceRequirement;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.StartTaskResponse;
import software.amazon.awssdk.services.ecs.model.Task;

class PlacementTest {
  private final LocalEcs ecs =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final EcsClient client = ecs.client();

  @BeforeEach
  void createCluster() {
    client.createCluster(c -> c.clusterName("shop"));
    register("web", c -> c.cpu(256).memory(512));
  }

  @AfterEach
  void stop() {
    ecs.close();
  }

  @Test
  void aTaskRunsOnAnInstanceAndHoldsItsResourcesUntilItHasStopped() {
    register("web", c -> c.cpu(256).memory(512).portMappings(port(80, 8080)));
    String instance = add("m5.large", 1).getFirst();

    Task task = run(1).tasks().getFirst();

    assertThat(task.containerInstanceArn()).isEqualTo(instance);
    assertThat(task.launchTypeAsString()).isEqualTo("EC2");
    assertThat(task.lastStatus()).isEqualTo("PENDING");
    assertThat(task.availabilityZone()).isEqualTo("us-east-1a");
    assertThat(describe(instance).pendingTasksCount()).isEqualTo(1);
    assertThat(remaining(instance, "CPU").integerValue()).isEqualTo(2048 - 256);
    assertThat(remaining(instance, "MEMORY").integerValue()).isEqualTo(7680 - 512);
    assertThat(remaining(instance, "PORTS").stringSetValue()).contains("8080");

    ecs.advance(Duration.ofMinutes(1));
    assertThat(describe(instance).runningTasksCount()).isEqualTo(1);
    assertThat(
            client
                .describeTasks(d -> d.cluster("shop").tasks(task.taskArn()))
                .tasks()
                .getFirst()
                .containers()
                .getFirst()
                .networkBindings()
                .getFirst()
                .hostPort())
        .isEqualTo(8080);

    client.stopTask(s -> s.cluster("shop").task(task.taskArn()));
    assertThat(remaining(instance, "CPU").integerValue()).isEqualTo(2048 - 256);
    ecs.advance(Duration.ofMinutes(1));
    assertThat(remaining(instance, "CPU").integerValue()).isEqualTo(2048);
    assertThat(remaining(instance, "PORTS").stringSetValue()).doesNotContain("8080");
    assertThat(describe(instance).runningTasksCount()).isZero();
  }

  @Test
  void noTwoTasksOnAnInstanceAreGivenTheSameHostPort() {
    register("web", c -> c.memory(64).portMappings(port(80, null), port(81, 0)));
    add("m5.large", 1);
    run(10);
    run(10);
    ecs.advance(Duration.ofMinutes(1));

    List<Integer> ports =
        client
            .describeTasks(
                d -> d.cluster("shop").tasks(client.listTasks(l -> l.cluster("shop")).taskArns()))
            .tasks()
            .stream()
            .flatMap(task -> task.containers().getFirst().networkBindings().stream())
            .map(NetworkBinding::hostPort)
            .toList();

    assertThat(ports).hasSize(40).doesNotHaveDuplicates().allMatch(port -> port >= 32_768);
  }

  @Test
  void aTaskNeedsAnInstanceInAZoneOfItsSubnets() {
    List<String> instances = add("m5.large", 3);
    ecs.setSubnetZone("subnet-b", "us-east-1b");
    client.registerTaskDefinition(
        r ->
            r.family("vpc")
                .networkMode("awsvpc")
                .containerDefinitions(container("app", c -> c.memory(5000))));

    RunTaskResponse answer = runIn("subnet-b", 2);

    Task task = answer.tasks().getFirst();
    assertThat(task.availabilityZone()).isEqualTo("us-east-1b");
    assertThat(answer.failures())
        .extracting(Failure::arn, Failure::reason)
        .containsExactlyInAnyOrder(
            tuple(instances.get(0), "LOCATION"),
            tuple(instances.get(1), "RESOURCE:MEMORY"),
            tuple(instances.get(2), "LOCATION"));
    assertThat(runIn("subnet-elsewhere", 2).failures()).isEmpty();
  }

  private RunTaskResponse runIn(String subnet, int count) {
    return client.runTask(
        r ->
            r.cluster("shop")
                .taskDefinition("vpc")
                .count(count)
                .networkConfiguration(n -> n.awsvpcConfiguration(v -> v.subnets(subnet))));
  }

  @Test
  void aTaskOnFargateIsInTheZoneOfItsSubnet() {
    ecs.setSubnetZone("subnet-a", "us-east-1f");
    ecs.setSubnetZone("subnet-b", "us-east-1d");
    Fixtures.registerWeb(client);

    List<Task> tasks =
        client
            .runTask(
                r ->
                    r.cluster("shop")
                        .taskDefinition("web")
                        .launchType("FARGATE")
                        .count(2)
                        .networkConfiguration(Fixtures.NETWORK))
            .tasks();

    assertThat(tasks)
        .extracting(Task::availabilityZone)
        .containsExactlyInAnyOrder("us-east-1f", "us-east-1d");
  }

  @Test
  void aClusterWithoutInstancesRefusesTasks() {
    assertThatThrownBy(() -> run(1))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageStartingWith("No Container Instances were found in your cluster.");
  }

  @Test
  void whatDoesNotFitFailsWithTheReasonOfEachInstance() {
    String instance = add("t3.small", 1).getFirst();
    register("cpu", c -> c.cpu(4096).memory(128));
    register("memory", c -> c.memory(65536));
    register("port", c -> c.memory(128).portMappings(port(22, 22)));
    register(
        "gpu",
        c ->
            c.memory(128)
                .resourceRequirements(
                    ResourceRequirement.builder().type("GPU").value("1").build()));

    assertThat(reasons("cpu")).containsExactly("RESOURCE:CPU");
    assertThat(reasons("memory")).containsExactly("RESOURCE:MEMORY");
    assertThat(reasons("port")).containsExactly("RESOURCE:PORTS");
    assertThat(reasons("gpu")).containsExactly("RESOURCE:GPU");

    ecs.instances().connect("shop", instance, false);
    assertThat(reasons("web")).containsExactly("AGENT");
    assertThat(run(1).failures().getFirst().arn()).isEqualTo(instance);
  }

  @Test
  void anInstanceWithoutARequiredAttributeFails() {
    client.registerContainerInstance(
        r ->
            r.cluster("shop")
                .attributes(
                    Attribute.builder()
                        .name("com.amazonaws.ecs.capability.docker-remote-api.1.17")
                        .build()));

    assertThat(reasons("web")).containsExactly("ATTRIBUTE");
  }

  @Test
  void networkInterfacesAreCountedInAwsvpcMode() {
    client.registerTaskDefinition(
        r ->
            r.family("vpc")
                .networkMode(NetworkMode.AWSVPC)
                .containerDefinitions(
                    container("app", c -> c.memory(64).portMappings(port(22, null)))));
    add("m5.large", 1);

    RunTaskResponse answer =
        client.runTask(
            r ->
                r.cluster("shop")
                    .taskDefinition("vpc")
                    .count(3)
                    .networkConfiguration(Fixtures.NETWORK));

    assertThat(answer.tasks()).hasSize(2).allSatisfy(t -> assertThat(t.attachments()).hasSize(1));
    assertThat(answer.failures()).extracting(Failure::reason).containsExactly("RESOURCE:ENI");
  }

  @Test
  void drainingInstancesTakeNoTasks() {
    String instance = add("m5.large", 1).getFirst();
    drain(instance);

    assertThat(reasons("web")).containsExactly("NO ACTIVE INSTANCES");
  }

  @Test
  void constraintsAreBinding() {
    add("m5.large", 2);
    String small = add("t3.medium", 1).getFirst();

    RunTaskResponse onSmall =
        client.runTask(
            r ->
                r.cluster("shop")
                    .taskDefinition("web")
                    .placementConstraints(memberOf("attribute:ecs.instance-type =~ t3.*")));
    RunTaskResponse distinct =
        client.runTask(
            r ->
                r.cluster("shop")
                    .taskDefinition("web")
                    .group("apart")
                    .count(4)
                    .placementConstraints(
                        PlacementConstraint.builder().type("distinctInstance").build()));

    assertThat(onSmall.tasks()).extracting(Task::containerInstanceArn).containsExactly(small);
    assertThat(distinct.tasks()).extracting(Task::containerInstanceArn).doesNotHaveDuplicates();
    assertThat(distinct.tasks()).hasSize(3);
    assertThat(distinct.failures())
        .extracting(Failure::reason)
        .containsOnly("DistinctInstance placement constraint unsatisfied.");
    assertThat(
            client
                .runTask(
                    r ->
                        r.cluster("shop")
                            .taskDefinition("web")
                            .placementConstraints(memberOf("attribute:colour == red")))
                .failures())
        .extracting(Failure::reason)
        .containsOnly("MemberOf placement constraint unsatisfied.");
  }

  @Test
  void strategiesChooseAmongInstances() {
    add("m5.large", 3);

    assertThat(perInstance(strategy("binpack", "memory"), 6)).containsOnly(Map.entry(0, 6L));
    assertThat(perInstance(strategy("spread", "attribute:ecs.availability-zone"), 6).values())
        .containsExactlyInAnyOrder(2L, 2L, 2L);
    assertThatThrownBy(
            () ->
                client.runTask(
                    r ->
                        r.cluster("shop")
                            .taskDefinition("web")
                            .placementStrategy(strategy("binpack", "disk"))))
        .isInstanceOf(InvalidParameterException.class);
  }

  /** How many of {@code count} tasks were placed on each instance. */
  private Map<Integer, Long> perInstance(PlacementStrategy strategy, int count) {
    List<String> hosts =
        client
            .runTask(
                r ->
                    r.cluster("shop")
                        .taskDefinition("web")
                        .group(strategy.typeAsString())
                        .count(count)
                        .placementStrategy(strategy))
            .tasks()
            .stream()
            .map(Task::containerInstanceArn)
            .toList();
    List<String> used = hosts.stream().distinct().toList();
    return hosts.stream().collect(Collectors.groupingBy(used::indexOf, Collectors.counting()));
  }

  @Test
  void startTaskUsesTheInstancesNamed() {
    List<String> instances = add("m5.large", 2);

    StartTaskResponse answer =
        client.startTask(
            s ->
                s.cluster("shop")
                    .taskDefinition("web")
                    .containerInstances(instances.getLast(), "nope"));

    assertThat(answer.tasks())
        .extracting(Task::containerInstanceArn)
        .containsExactly(instances.getLast());
    assertThat(answer.failures()).extracting(Failure::reason).containsExactly("MISSING");
  }

  @Test
  void tasksAreListedByTheIdOfTheirInstanceAsWellAsByItsArn() {
    String instance = add("m5.large", 1).getFirst();
    Task task = run(1).tasks().getFirst();
    ecs.advance(Duration.ofMinutes(1));

    for (String reference : List.of(instance, instance.substring(instance.lastIndexOf('/') + 1))) {
      assertThat(client.listTasks(l -> l.cluster("shop").containerInstance(reference)).taskArns())
          .containsExactly(task.taskArn());
    }
  }

  @Test
  void anInstanceWithTasksIsOnlyDeregisteredByForceWhichEndsThem() {
    String instance = add("m5.large", 1).getFirst();
    Task task = run(1).tasks().getFirst();
    ecs.advance(Duration.ofMinutes(1));

    assertThatThrownBy(
            () ->
                client.deregisterContainerInstance(
                    d -> d.cluster("shop").containerInstance(instance)))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageStartingWith("Found running tasks on the instance.");
    client.deregisterContainerInstance(
        d -> d.cluster("shop").containerInstance(instance).force(true));

    assertThat(
            client
                .describeTasks(d -> d.cluster("shop").tasks(task.taskArn()))
                .tasks()
                .getFirst()
                .lastStatus())
        .isEqualTo("STOPPED");
  }

  @Test
  void aServiceSpreadsOverZonesAndSaysWhyATaskHasNoPlace() {
    add("t3.small", 3);

    createService(6);
    ecs.advance(Duration.ofMinutes(3));

    assertThat(service().runningCount()).isEqualTo(6);
    assertThat(service().events().getFirst().message())
        .isEqualTo("(service web) has reached a steady state.");

    client.updateService(u -> u.cluster("shop").service("web").desiredCount(20));
    ecs.advance(Duration.ofMinutes(3));
    assertThat(service().runningCount()).isEqualTo(9);
    assertThat(service().events().getFirst().message())
        .matches(
            "\\(service web\\) was unable to place a task because no container instance met all of"
                + " its requirements\\. The closest matching \\(container-instance [0-9a-f]{32}\\)"
                + " has insufficient memory available\\. For more information, see the"
                + " Troubleshooting section of the Amazon ECS Developer Guide\\.");

    add("m5.xlarge", 1);
    ecs.advance(Duration.ofMinutes(3));
    assertThat(service().runningCount()).isEqualTo(20);
  }

  @Test
  void drainingMovesTheTasksOfAServiceAway() {
    List<String> instances = add("m5.large", 3);
    createService(6);
    ecs.advance(Duration.ofMinutes(3));

    drain(instances.getFirst());
    for (int i = 0; i < 300; i++) {
      ecs.advance(Duration.ofSeconds(1));
      assertThat(service().runningCount()).isBetween(6, 12);
    }

    assertThat(service().runningCount()).isEqualTo(6);
    assertThat(describe(instances.getFirst()).runningTasksCount()).isZero();
    assertThat(service().deployments()).hasSize(1);
  }

  @Test
  void drainingMovesTheTasksOfATaskSetAway() {
    List<String> instances = add("m5.large", 3);
    client.createService(
        c ->
            c.cluster("shop")
                .serviceName("web")
                .desiredCount(6)
                .deploymentController(d -> d.type("EXTERNAL")));
    client.createTaskSet(
        c ->
            c.cluster("shop")
                .service("web")
                .taskDefinition("web")
                .scale(s -> s.unit("PERCENT").value(100.0)));
    ecs.advance(Duration.ofMinutes(3));

    drain(instances.getFirst());
    for (int i = 0; i < 300; i++) {
      ecs.advance(Duration.ofSeconds(1));
      assertThat(service().runningCount()).isBetween(6, 12);
    }

    assertThat(service().runningCount()).isEqualTo(6);
    assertThat(describe(instances.getFirst()).runningTasksCount()).isZero();
    assertThat(service().taskSets().getFirst().stabilityStatusAsString()).isEqualTo("STEADY_STATE");
  }

  @Test
  void drainingMovesBothRevisionsOfAStagedDeploymentAway() {
    List<String> instances = add("m5.large", 3);
    createService(3);
    ecs.advance(Duration.ofMinutes(3));
    client.updateService(
        u ->
            u.cluster("shop")
                .service("web")
                .forceNewDeployment(true)
                .deploymentConfiguration(
                    d ->
                        d.strategy("BLUE_GREEN")
                            .lifecycleHooks(
                                DeploymentLifecycleHook.builder()
                                    .targetType("PAUSE")
                                    .lifecycleStagesWithStrings("POST_SCALE_UP")
                                    .build())));
    ecs.advance(Duration.ofMinutes(3));
    assertThat(service().runningCount()).isEqualTo(6);

    drain(instances.getFirst());
    for (int i = 0; i < 300; i++) {
      ecs.advance(Duration.ofSeconds(1));
      assertThat(service().runningCount()).isBetween(6, 12);
    }

    assertThat(service().deployments()).extracting(Deployment::runningCount).containsExactly(3, 3);
    assertThat(describe(instances.getFirst()).runningTasksCount()).isZero();
  }

  @Test
  void failuresNameEveryTaskThatHasNoPlace() {
    List<String> instances = add("m5.large", 2);
    register("half", c -> c.memory(5000));

    RunTaskResponse answer = client.runTask(r -> r.cluster("shop").taskDefinition("half").count(4));

    assertThat(answer.tasks())
        .extracting(Task::containerInstanceArn)
        .containsExactlyInAnyOrderElementsOf(instances);
    assertThat(answer.failures())
        .extracting(Failure::reason)
        .containsExactly(
            "RESOURCE:MEMORY", "RESOURCE:MEMORY", "RESOURCE:MEMORY", "RESOURCE:MEMORY");
    assertThat(answer.failures()).extracting(Failure::arn).hasSameElementsAs(instances);
  }

  @Test
  void protectedTasksSurviveScaleInUntilTheirProtectionEnds() {
    add("m5.large", 1);
    createService(3);
    ecs.advance(Duration.ofMinutes(3));
    List<String> arns = client.listTasks(l -> l.cluster("shop")).taskArns();

    var answer =
        client.updateTaskProtection(
            u ->
                u.cluster("shop")
                    .tasks(arns.get(0), arns.get(1))
                    .protectionEnabled(true)
                    .expiresInMinutes(30));
    client.updateService(u -> u.cluster("shop").service("web").desiredCount(0));
    ecs.advance(Duration.ofMinutes(5));

    assertThat(answer.failures()).isEmpty();
    assertThat(answer.protectedTasks()).allSatisfy(t -> assertThat(t.protectionEnabled()).isTrue());
    assertThat(client.listTasks(l -> l.cluster("shop")).taskArns())
        .containsExactlyInAnyOrder(arns.get(0), arns.get(1));
    assertThat(
            client
                .getTaskProtection(g -> g.cluster("shop").tasks(arns.get(2)))
                .failures()
                .getFirst()
                .reason())
        .isEqualTo("TASK_NOT_VALID");

    ecs.advance(Duration.ofMinutes(30));
    assertThat(client.listTasks(l -> l.cluster("shop")).taskArns()).isEmpty();
  }

  @Test
  void protectionIsForTheTasksOfServicesAndForTwoDaysAtMost() {
    add("m5.large", 1);
    String alone = run(1).tasks().getFirst().taskArn();

    assertThat(
            client
                .updateTaskProtection(
                    u -> u.cluster("shop").tasks(alone, "nope").protectionEnabled(true))
                .failures())
        .extracting(Failure::reason)
        .containsExactly("TASK_NOT_VALID", "MISSING");
    assertThatThrownBy(
            () ->
                client.updateTaskProtection(
                    u ->
                        u.cluster("shop")
                            .tasks(alone)
                            .protectionEnabled(true)
                            .expiresInMinutes(2881)))
        .isInstanceOf(InvalidParameterException.class);
  }

  private List<String> add(String type, int count) {
    return ecs.instances().add("shop", type, count);
  }

  private void drain(String instance) {
    client.updateContainerInstancesState(
        u -> u.cluster("shop").containerInstances(instance).status("DRAINING"));
  }

  private void createService(int desired) {
    client.createService(
        c -> c.cluster("shop").serviceName("web").taskDefinition("web").desiredCount(desired));
  }

  private Service service() {
    return client.describeServices(d -> d.cluster("shop").services("web")).services().getFirst();
  }

  private RunTaskResponse run(int count) {
    return client.runTask(r -> r.cluster("shop").taskDefinition("web").count(count));
  }

  private List<String> reasons(String family) {
    return client.runTask(r -> r.cluster("shop").taskDefinition(family)).failures().stream()
        .map(Failure::reason)
        .toList();
  }

  private void register(String family, UnaryOperator<ContainerDefinition.Builder> more) {
    client.registerTaskDefinition(
        r -> r.family(family).containerDefinitions(container("app", more)));
  }

  private static PortMapping port(int container, Integer host) {
    return PortMapping.builder().containerPort(container).hostPort(host).build();
  }

  private static PlacementConstraint memberOf(String expression) {
    return PlacementConstraint.builder().type("memberOf").expression(expression).build();
  }

  private static PlacementStrategy strategy(String type, String field) {
    return PlacementStrategy.builder().type(type).field(field).build();
  }

  private ContainerInstance describe(String arn) {
    return client
        .describeContainerInstances(d -> d.cluster("shop").containerInstances(arn))
        .containerInstances()
        .getFirst();
  }

  private Resource remaining(String arn, String name) {
    return describe(arn).remainingResources().stream()
        .filter(resource -> resource.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
