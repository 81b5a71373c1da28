package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.container;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.world.WorldClock;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.Resource;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Task;

class InstanceAccountingPropertyTest {
  private static final int CPU = 300;
  private static final int MEMORY = 700;

  /** A random action, the index of its instance or task, and the seconds to wait after it. */
  record Action(Kind kind, int which, int seconds) {}

  enum Kind {
    REGISTER,
    DEREGISTER,
    DRAIN,
    ACTIVATE,
    RUN,
    STOP,
    SCALE
  }

  @Provide
  Arbitrary<Action> actions() {
    return Combinators.combine(
            Arbitraries.of(Kind.values()),
            Arbitraries.integers().between(0, 9),
            Arbitraries.integers().between(0, 90))
        .as(Action::new);
  }

  @Property(tries = 30, shrinking = ShrinkingMode.OFF)
  void whatTasksHoldIsNeitherMoreThanThereIsNorLost(
      @ForAll @Size(max = 25) List<@From("actions") Action> actions) {
    try (LocalEcs ecs = start(2)) {
      EcsClient client = ecs.client();
      for (Action action : actions) {
        carryOut(action, ecs, client);
        checkAccounts(client);
        ecs.advance(Duration.ofSeconds(action.seconds()));
        checkAccounts(client);
      }

      client.deleteService(d -> d.cluster("shop").service("web").force(true));
      tasks(client).forEach(task -> client.stopTask(s -> s.cluster("shop").task(task.taskArn())));
      ecs.advance(Duration.ofMinutes(5));
      assertThat(instances(client))
          .allSatisfy(
              instance -> {
                assertThat(instance.remainingResources()).isEqualTo(instance.registeredResources());
                assertThat(instance.runningTasksCount() + instance.pendingTasksCount()).isZero();
              });
    }
  }

  /**
   * Remaining resources are the registered ones minus the demands of the tasks, and never below 0.
   */
  private static void checkAccounts(EcsClient client) {
    List<Task> tasks = tasks(client);
    for (ContainerInstance instance : instances(client)) {
      List<Task> here =
          tasks.stream()
              .filter(task -> !task.lastStatus().equals("STOPPED"))
              .filter(task -> instance.containerInstanceArn().equals(task.containerInstanceArn()))
              .toList();
      assertThat(number(instance.remainingResources(), "CPU"))
          .isNotNegative()
          .isEqualTo(number(instance.registeredResources(), "CPU") - here.size() * CPU);
      assertThat(number(instance.remainingResources(), "MEMORY"))
          .isNotNegative()
          .isEqualTo(number(instance.registeredResources(), "MEMORY") - here.size() * MEMORY);
      assertThat(here.stream().filter(task -> task.group().equals("family:job")).count())
          .isLessThanOrEqualTo(1);
      assertThat(instance.runningTasksCount())
          .isEqualTo(
              (int) here.stream().filter(task -> task.lastStatus().equals("RUNNING")).count());
    }
  }

  private static void carryOut(Action action, LocalEcs ecs, EcsClient client) {
    switch (action.kind()) {
      case REGISTER -> ecs.instances().add("shop", "t3.medium", 1);
      case DEREGISTER ->
          pick(instances(client), action)
              .forEach(
                  instance ->
                      client.deregisterContainerInstance(
                          d ->
                              d.cluster("shop")
                                  .containerInstance(instance.containerInstanceArn())
                                  .force(true)));
      case DRAIN -> move(action, client, "DRAINING");
      case ACTIVATE -> move(action, client, "ACTIVE");
      case RUN -> {
        if (!instances(client).isEmpty()) {
          client.runTask(r -> r.cluster("shop").taskDefinition("job").count(1 + action.which()));
        }
      }
      case STOP ->
          pick(tasks(client), action)
              .forEach(task -> client.stopTask(s -> s.cluster("shop").task(task.taskArn())));
      case SCALE ->
          client.updateService(u -> u.cluster("shop").service("web").desiredCount(action.which()));
    }
  }

  private static void move(Action action, EcsClient client, String status) {
    pick(instances(client), action)
        .forEach(
            instance ->
                client.updateContainerInstancesState(
                    u ->
                        u.cluster("shop")
                            .containerInstances(instance.containerInstanceArn())
                            .status(status)));
  }

  private static <T> List<T> pick(List<T> all, Action action) {
    return all.isEmpty() ? List.of() : List.of(all.get(action.which() % all.size()));
  }

  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void drainingLeavesAServiceWithinItsBounds(
      @ForAll @IntRange(min = 1, max = 8) int desired,
      @ForAll @IntRange(min = 0, max = 100) int minimum,
      @ForAll @IntRange(min = 101, max = 200) int maximum) {
    try (LocalEcs ecs = start(4)) {
      EcsClient client = ecs.client();
      client.updateService(
          u ->
              u.cluster("shop")
                  .service("web")
                  .desiredCount(desired)
                  .deploymentConfiguration(
                      d -> d.minimumHealthyPercent(minimum).maximumPercent(maximum)));
      ecs.advance(Duration.ofMinutes(3));
      String drained = tasks(client).getFirst().containerInstanceArn();

      client.updateContainerInstancesState(
          u -> u.cluster("shop").containerInstances(drained).status("DRAINING"));
      for (int i = 0; i < 240; i++) {
        ecs.advance(Duration.ofSeconds(1));
        Service web = web(client);
        assertThat(web.runningCount()).isGreaterThanOrEqualTo(Math.ceilDiv(desired * minimum, 100));
        assertThat(web.runningCount() + web.pendingCount())
            .isLessThanOrEqualTo(desired * maximum / 100);
      }
      // With capacity for one task more or less, all tasks can move.
      boolean canMove =
          desired * maximum / 100 > desired || desired * minimum <= (desired - 1) * 100;
      if (canMove) {
        ecs.advance(Duration.ofMinutes(20));
        assertThat(web(client).runningCount()).isEqualTo(desired);
        assertThat(tasks(client)).extracting(Task::containerInstanceArn).doesNotContain(drained);
      }
    }
  }

  private static LocalEcs start(int instances) {
    LocalEcs ecs = LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
    EcsClient client = ecs.client();
    client.createCluster(c -> c.clusterName("shop"));
    client.registerTaskDefinition(
        r ->
            r.family("web").containerDefinitions(container("app", c -> c.cpu(CPU).memory(MEMORY))));
    client.registerTaskDefinition(
        r ->
            r.family("job")
                .containerDefinitions(
                    container(
                        "app",
                        c ->
                            c.cpu(CPU)
                                .memory(MEMORY)
                                .portMappings(
                                    PortMapping.builder()
                                        .containerPort(80)
                                        .hostPort(8080)
                                        .build()))));
    ecs.instances().add("shop", "t3.medium", instances);
    client.createService(
        c -> c.cluster("shop").serviceName("web").taskDefinition("web").desiredCount(2));
    return ecs;
  }

  private static Service web(EcsClient client) {
    return client.describeServices(d -> d.cluster("shop").services("web")).services().getFirst();
  }

  private static List<ContainerInstance> instances(EcsClient client) {
    List<String> arns =
        client.listContainerInstances(l -> l.cluster("shop")).containerInstanceArns();
    return arns.isEmpty()
        ? List.of()
        : client
            .describeContainerInstances(d -> d.cluster("shop").containerInstances(arns))
            .containerInstances();
  }

  /** The tasks with desired status RUNNING, and stopping tasks that may still hold resources. */
  private static List<Task> tasks(EcsClient client) {
    return List.of("RUNNING", "STOPPED").stream()
        .flatMap(
            status ->
                client.listTasksPaginator(l -> l.cluster("shop").desiredStatus(status)).stream()
                    .map(page -> page.taskArns())
                    .filter(arns -> !arns.isEmpty())
                    .flatMap(
                        arns ->
                            client
                                .describeTasks(d -> d.cluster("shop").tasks(arns))
                                .tasks()
                                .stream()))
        .filter(task -> !task.lastStatus().equals("STOPPED"))
        .toList();
  }

  private static int number(List<Resource> resources, String name) {
    return resources.stream()
        .filter(resource -> resource.name().equals(name))
        .findFirst()
        .orElseThrow()
        .integerValue();
  }
}
