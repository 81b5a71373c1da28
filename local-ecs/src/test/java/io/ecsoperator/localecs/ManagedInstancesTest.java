package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.container;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.localecs.world.WorldClock;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.CapacityProvider;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.CreateManagedInstancesProviderConfiguration;
import software.amazon.awssdk.services.ecs.model.InstanceLaunchTemplate;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.UpdateInProgressException;

/** Capacity providers of managed instances, which belong to one cluster. */
class ManagedInstancesTest {
  private static final String ROLE = "arn:aws:iam::123456789012:role/ecsInfrastructureRole";
  private static final String PROFILE =
      "arn:aws:iam::123456789012:instance-profile/ecsInstanceRole";

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
  void aNewProviderIsProvisionedAndThenBelongsToItsCluster() {
    CapacityProvider created = create();

    assertThat(created.statusAsString()).isEqualTo("PROVISIONING");
    assertThat(created.updateStatusAsString()).isEqualTo("CREATE_IN_PROGRESS");
    assertThat(created.typeAsString()).isEqualTo("MANAGED_INSTANCES");
    assertThat(created.cluster()).isEqualTo("shop");
    assertThat(created.autoScalingGroupProvider()).isNull();
    assertThat(clusterProviders()).isEmpty();
    assertThatThrownBy(() -> put("managed"))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("'managed' is not in an ACTIVE state.");

    ecs.advance(Duration.ofSeconds(10));

    assertThat(describe())
        .isEqualTo(
            created.toBuilder()
                .status("ACTIVE")
                .updateStatus("CREATE_COMPLETE")
                .tags(List.of())
                .build());
    assertThat(clusterProviders()).containsExactly("managed");
    assertThat(create()).isEqualTo(describe());
  }

  @Test
  void creationFillsInTheDocumentedDefaults() {
    InstanceLaunchTemplate template = create().managedInstancesProvider().instanceLaunchTemplate();

    assertThat(template.capacityOptionTypeAsString()).isEqualTo("ON_DEMAND");
    assertThat(template.monitoringAsString()).isEqualTo("BASIC");
    assertThat(template.instanceMetadataTagsPropagation()).isTrue();
    assertThat(template.storageConfiguration()).isNull();
  }

  @Test
  void creationNeedsAClusterARoleAndALaunchTemplate() {
    assertThatThrownBy(
            () -> client.createCapacityProvider(c -> c.name("m").managedInstancesProvider(valid())))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("needs a cluster");
    assertThatThrownBy(
            () ->
                client.createCapacityProvider(
                    c -> c.name("m").cluster("none").managedInstancesProvider(valid())))
        .isInstanceOf(ClusterNotFoundException.class);
    assertRefused("infrastructureRoleArn", p -> p.infrastructureRoleArn(null));
    assertRefused(
        "instanceLaunchTemplate", p -> p.instanceLaunchTemplate((InstanceLaunchTemplate) null));
    assertRefused(
        "ec2InstanceProfileArn",
        p -> p.instanceLaunchTemplate(t -> t.networkConfiguration(n -> n.subnets("subnet-a"))));
    assertRefused("subnets", p -> p.instanceLaunchTemplate(t -> t.ec2InstanceProfileArn(PROFILE)));
    assertRefused(
        "vCpuCount.min", p -> p.instanceLaunchTemplate(with(t -> t.instanceRequirements(r -> {}))));
    assertRefused(
        "memoryMiB.min",
        p ->
            p.instanceLaunchTemplate(
                with(t -> t.instanceRequirements(r -> r.vCpuCount(v -> v.min(2))))));
    assertRefused(
        "storageSizeGiB",
        p -> p.instanceLaunchTemplate(with(t -> t.storageConfiguration(s -> s.storageSizeGiB(0)))));
    assertRefused("scaleInAfter", p -> p.infrastructureOptimization(o -> o.scaleInAfter(3601)));
    assertRefused(
        "capacityOptionType",
        p -> p.instanceLaunchTemplate(with(t -> t.capacityOptionType("CHEAP"))));
    assertThatThrownBy(
            () ->
                client.createCapacityProvider(
                    c ->
                        c.name("m")
                            .cluster("shop")
                            .managedInstancesProvider(valid())
                            .autoScalingGroupProvider(a -> a.autoScalingGroupArn("group"))))
        .isInstanceOf(InvalidParameterException.class);
  }

  @Test
  void anUpdateKeepsWhatItLeavesOutInsideTheLaunchTemplateToo() {
    createActive();

    CapacityProvider updating =
        client
            .updateCapacityProvider(
                u ->
                    u.name("managed")
                        .cluster("shop")
                        .managedInstancesProvider(
                            p ->
                                p.infrastructureRoleArn(ROLE + "2")
                                    .propagateTags("CAPACITY_PROVIDER")
                                    .instanceLaunchTemplate(t -> t.monitoring("DETAILED"))))
            .capacityProvider();

    assertThat(updating.updateStatusAsString()).isEqualTo("UPDATE_IN_PROGRESS");
    assertThat(updating.managedInstancesProvider().infrastructureRoleArn()).isEqualTo(ROLE + "2");
    assertThat(updating.managedInstancesProvider().propagateTagsAsString())
        .isEqualTo("CAPACITY_PROVIDER");
    InstanceLaunchTemplate template = updating.managedInstancesProvider().instanceLaunchTemplate();
    assertThat(template.monitoringAsString()).isEqualTo("DETAILED");
    assertThat(template.ec2InstanceProfileArn()).isEqualTo(PROFILE);
    assertThat(template.networkConfiguration().subnets()).containsExactly("subnet-a");
    assertThatThrownBy(() -> client.deleteCapacityProvider(d -> d.capacityProvider("managed")))
        .isInstanceOf(UpdateInProgressException.class);

    ecs.advance(Duration.ofSeconds(10));
    assertThat(describe().updateStatusAsString()).isEqualTo("UPDATE_COMPLETE");
  }

  @Test
  void anUpdateIsForTheProvidersTypeAndCluster() {
    createActive();
    client.createCluster(c -> c.clusterName("other"));

    assertThatThrownBy(
            () ->
                client.updateCapacityProvider(
                    u -> u.name("managed").autoScalingGroupProvider(a -> {})))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageStartingWith("managedInstancesProvider can not be blank.");
    assertThatThrownBy(
            () ->
                client.deleteCapacityProvider(d -> d.capacityProvider("managed").cluster("other")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("was not found");
    assertThatThrownBy(
            () ->
                client.putClusterCapacityProviders(
                    p ->
                        p.cluster("other")
                            .capacityProviders("managed")
                            .defaultCapacityProviderStrategy(List.of())))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("belongs to another cluster");
  }

  @Test
  void managedInstancesArriveForTasksAndLeaveWhenTheyAreIdle() {
    client.createCapacityProvider(
        c ->
            c.name("managed")
                .cluster("shop")
                .managedInstancesProvider(
                    valid().toBuilder()
                        .infrastructureOptimization(o -> o.scaleInAfter(60))
                        .build()));
    ecs.advance(Duration.ofSeconds(10));
    put("managed");

    client.runTask(r -> r.cluster("shop").taskDefinition("web").count(5));
    ecs.advance(Duration.ofMinutes(4));

    assertThat(instances()).hasSize(2);
    List<String> tasks = client.listTasks(l -> l.cluster("shop")).taskArns();
    assertThat(tasks).hasSize(5);
    tasks.forEach(task -> client.stopTask(s -> s.cluster("shop").task(task)));
    ecs.advance(Duration.ofMinutes(3));
    assertThat(instances()).isEmpty();
  }

  @Test
  void deletionFailsWhileTheProviderIsUsed() {
    createActive();
    put("managed");
    assertThat(delete().updateStatusReason()).contains("default capacity provider strategy");
    put();
    client.runTask(r -> r.cluster("shop").taskDefinition("web").capacityProviderStrategy(item()));

    CapacityProvider refused = delete();

    assertThat(refused.statusAsString()).isEqualTo("ACTIVE");
    assertThat(refused.updateStatusAsString()).isEqualTo("DELETE_FAILED");
    assertThat(refused.updateStatusReason()).contains("services or tasks use it in cluster: shop");
  }

  @Test
  void aDeletedProviderLeavesItsClusterWithItsInstances() {
    createActive();
    client.runTask(r -> r.cluster("shop").taskDefinition("web").capacityProviderStrategy(item()));
    ecs.advance(Duration.ofMinutes(3));
    client
        .listTasks(l -> l.cluster("shop"))
        .taskArns()
        .forEach(task -> client.stopTask(s -> s.cluster("shop").task(task)));
    ecs.advance(Duration.ofMinutes(1));
    assertThat(instances()).hasSize(1);
    assertThatThrownBy(() -> client.deleteCluster(d -> d.cluster("shop")))
        .isInstanceOf(ClientException.class)
        .hasMessageStartingWith(
            "The Cluster cannot be deleted while Cluster Scoped Capacity Providers are attached to"
                + " the cluster.");

    CapacityProvider leaving = delete();
    assertThat(leaving.statusAsString()).isEqualTo("DEPROVISIONING");
    assertThat(leaving.updateStatusAsString()).isEqualTo("DELETE_IN_PROGRESS");
    ecs.advance(Duration.ofSeconds(10));

    assertThat(describe().statusAsString()).isEqualTo("INACTIVE");
    assertThat(describe().updateStatusAsString()).isEqualTo("DELETE_COMPLETE");
    assertThat(clusterProviders()).isEmpty();
    assertThat(instances()).isEmpty();
    client.deleteCluster(d -> d.cluster("shop"));
  }

  private void assertRefused(
      String member, UnaryOperator<CreateManagedInstancesProviderConfiguration.Builder> change) {
    assertThatThrownBy(
            () ->
                client.createCapacityProvider(
                    c ->
                        c.name("m")
                            .cluster("shop")
                            .managedInstancesProvider(change.apply(valid().toBuilder()).build())))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageStartingWith(member);
  }

  private static CreateManagedInstancesProviderConfiguration valid() {
    return CreateManagedInstancesProviderConfiguration.builder()
        .infrastructureRoleArn(ROLE)
        .instanceLaunchTemplate(with(t -> t))
        .build();
  }

  private static InstanceLaunchTemplate with(UnaryOperator<InstanceLaunchTemplate.Builder> more) {
    return more.apply(
            InstanceLaunchTemplate.builder()
                .ec2InstanceProfileArn(PROFILE)
                .networkConfiguration(n -> n.subnets("subnet-a").securityGroups("sg-a")))
        .build();
  }

  private CapacityProvider create() {
    return client
        .createCapacityProvider(
            c -> c.name("managed").cluster("shop").managedInstancesProvider(valid()))
        .capacityProvider();
  }

  private void createActive() {
    create();
    ecs.advance(Duration.ofSeconds(10));
  }

  private CapacityProvider delete() {
    return client
        .deleteCapacityProvider(d -> d.capacityProvider("managed").cluster("shop"))
        .capacityProvider();
  }

  private CapacityProvider describe() {
    return client
        .describeCapacityProviders(d -> d.cluster("shop").capacityProviders("managed"))
        .capacityProviders()
        .getFirst();
  }

  /** Makes the providers the cluster's default strategy. */
  private void put(String... defaults) {
    client.putClusterCapacityProviders(
        p ->
            p.cluster("shop")
                .capacityProviders("managed")
                .defaultCapacityProviderStrategy(
                    defaults.length == 0 ? List.of() : List.of(item())));
  }

  private static CapacityProviderStrategyItem item() {
    return CapacityProviderStrategyItem.builder().capacityProvider("managed").weight(1).build();
  }

  private List<String> clusterProviders() {
    return client
        .describeClusters(d -> d.clusters("shop"))
        .clusters()
        .getFirst()
        .capacityProviders();
  }

  private List<String> instances() {
    return client.listContainerInstances(l -> l.cluster("shop")).containerInstanceArns();
  }
}
