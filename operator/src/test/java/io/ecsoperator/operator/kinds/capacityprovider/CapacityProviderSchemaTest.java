package io.ecsoperator.operator.kinds.capacityprovider;

import static io.ecsoperator.operator.Trees.tree;
import static io.ecsoperator.operator.kinds.capacityprovider.CapacityProviderSchema.SCHEMA;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Projection;
import io.ecsoperator.plan.UpdateRequests;
import io.ecsoperator.plan.UpdateRequests.Update;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapacityProviderSchemaTest {
  private static final String SCALED =
      """
      {name: 'gpu', autoScalingGroupProvider: {autoScalingGroupArn: 'gpu',
       managedScaling: {status: 'ENABLED', targetCapacity: 80}, managedDraining: 'DISABLED',
       managedTerminationProtection: 'ENABLED'}}""";
  private static final String INSTANCES =
      """
      {name: 'mi', cluster: 'demo', managedInstancesProvider: {infrastructureRoleArn: 'role',
       propagateTags: 'CAPACITY_PROVIDER', infrastructureOptimization: {scaleInAfter: 60},
       instanceLaunchTemplate: {ec2InstanceProfileArn: 'profile', capacityOptionType: 'SPOT',
        networkConfiguration: {subnets: ['a']}, monitoring: 'DETAILED',
        instanceMetadataTagsPropagation: false, storageConfiguration: {storageSizeGiB: 50}}}}""";

  private final Differ differ = new Differ();
  private final UpdateRequests requests = new UpdateRequests();

  /** The changes from what was applied, as ECS shows it, to another spec. */
  private List<FieldChange> changes(String applied, String desired) {
    ObjectNode observed = tree(applied);
    return differ.diff(
        SCHEMA, tree(desired), observed, AppliedPaths.of(SCHEMA, observed), List.of());
  }

  private List<ObjectNode> updates(String applied, String desired) {
    return requests.of(SCHEMA, tree(desired), tree(applied), changes(applied, desired)).stream()
        .map(Update::members)
        .toList();
  }

  private List<String> replacements(String applied, String desired) {
    return requests.replacements(SCHEMA, changes(applied, desired)).stream()
        .map(FieldChange::path)
        .toList();
  }

  @Test
  void whatOnlyDescriptionsHaveIsNotCompared() {
    ObjectNode described =
        tree(SCALED)
            .put("capacityProviderArn", "arn")
            .put("status", "ACTIVE")
            .put("type", "EC2_AUTOSCALING")
            .put("updateStatus", "UPDATE_COMPLETE")
            .put("updateStatusReason", "none");

    assertThat(new Projection().observed(SCHEMA, described)).isEqualTo(tree(SCALED));
  }

  @Test
  void anUpdateCarriesTheChangedBlockWithoutItsAutoScalingGroup() {
    assertThat(
            updates(
                SCALED,
                """
                {name: 'gpu', autoScalingGroupProvider: {autoScalingGroupArn: 'gpu',
                 managedScaling: {status: 'ENABLED', targetCapacity: 90}, managedDraining: 'DISABLED',
                 managedTerminationProtection: 'ENABLED'}}"""))
        .containsExactly(
            tree(
                """
                {autoScalingGroupProvider: {managedScaling: {status: 'ENABLED', targetCapacity: 90},
                 managedDraining: 'DISABLED', managedTerminationProtection: 'ENABLED'}}"""));
  }

  @Test
  void settingsThatLeaveTheSpecOfAGroupAreResetToDefaults() {
    assertThat(
            updates(
                SCALED, "{name: 'gpu', autoScalingGroupProvider: {autoScalingGroupArn: 'gpu'}}"))
        .containsExactly(
            tree(
                """
                {autoScalingGroupProvider: {managedScaling: {status: 'DISABLED', targetCapacity: 100,
                  minimumScalingStepSize: 1, maximumScalingStepSize: 10000, instanceWarmupPeriod: 300},
                 managedDraining: 'ENABLED', managedTerminationProtection: 'DISABLED'}}"""));
  }

  @Test
  void settingsThatLeaveTheSpecOfManagedInstancesAreResetOrReleased() {
    assertThat(
            updates(
                INSTANCES,
                """
                {name: 'mi', cluster: 'demo', managedInstancesProvider: {infrastructureRoleArn: 'role',
                 instanceLaunchTemplate: {ec2InstanceProfileArn: 'profile', capacityOptionType: 'SPOT',
                  networkConfiguration: {subnets: ['a']}}}}"""))
        .containsExactly(
            tree(
                """
                {managedInstancesProvider: {infrastructureRoleArn: 'role', propagateTags: 'NONE',
                 infrastructureOptimization: {scaleInAfter: 60},
                 instanceLaunchTemplate: {ec2InstanceProfileArn: 'profile',
                  networkConfiguration: {subnets: ['a']}, monitoring: 'BASIC',
                  instanceMetadataTagsPropagation: true, storageConfiguration: {storageSizeGiB: 50}}}}"""));
  }

  @Test
  void anotherClusterGroupOrCapacityOptionNeedsAReplacement() {
    assertThat(replacements(SCALED, SCALED.replace("Arn: 'gpu'", "Arn: 'other'")))
        .containsExactly("autoScalingGroupProvider.autoScalingGroupArn");
    assertThat(
            replacements(INSTANCES, INSTANCES.replace("'SPOT'", "'RESERVED'").replace("demo", "b")))
        .containsExactlyInAnyOrder(
            "cluster", "managedInstancesProvider.instanceLaunchTemplate.capacityOptionType");
  }
}
