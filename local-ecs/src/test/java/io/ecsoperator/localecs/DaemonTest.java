package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.container;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.localecs.world.WorldClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Task;

/** Daemon services, with one task on each instance. */
class DaemonTest {
  private final LocalEcs ecs =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final EcsClient client = ecs.client();

  @BeforeEach
  void createDaemon() {
    client.createCluster(c -> c.clusterName("shop"));
    ecs.instances().add("shop", "m5.large", 2);
    register();
    client.createService(
        s ->
            s.cluster("shop")
                .serviceName("agent")
                .taskDefinition("agent")
                .launchType("EC2")
                .schedulingStrategy("DAEMON"));
    ecs.advance(Duration.ofMinutes(3));
  }

  @AfterEach
  void stop() {
    ecs.close();
  }

  @Test
  void oneTaskRunsOnEachInstanceAlsoOnThoseThatComeLater() {
    assertThat(describe().desiredCount()).isEqualTo(2);
    assertThat(instancesOfTasks()).hasSize(2).doesNotHaveDuplicates();

    ecs.instances().add("shop", "m5.large", 1);
    ecs.advance(Duration.ofMinutes(3));

    assertThat(describe().desiredCount()).isEqualTo(3);
    assertThat(describe().runningCount()).isEqualTo(3);
    assertThat(instancesOfTasks()).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void anUpdateReplacesEachTaskOnItsInstance() {
    register();
    client.updateService(u -> u.cluster("shop").service("agent").taskDefinition("agent"));
    ecs.advance(Duration.ofMinutes(10));

    assertThat(describe().deployments()).hasSize(1);
    assertThat(describe().deployments().getFirst().rolloutStateAsString()).isEqualTo("COMPLETED");
    assertThat(tasks()).hasSize(2).allMatch(task -> task.taskDefinitionArn().endsWith("agent:2"));
    assertThat(instancesOfTasks()).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"BLUE_GREEN", "LINEAR", "CANARY"})
  void twoRevisionsBesideEachOtherAreRefused(String strategy) {
    assertThatThrownBy(
            () ->
                client.updateService(
                    u ->
                        u.cluster("shop")
                            .service("agent")
                            .deploymentConfiguration(d -> d.strategy(strategy))))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageStartingWith(
            "The daemon scheduling strategy does not support the "
                + strategy
                + " deployment strategy for services.");
  }

  private void register() {
    client.registerTaskDefinition(
        r ->
            r.family("agent")
                .networkMode(NetworkMode.BRIDGE)
                .containerDefinitions(container("agent", c -> c.memory(64))));
  }

  private Service describe() {
    return client.describeServices(d -> d.cluster("shop").services("agent")).services().getFirst();
  }

  private List<Task> tasks() {
    return client
        .describeTasks(
            d -> d.cluster("shop").tasks(client.listTasks(l -> l.cluster("shop")).taskArns()))
        .tasks();
  }

  private List<String> instancesOfTasks() {
    return tasks().stream().map(Task::containerInstanceArn).toList();
  }
}
