package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.registerWeb;
import static io.ecsoperator.localecs.Fixtures.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.localecs.faults.Lag;
import io.ecsoperator.localecs.world.WorldClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.ClusterField;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

class LagTest {
  private final LocalEcs ecs =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final EcsClient client = ecs.client();

  @BeforeEach
  void aCluster() {
    client.createCluster(c -> c.clusterName("shop"));
    registerWeb(client);
  }

  @AfterEach
  void stop() {
    ecs.close();
  }

  @Test
  void whatWasJustMadeIsMissingForSoManyReads() {
    ecs.setLag(Lag.ofReads(2));
    client.createService(service(1).build());

    assertThat(describe().failures()).extracting(Failure::reason).containsExactly("MISSING");
    assertThat(client.listServices(l -> l.cluster("shop")).serviceArns()).isEmpty();
    assertThat(describe().services()).hasSize(1);
    assertThat(client.listServices(l -> l.cluster("shop")).serviceArns()).hasSize(1);
  }

  @Test
  void capacityProvidersLagToo() {
    client.createCapacityProvider(
        c -> c.name("group").autoScalingGroupProvider(a -> a.autoScalingGroupArn("group")));
    ecs.setLag(Lag.ofReads(1));
    client.updateCapacityProvider(
        u -> u.name("group").autoScalingGroupProvider(a -> a.managedDraining("DISABLED")));

    assertThat(draining()).isEqualTo("ENABLED");
    assertThat(draining()).isEqualTo("DISABLED");
  }

  private String draining() {
    return client
        .describeCapacityProviders(d -> d.capacityProviders("group"))
        .capacityProviders()
        .getFirst()
        .autoScalingGroupProvider()
        .managedDrainingAsString();
  }

  @Test
  void readsOfOtherResourcesAreFreshAndDoNotCount() {
    ecs.setLag(Lag.ofReads(1));
    client.createCluster(c -> c.clusterName("other"));
    ecs.advance(Duration.ofHours(1));

    assertThat(describeClusters("shop")).hasSize(1);
    assertThat(describeClusters("other")).isEmpty();
    assertThat(describeClusters("other")).hasSize(1);
  }

  @Test
  void aChangeShowsAfterItsTimeOfTheWorld() {
    client.createService(service(1).build());
    ecs.setLag(Lag.of(Duration.ofSeconds(5)));
    client.updateService(u -> u.cluster("shop").service("web").desiredCount(3));

    ecs.advance(Duration.ofSeconds(4));
    assertThat(describe().services().getFirst().desiredCount()).isOne();
    ecs.advance(Duration.ofSeconds(1));
    assertThat(describe().services().getFirst().desiredCount()).isEqualTo(3);
  }

  @Test
  void everyWriteHasItsOwnLag() {
    client.createService(service(1).build());
    ecs.setLag(Lag.of(Duration.ofSeconds(5)));
    client.updateService(u -> u.cluster("shop").service("web").desiredCount(2));
    ecs.advance(Duration.ofSeconds(3));
    client.updateService(u -> u.cluster("shop").service("web").desiredCount(3));

    ecs.advance(Duration.ofSeconds(1));
    assertThat(describe().services().getFirst().desiredCount()).isEqualTo(1);
    ecs.advance(Duration.ofSeconds(2));
    assertThat(describe().services().getFirst().desiredCount()).isEqualTo(2);
    ecs.advance(Duration.ofSeconds(2));
    assertThat(describe().services().getFirst().desiredCount()).isEqualTo(3);
  }

  @Test
  void aStoppedTaskStillShowsDesiredStatusRunning() {
    Task task =
        client
            .runTask(
                r ->
                    r.cluster("shop")
                        .taskDefinition("web")
                        .launchType("FARGATE")
                        .networkConfiguration(Fixtures.NETWORK))
            .tasks()
            .getFirst();
    ecs.setLag(Lag.ofReads(1));
    client.stopTask(s -> s.cluster("shop").task(task.taskArn()));

    assertThat(describe(task).tasks()).extracting(Task::desiredStatus).containsExactly("RUNNING");
    assertThat(describe(task).tasks()).extracting(Task::desiredStatus).containsExactly("STOPPED");
  }

  @Test
  void aNewRevisionLeavesTheFamilyAtTheOneBefore() {
    ecs.setLag(Lag.ofReads(3));
    TaskDefinition second = registerWeb(client);

    assertThat(revision("web").revision()).isOne();
    assertThatThrownBy(() -> revision(second.taskDefinitionArn()))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("Unable to describe task definition.");
    assertThat(client.listTaskDefinitions().taskDefinitionArns()).hasSize(1);
    assertThat(revision("web").revision()).isEqualTo(2);
    assertThat(client.listTaskDefinitions().taskDefinitionArns()).hasSize(2);
  }

  @Test
  void newTagsComeLateAndOnlyToThoseWhoAsk() {
    Cluster cluster = describeClusters("shop").getFirst();
    ecs.setLag(Lag.ofReads(2));
    client.tagResource(
        t -> t.resourceArn(cluster.clusterArn()).tags(Tag.builder().key("a").value("b").build()));

    assertThat(describeClusters("shop")).containsExactly(cluster);
    assertThat(tagsOfShop()).isEmpty();
    assertThat(tagsOfShop()).hasSize(1);
  }

  @Test
  void switchedOffEverythingShowsAtOnce() {
    ecs.setLag(Lag.ofReads(100));
    client.createService(service(1).build());
    assertThat(describe().services()).isEmpty();

    ecs.setLag(Lag.NONE);

    assertThat(describe().services()).hasSize(1);
  }

  private List<Tag> tagsOfShop() {
    return client
        .describeClusters(d -> d.clusters("shop").include(ClusterField.TAGS))
        .clusters()
        .getFirst()
        .tags();
  }

  private List<Cluster> describeClusters(String name) {
    return client.describeClusters(d -> d.clusters(name)).clusters();
  }

  private DescribeServicesResponse describe() {
    return client.describeServices(d -> d.cluster("shop").services("web"));
  }

  private DescribeTasksResponse describe(Task task) {
    return client.describeTasks(d -> d.cluster("shop").tasks(task.taskArn()));
  }

  private TaskDefinition revision(String reference) {
    return client.describeTaskDefinition(d -> d.taskDefinition(reference)).taskDefinition();
  }
}
