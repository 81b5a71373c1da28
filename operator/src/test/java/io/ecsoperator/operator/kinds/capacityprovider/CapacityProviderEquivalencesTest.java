package io.ecsoperator.operator.kinds.capacityprovider;

import static io.ecsoperator.operator.kinds.EquivalencePair.differ;
import static io.ecsoperator.operator.kinds.EquivalencePair.same;

import io.ecsoperator.operator.kinds.EquivalencePair;
import io.ecsoperator.operator.kinds.EquivalencesTests;
import java.util.stream.Stream;

class CapacityProviderEquivalencesTest extends EquivalencesTests {

  CapacityProviderEquivalencesTest() {
    super(CapacityProviderSchema.SCHEMA, pairsOfCapacityProviders());
  }

  private static Stream<EquivalencePair> pairsOfCapacityProviders() {
    return Stream.of(
        same(
            "a cluster by name or ARN",
            "{cluster: 'arn:aws:ecs:eu-central-1:1:cluster/demo'}",
            "{cluster: 'demo'}"),
        same(
            "an Auto Scaling group by name or ARN",
            "{autoScalingGroupProvider: {autoScalingGroupArn: 'gpu'}}",
            "{autoScalingGroupProvider: {autoScalingGroupArn: 'arn:aws:autoscaling:eu-central-1:1:autoScalingGroup:0a1b:autoScalingGroupName/gpu'}}"),
        same(
            "defaults of an Auto Scaling group",
            """
            {autoScalingGroupProvider: {managedTerminationProtection: 'DISABLED', managedDraining: 'ENABLED',
             managedScaling: {targetCapacity: 100, minimumScalingStepSize: 1, maximumScalingStepSize: 10000,
              instanceWarmupPeriod: 300}}}""",
            "{}"),
        differ(
            "a target capacity",
            "{autoScalingGroupProvider: {managedScaling: {status: 'ENABLED', targetCapacity: 80}}}",
            "{autoScalingGroupProvider: {managedScaling: {status: 'ENABLED', targetCapacity: 100}}}",
            "autoScalingGroupProvider.managedScaling.targetCapacity"),
        same(
            "defaults of managed instances",
            """
            {managedInstancesProvider: {propagateTags: 'NONE', instanceLaunchTemplate: {
             capacityOptionType: 'ON_DEMAND', monitoring: 'BASIC', instanceMetadataTagsPropagation: true}}}""",
            "{}"),
        same(
            "lists of managed instances are sets",
            """
            {managedInstancesProvider: {instanceLaunchTemplate: {
             networkConfiguration: {subnets: ['a', 'b'], securityGroups: ['c', 'd']},
             instanceRequirements: {cpuManufacturers: ['intel', 'amd'], excludedInstanceTypes: ['e', 'f'],
              allowedInstanceTypes: ['g', 'h'], instanceGenerations: ['current', 'previous'],
              localStorageTypes: ['hdd', 'ssd'], acceleratorTypes: ['gpu', 'fpga'],
              acceleratorManufacturers: ['nvidia', 'amd'], acceleratorNames: ['t4', 'v100']}}}}""",
            """
            {managedInstancesProvider: {instanceLaunchTemplate: {
             networkConfiguration: {subnets: ['b', 'a'], securityGroups: ['d', 'c']},
             instanceRequirements: {cpuManufacturers: ['amd', 'intel'], excludedInstanceTypes: ['f', 'e'],
              allowedInstanceTypes: ['h', 'g'], instanceGenerations: ['previous', 'current'],
              localStorageTypes: ['ssd', 'hdd'], acceleratorTypes: ['fpga', 'gpu'],
              acceleratorManufacturers: ['amd', 'nvidia'], acceleratorNames: ['v100', 't4']}}}}"""));
  }
}
