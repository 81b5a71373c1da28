package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.Manifests.SAMPLES;
import static io.ecsoperator.e2e.operator.ObjectRef.capacityProvider;
import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.localecs.calls.Call;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.CapacityProvider;
import software.amazon.awssdk.services.ecs.model.CapacityProviderField;
import software.amazon.awssdk.services.ecs.model.CapacityProviderUpdateStatus;
import software.amazon.awssdk.services.ecs.model.Tag;

/** Capacity providers, and the clusters and services that use them. */
@WithOperator
class CapacityProviderTest {
  private static final String GROUP = "autoScalingGroupArn: gpu";
  private static final String INSTANCES =
      """
      managedInstancesProvider:
        infrastructureRoleArn: arn:aws:iam::111122223333:role/infrastructure
        instanceLaunchTemplate:
          ec2InstanceProfileArn: arn:aws:iam::111122223333:instance-profile/instance
          networkConfiguration: {subnets: [subnet-1]}""";

  private TestBed bed;

  @BeforeEach
  void take(TestBed bed) {
    this.bed = bed;
  }

  @Test
  void aProviderIsCreatedChangedAndListed() {
    bed.apply(scaledTo(80, "tags: [{key: team, value: shop}]"));
    bed.awaitReady(capacityProvider("gpu"));
    assertThat(described("gpu").autoScalingGroupProvider().managedScaling().targetCapacity())
        .isEqualTo(80);
    assertThat(described("gpu").tags()).contains(tag("team", "shop"), owned());

    bed.apply(scaledTo(90));
    bed.awaitReady(capacityProvider("gpu"));

    assertThat(described("gpu").autoScalingGroupProvider().managedScaling().targetCapacity())
        .isEqualTo(90);
    assertThat(described("gpu").updateStatus())
        .isEqualTo(CapacityProviderUpdateStatus.UPDATE_COMPLETE);
    assertThat(described("gpu").tags()).containsExactly(owned());
    assertThat(bed.ecs().calls().of("UpdateCapacityProvider")).hasSize(1);
    assertThat(bed.kubectl("get", "ecs")).contains("ecscapacityprovider.ecs-operator.io/gpu");
    assertThat(bed.kubectl("get", "ecscp", "gpu")).contains("READY", "STATUS", "Reconciled");
  }

  @Test
  void driftIsCorrected() {
    bed.apply(scaledTo(80));
    bed.awaitReady(capacityProvider("gpu"));

    bed.aws()
        .updateCapacityProvider(
            update ->
                update
                    .name("gpu")
                    .autoScalingGroupProvider(
                        group -> group.managedScaling(scaling -> scaling.targetCapacity(10))));

    Await.until(
        "the target capacity is back",
        () -> described("gpu").autoScalingGroupProvider().managedScaling().targetCapacity() == 80);
    bed.awaitReady(capacityProvider("gpu"));
  }

  @Test
  void aPausedProviderIsNotChanged() {
    bed.apply(scaledTo(80));
    bed.awaitReady(capacityProvider("gpu"));
    bed.annotate(capacityProvider("gpu"), "ecs-operator.io/paused=true");
    long before = bed.ecs().calls().lastSequence();

    bed.apply(scaledTo(90));

    bed.awaitReconciling(capacityProvider("gpu"), "ChangesPending");
    assertThat(bed.message(capacityProvider("gpu"), "Reconciling"))
        .contains("UpdateCapacityProvider");
    assertThat(bed.writesSince(before)).isEmpty();
  }

  @Test
  void anExistingProviderIsAdoptedAndRetained() {
    bed.aws()
        .createCapacityProvider(
            create ->
                create
                    .name("gpu")
                    .autoScalingGroupProvider(group -> group.autoScalingGroupArn("gpu")));
    bed.apply(provider("autoScalingGroupProvider: {autoScalingGroupArn: gpu}"));
    bed.awaitStalled(capacityProvider("gpu"), "NotOwned");

    bed.patchSpec(capacityProvider("gpu"), "adoptionPolicy: Adopt", "deletionPolicy: Retain");
    bed.awaitReady(capacityProvider("gpu"));
    assertThat(described("gpu").tags()).containsExactly(owned());
    bed.delete(capacityProvider("gpu"));

    bed.awaitGone(capacityProvider("gpu"));
    assertThat(described("gpu").statusAsString()).isEqualTo("ACTIVE");
    assertThat(described("gpu").tags()).isEmpty();
  }

  @Test
  void aDeletionThatEcsRefusesIsReportedAndRepeated() {
    bed.apply(scaledTo(80));
    bed.awaitReady(capacityProvider("gpu"));
    bed.aws().createCluster(create -> create.clusterName("foreign").capacityProviders("gpu"));

    bed.delete(capacityProvider("gpu"));
    bed.awaitReconciling(capacityProvider("gpu"), "RefusedForNow");
    assertThat(bed.message(capacityProvider("gpu"), "Reconciling"))
        .contains("ECS did not delete the capacity provider", "associated with cluster: foreign");

    bed.aws().deleteCluster(delete -> delete.cluster("foreign"));

    bed.awaitGone(capacityProvider("gpu"));
    assertThat(described("gpu").statusAsString()).isEqualTo("INACTIVE");
  }

  @Test
  void theObjectsOfASampleUseTheProviderAndAreDeletedInOneGo() {
    String sample = SAMPLES.resolve("capacity-providers/auto-scaling-group.yaml").toString();
    bed.kubectl("apply", "--server-side", "-f", sample);

    bed.awaitReady(capacityProvider("catalog-instances"), cluster("catalog"), service("catalog"));
    assertThat(
            bed.aws()
                .describeClusters(describe -> describe.clusters("catalog"))
                .clusters()
                .getFirst()
                .capacityProviders())
        .containsExactly("catalog-instances");

    bed.kubectl("delete", "-f", sample);

    assertThat(bed.find(cluster("catalog"))).isEmpty();
    assertThat(described("catalog-instances").statusAsString()).isEqualTo("INACTIVE");
  }

  @Test
  void theSampleOfManagedInstancesBecomesReadyAndIsDeletedInOneGo() {
    String sample = SAMPLES.resolve("capacity-providers/managed-instances.yaml").toString();
    bed.kubectl("apply", "--server-side", "-f", sample);

    bed.awaitReady(capacityProvider("search-instances"), cluster("search"), service("search"));

    bed.kubectl("delete", "-f", sample);
    assertThat(bed.objects()).isEmpty();
    assertThat(described("search-instances").statusAsString()).isEqualTo("INACTIVE");
  }

  @Test
  void aClusterAndManagedInstancesThatReferToEachOtherAreDeletedTogether() {
    bed.apply(
        Manifests.cluster(
            "demo",
            "capacityProviders: [FARGATE]",
            "capacityProviderRefs: [{name: gpu}]",
            "defaultCapacityProviderStrategy: [{capacityProviderRef: {name: gpu}, weight: 1}]"),
        provider("clusterRef: {name: demo}", INSTANCES));
    bed.awaitReady(capacityProvider("gpu"), cluster("demo"));
    assertThat(
            bed.aws()
                .describeClusters(describe -> describe.clusters("demo"))
                .clusters()
                .getFirst()
                .capacityProviders())
        .containsExactlyInAnyOrder("FARGATE", "gpu");

    bed.kubectl("delete", "ecs", "--all");

    assertThat(bed.objects()).isEmpty();
    assertThat(bed.aws().listClusters().clusterArns()).isEmpty();
    assertThat(described("gpu").statusAsString()).isEqualTo("INACTIVE");
    assertThat(bed.ecs().calls().of("DeleteCluster")).filteredOn(Call::succeeded).hasSize(1);
  }

  @Test
  void aProviderThatAClusterUsesWaitsForItAndNamesIt() {
    bed.apply(scaledTo(80), Manifests.cluster("demo", "capacityProviderRefs: [{name: gpu}]"));
    bed.awaitReady(capacityProvider("gpu"), cluster("demo"));

    bed.delete(capacityProvider("gpu"));

    bed.awaitReconciling(capacityProvider("gpu"), "WaitingForDependents");
    assertThat(bed.message(capacityProvider("gpu"), "Reconciling"))
        .isEqualTo("Waiting until these are deleted: EcsCluster demo.");
    assertThat(bed.ecs().calls().of("DeleteCapacityProvider")).isEmpty();
    bed.delete(cluster("demo"));
    bed.awaitGone(capacityProvider("gpu"));
  }

  private static String scaledTo(int targetCapacity, String... more) {
    return provider(
        "autoScalingGroupProvider: {"
            + GROUP
            + ", managedScaling: {targetCapacity: "
            + targetCapacity
            + "}}",
        String.join("\n", more));
  }

  private static String provider(String... spec) {
    return Manifests.object("EcsCapacityProvider", "gpu", spec);
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  private Tag owned() {
    return tag("ecs-operator.io/owner", bed.ownerTag(capacityProvider("gpu")));
  }

  private CapacityProvider described(String name) {
    List<CapacityProvider> providers =
        bed.aws()
            .describeCapacityProviders(
                describe -> describe.capacityProviders(name).include(CapacityProviderField.TAGS))
            .capacityProviders();
    return providers.getFirst();
  }
}
