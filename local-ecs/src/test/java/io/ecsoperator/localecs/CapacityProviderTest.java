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
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Attachment;
import software.amazon.awssdk.services.ecs.model.CapacityProvider;
import software.amazon.awssdk.services.ecs.model.CapacityProviderField;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.ClusterField;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.DescribeCapacityProvidersResponse;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.UpdateInProgressException;

class CapacityProviderTest {
  private static final String GROUP =
      "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/";

  private static final Tag TAG = Tag.builder().key("team").value("shop").build();

  private final LocalEcs ecs =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final EcsClient client = ecs.client();

  @BeforeEach
  void createCluster() {
    client.createCluster(c -> c.clusterName("shop"));
    client.registerTaskDefinition(
        r -> r.family("web").containerDefinitions(container("app", c -> c.memory(2048))));
  }

  @AfterEach
  void stop() {
    ecs.close();
  }

  @Test
  void thoseOfFargateAreThereFromTheStart() {
    assertThat(client.describeCapacityProviders(d -> {}).capacityProviders())
        .extracting(CapacityProvider::name)
        .containsExactly("FARGATE", "FARGATE_SPOT");
    assertThat(client.describeCapacityProviders(d -> d.capacityProviders("nope")).failures())
        .extracting(Failure::reason)
        .containsExactly("MISSING");
  }

  @Test
  void creationFillsInAndIsIdempotent() {
    CapacityProvider created = create("group");

    assertThat(created.statusAsString()).isEqualTo("ACTIVE");
    assertThat(created.autoScalingGroupProvider().managedScaling().statusAsString())
        .isEqualTo("ENABLED");
    assertThat(created.autoScalingGroupProvider().managedScaling().targetCapacity()).isEqualTo(100);
    assertThat(created.autoScalingGroupProvider().managedDrainingAsString()).isEqualTo("ENABLED");
    assertThat(create("group")).isEqualTo(created);
    assertThatThrownBy(
            () ->
                client.createCapacityProvider(
                    c ->
                        c.name("group")
                            .autoScalingGroupProvider(a -> a.autoScalingGroupArn(GROUP + "x"))))
        .isInstanceOf(ClientException.class)
        .hasMessageStartingWith("The specified capacity provider already exists.");
    assertThatThrownBy(
            () ->
                client.createCapacityProvider(
                    c ->
                        c.name("other")
                            .autoScalingGroupProvider(a -> a.autoScalingGroupArn(GROUP + "group"))))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("already being used");
    assertThatThrownBy(() -> create("ecs-group"))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageStartingWith("The specified capacity provider name is invalid.");
  }

  @Test
  void updatingKeepsWhatIsLeftOut() {
    create("group");

    CapacityProvider updated =
        client
            .updateCapacityProvider(
                u ->
                    u.name("group")
                        .autoScalingGroupProvider(a -> a.managedScaling(m -> m.targetCapacity(80))))
            .capacityProvider();

    assertThat(updated.updateStatusAsString()).isEqualTo("UPDATE_IN_PROGRESS");
    assertThat(updated.autoScalingGroupProvider().managedScaling().targetCapacity()).isEqualTo(80);
    assertThat(updated.autoScalingGroupProvider().managedScaling().maximumScalingStepSize())
        .isEqualTo(10_000);
    assertThat(updated.autoScalingGroupProvider().autoScalingGroupArn()).isEqualTo(GROUP + "group");
    assertThatThrownBy(
            () ->
                client.updateCapacityProvider(
                    u -> u.name("group").autoScalingGroupProvider(a -> {})))
        .isInstanceOf(UpdateInProgressException.class);

    ecs.advance(Duration.ofSeconds(10));

    assertThat(describe("group"))
        .isEqualTo(updated.toBuilder().updateStatus("UPDATE_COMPLETE").tags(List.of()).build());
    client.updateCapacityProvider(
        u -> u.name("group").autoScalingGroupProvider(a -> a.managedDraining("DISABLED")));
    assertThat(describe("group").autoScalingGroupProvider().managedDrainingAsString())
        .isEqualTo("DISABLED");
  }

  @Test
  void anUpdateNeedsAKnownProviderAndItsKindOfSettings() {
    create("group");

    assertThatThrownBy(
            () ->
                client.updateCapacityProvider(
                    u -> u.name("none").autoScalingGroupProvider(a -> {})))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("was not found");
    assertThatThrownBy(() -> client.updateCapacityProvider(u -> u.name("group")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageStartingWith("autoScalingGroupProvider can not be blank.");
    assertThatThrownBy(
            () ->
                client.updateCapacityProvider(
                    u ->
                        u.name("group")
                            .autoScalingGroupProvider(
                                a -> a.managedScaling(m -> m.targetCapacity(101)))))
        .isInstanceOf(InvalidParameterException.class);
    assertThatThrownBy(
            () ->
                client.updateCapacityProvider(
                    u ->
                        u.name("group")
                            .autoScalingGroupProvider(a -> a.managedDraining("SOMETIMES"))))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("managedDraining should be one of [ENABLED,DISABLED]");
    assertThatThrownBy(
            () ->
                client.updateCapacityProvider(
                    u -> u.name("FARGATE").autoScalingGroupProvider(a -> {})))
        .isInstanceOf(InvalidParameterException.class);
    assertThat(describe("group").updateStatus()).isNull();
  }

  @Test
  void creationIsStillIdempotentWhileAnUpdateIsInProgress() {
    create("group");
    client.updateCapacityProvider(
        u -> u.name("group").autoScalingGroupProvider(a -> a.managedDraining("ENABLED")));

    assertThat(create("group").updateStatusAsString()).isEqualTo("UPDATE_IN_PROGRESS");
  }

  @Test
  void aProviderIsOfAGroupOrOfManagedInstances() {
    assertThatThrownBy(() -> client.createCapacityProvider(c -> c.name("neither")))
        .isInstanceOf(InvalidParameterException.class);
    assertThatThrownBy(
            () ->
                client.createCapacityProvider(
                    c ->
                        c.name("group")
                            .cluster("shop")
                            .autoScalingGroupProvider(a -> a.autoScalingGroupArn(GROUP + "g"))))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("PutClusterCapacityProviders");
  }

  @Test
  void providersAreDescribedInPagesOfTen() {
    for (int i = 10; i < 22; i++) {
      create("group" + i);
    }

    DescribeCapacityProvidersResponse first = client.describeCapacityProviders(d -> {});
    DescribeCapacityProvidersResponse second =
        client.describeCapacityProviders(d -> d.nextToken(first.nextToken()));

    assertThat(first.capacityProviders()).hasSize(10);
    assertThat(second.capacityProviders())
        .extracting(CapacityProvider::name)
        .containsExactly("group18", "group19", "group20", "group21");
    assertThat(second.nextToken()).isNull();
    assertThatThrownBy(() -> client.describeCapacityProviders(d -> d.maxResults(11)))
        .isInstanceOf(InvalidParameterException.class);
  }

  @Test
  void providersAreDescribedByNameOrArnAndWithTagsOnRequest() {
    String arn = create("group").capacityProviderArn();
    client.tagResource(t -> t.resourceArn(arn).tags(TAG));

    assertThat(describe(arn).name()).isEqualTo("group");
    assertThat(describe(arn).tags()).isEmpty();
    assertThat(
            client
                .describeCapacityProviders(
                    d -> d.capacityProviders("group").include(CapacityProviderField.TAGS))
                .capacityProviders()
                .getFirst()
                .tags())
        .containsExactly(TAG);
    assertThat(client.listTagsForResource(l -> l.resourceArn(arn)).tags()).containsExactly(TAG);
    client.untagResource(u -> u.resourceArn(arn).tagKeys("team"));
    assertThat(client.listTagsForResource(l -> l.resourceArn(arn)).tags()).isEmpty();
    assertThatThrownBy(
            () ->
                client.listTagsForResource(
                    l ->
                        l.resourceArn(
                            arn.replace("capacity-provider/group", "capacity-provider/no"))))
        .isInstanceOf(EcsException.class);
  }

  @Test
  void aClusterFiltersTheProvidersThatAreDescribed() {
    create("group");
    create("other");
    associate();

    assertThat(client.describeCapacityProviders(d -> d.cluster("shop")).capacityProviders())
        .extracting(CapacityProvider::name)
        .containsExactly("group");
    assertThatThrownBy(() -> client.describeCapacityProviders(d -> d.cluster("none")))
        .isInstanceOf(ClusterNotFoundException.class);
  }

  @Test
  void aClusterTakesOnlyActiveProviders() {
    create("group");
    client.deleteCapacityProvider(d -> d.capacityProvider("group"));

    assertThatThrownBy(this::associate)
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageStartingWith(
            "The specified capacity provider 'group' is not in an ACTIVE state. Specify a valid"
                + " capacity provider and try again.");
    ecs.advance(Duration.ofSeconds(10));
    assertThatThrownBy(this::associate)
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("is not in an ACTIVE state");
    assertThatThrownBy(
            () ->
                client.putClusterCapacityProviders(
                    p ->
                        p.cluster("shop")
                            .capacityProviders("none")
                            .defaultCapacityProviderStrategy(List.of())))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("was not found");
  }

  @Test
  void aDeletedNameCanBeUsedAgain() {
    CapacityProvider created = create("group");
    client.deleteCapacityProvider(d -> d.capacityProvider("group"));
    assertThatThrownBy(() -> create("group")).isInstanceOf(UpdateInProgressException.class);
    assertThat(
            client
                .deleteCapacityProvider(d -> d.capacityProvider(created.capacityProviderArn()))
                .capacityProvider()
                .updateStatusAsString())
        .isEqualTo("DELETE_IN_PROGRESS");

    ecs.advance(Duration.ofSeconds(10));
    assertThatThrownBy(() -> client.deleteCapacityProvider(d -> d.capacityProvider("group")))
        .isInstanceOf(InvalidParameterException.class);

    assertThat(create("group")).isEqualTo(created);
    ecs.advance(Duration.ofHours(2));
    assertThat(describe("group").statusAsString()).isEqualTo("ACTIVE");
  }

  @Test
  void oneOfAClusterCannotBeDeletedAndAnotherGoesInSteps() {
    create("group");
    associate();
    CapacityProvider refused =
        client.deleteCapacityProvider(d -> d.capacityProvider("group")).capacityProvider();
    assertThat(refused.statusAsString()).isEqualTo("ACTIVE");
    assertThat(refused.updateStatusAsString()).isEqualTo("DELETE_FAILED");
    assertThat(refused.updateStatusReason())
        .isEqualTo(
            "The capacity provider cannot be deleted because it is associated with cluster: shop."
                + " Remove the capacity provider from the cluster and try again.");
    assertThat(describe("group")).isEqualTo(refused);
    ecs.advance(Duration.ofSeconds(10));
    client.putClusterCapacityProviders(
        p ->
            p.cluster("shop")
                .capacityProviders(List.of())
                .defaultCapacityProviderStrategy(List.of()));

    assertThat(
            client
                .deleteCapacityProvider(d -> d.capacityProvider("group"))
                .capacityProvider()
                .updateStatusAsString())
        .isEqualTo("DELETE_IN_PROGRESS");
    ecs.advance(Duration.ofMinutes(1));
    CapacityProvider gone =
        client
            .describeCapacityProviders(d -> d.capacityProviders("group"))
            .capacityProviders()
            .getFirst();
    assertThat(gone.statusAsString()).isEqualTo("INACTIVE");
    assertThat(gone.updateStatusAsString()).isEqualTo("DELETE_COMPLETE");
    assertThat(gone.updateStatusReason()).isNull();
    assertThatThrownBy(() -> client.deleteCapacityProvider(d -> d.capacityProvider("FARGATE")))
        .isInstanceOf(InvalidParameterException.class);
  }

  @Test
  void aClusterIsBusyWhileItAttachesToTheGroupsOfItsProviders() {
    create("group");
    Cluster busy =
        client
            .putClusterCapacityProviders(
                p ->
                    p.cluster("shop")
                        .capacityProviders("group")
                        .defaultCapacityProviderStrategy(List.of()))
            .cluster();

    assertThat(busy.attachmentsStatus()).isEqualTo("UPDATE_IN_PROGRESS");
    assertThat(busy.attachments())
        .extracting(Attachment::type)
        .containsExactly("as_policy", "managed_draining");
    assertThat(busy.attachments().getFirst().details().getFirst())
        .isEqualTo(KeyValuePair.builder().name("capacityProviderName").value("group").build());
    assertThatThrownBy(this::associate)
        .isInstanceOf(UpdateInProgressException.class)
        .hasMessageStartingWith("The specified cluster is in a busy state.");

    ecs.advance(Duration.ofSeconds(10));

    Cluster attached =
        client
            .describeClusters(d -> d.clusters("shop").include(ClusterField.ATTACHMENTS))
            .clusters()
            .getFirst();
    assertThat(attached.attachmentsStatus()).isEqualTo("UPDATE_COMPLETE");
    assertThat(attached.attachments())
        .extracting(Attachment::status)
        .containsExactly("CREATED", "CREATED");
    Cluster plain = client.describeClusters(d -> d.clusters("shop")).clusters().getFirst();
    assertThat(plain.hasAttachments()).isFalse();
    assertThat(plain.attachmentsStatus()).isNull();
    associate();
  }

  @Test
  void providersOfFargateNeedNoAttachment() {
    Cluster cluster =
        client
            .putClusterCapacityProviders(
                p ->
                    p.cluster("shop")
                        .capacityProviders("FARGATE", "FARGATE_SPOT")
                        .defaultCapacityProviderStrategy(item("FARGATE")))
            .cluster();

    assertThat(cluster.attachments()).isEmpty();
    assertThat(cluster.attachmentsStatus()).isEqualTo("UPDATE_COMPLETE");
  }

  @Test
  void aStrategyMixesNoFargateWithGroups() {
    create("group");

    assertThatThrownBy(
            () ->
                client.putClusterCapacityProviders(
                    p ->
                        p.cluster("shop")
                            .capacityProviders("group", "FARGATE")
                            .defaultCapacityProviderStrategy(item("group"), item("FARGATE"))))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("cannot contain a mix");
  }

  @Test
  void tasksWaitForTheInstancesThatManagedScalingAdds() {
    create("group");
    associate();

    client.runTask(r -> r.cluster("shop").taskDefinition("web").count(5));
    ecs.advance(Duration.ofSeconds(60));
    assertThat(tasks()).hasSize(5).extracting(Task::lastStatus).containsOnly("PROVISIONING");

    ecs.advance(Duration.ofMinutes(3));
    assertThat(tasks())
        .hasSize(5)
        .allSatisfy(task -> assertThat(task.lastStatus()).isEqualTo("RUNNING"))
        .allSatisfy(task -> assertThat(task.capacityProviderName()).isEqualTo("group"));
    assertThat(instances()).hasSize(2);

    tasks().forEach(task -> client.stopTask(s -> s.cluster("shop").task(task.taskArn())));
    ecs.advance(Duration.ofMinutes(20));
    assertThat(instances()).isEmpty();
  }

  @Test
  void tasksBeyondTheMostInstancesAreStoppedInTheEnd() {
    create("group");
    associate();
    for (int i = 0; i < 4; i++) {
      client.runTask(r -> r.cluster("shop").taskDefinition("web").count(10));
    }

    ecs.advance(Duration.ofMinutes(20));

    assertThat(instances()).hasSize(10);
    assertThat(tasks()).hasSize(30);
  }

  @Test
  void aProviderWithoutManagedScalingThatIsEmptyFails() {
    client.createCapacityProvider(
        c -> c.name("group").autoScalingGroupProvider(a -> a.autoScalingGroupArn(GROUP + "g")));
    associate();

    assertThat(client.runTask(r -> r.cluster("shop").taskDefinition("web")).failures())
        .extracting(Failure::reason)
        .containsExactly("EMPTY CAPACITY PROVIDER");
  }

  @Test
  void withoutRoomOnFargateTasksFailAndServicesWait() {
    Fixtures.register(client, "vpc", container("app", c -> c));
    ecs.setFargate(false);

    assertThat(
            client
                .runTask(
                    r ->
                        r.cluster("shop")
                            .taskDefinition("vpc")
                            .launchType("FARGATE")
                            .networkConfiguration(Fixtures.NETWORK))
                .failures())
        .extracting(Failure::reason)
        .containsExactly("RESOURCE:FARGATE");
    client.createService(Fixtures.service(1).taskDefinition("vpc").build());
    ecs.advance(Duration.ofMinutes(1));
    assertThat(service().events().getFirst().message())
        .contains("Capacity is unavailable at this time.");

    ecs.setFargate(true);
    ecs.advance(Duration.ofMinutes(2));
    assertThat(service().runningCount()).isEqualTo(1);
  }

  private CapacityProvider describe(String reference) {
    return client
        .describeCapacityProviders(d -> d.capacityProviders(reference))
        .capacityProviders()
        .getFirst();
  }

  private Service service() {
    return client.describeServices(d -> d.cluster("shop").services("web")).services().getFirst();
  }

  private List<Task> tasks() {
    List<String> arns = client.listTasks(l -> l.cluster("shop")).taskArns();
    return arns.isEmpty()
        ? List.of()
        : client.describeTasks(d -> d.cluster("shop").tasks(arns)).tasks();
  }

  private List<String> instances() {
    return client.listContainerInstances(l -> l.cluster("shop")).containerInstanceArns();
  }

  private CapacityProvider create(String name) {
    return client
        .createCapacityProvider(
            c ->
                c.name(name)
                    .autoScalingGroupProvider(
                        a ->
                            a.autoScalingGroupArn(GROUP + name)
                                .managedScaling(m -> m.status("ENABLED"))))
        .capacityProvider();
  }

  private void associate() {
    client.putClusterCapacityProviders(
        p ->
            p.cluster("shop")
                .capacityProviders("group")
                .defaultCapacityProviderStrategy(item("group")));
  }

  private static CapacityProviderStrategyItem item(String provider) {
    return CapacityProviderStrategyItem.builder().capacityProvider(provider).weight(1).build();
  }
}
