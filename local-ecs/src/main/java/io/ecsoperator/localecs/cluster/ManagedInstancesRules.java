package io.ecsoperator.localecs.cluster;

import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.CapacityOptionType;
import software.amazon.awssdk.services.ecs.model.CreateManagedInstancesProviderConfiguration;
import software.amazon.awssdk.services.ecs.model.InfrastructureOptimization;
import software.amazon.awssdk.services.ecs.model.InstanceLaunchTemplate;
import software.amazon.awssdk.services.ecs.model.InstanceLaunchTemplateUpdate;
import software.amazon.awssdk.services.ecs.model.InstanceRequirementsRequest;
import software.amazon.awssdk.services.ecs.model.ManagedInstancesMonitoringOptions;
import software.amazon.awssdk.services.ecs.model.ManagedInstancesNetworkConfiguration;
import software.amazon.awssdk.services.ecs.model.ManagedInstancesProvider;
import software.amazon.awssdk.services.ecs.model.ManagedInstancesStorageConfiguration;
import software.amazon.awssdk.services.ecs.model.PropagateMITags;
import software.amazon.awssdk.services.ecs.model.UpdateManagedInstancesProviderConfiguration;

/**
 * What ECS refuses in providers of managed instances, and what it fills in. Only the defaults that
 * ECS documents are filled in.
 */
final class ManagedInstancesRules {
  /** The value of {@code scaleInAfter} that keeps idle instances for ever. */
  static final int NEVER_SCALE_IN = -1;

  private static final int LONGEST_SCALE_IN_SECONDS = 3600;

  private ManagedInstancesRules() {}

  /**
   * The provider that a CreateCapacityProvider asks for, with ECS's defaults.
   *
   * @throws EcsError InvalidParameterException where a required member is missing or a value is not
   *     allowed
   */
  static ManagedInstancesProvider filledIn(CreateManagedInstancesProviderConfiguration asked) {
    if (asked.instanceLaunchTemplate() == null) {
      throw blank("instanceLaunchTemplate");
    }
    Choice.check("propagateTags", asked.propagateTagsAsString(), List.of(PropagateMITags.values()));
    return checked(
        ManagedInstancesProvider.builder()
            .infrastructureRoleArn(asked.infrastructureRoleArn())
            .instanceLaunchTemplate(filledIn(asked.instanceLaunchTemplate()))
            .propagateTags(asked.propagateTagsAsString())
            .infrastructureOptimization(asked.infrastructureOptimization())
            .autoRepairConfiguration(asked.autoRepairConfiguration())
            .build());
  }

  private static InstanceLaunchTemplate filledIn(InstanceLaunchTemplate asked) {
    InstanceLaunchTemplate.Builder template = asked.toBuilder();
    if (asked.capacityOptionTypeAsString() == null) {
      template.capacityOptionType(CapacityOptionType.ON_DEMAND);
    }
    if (asked.monitoringAsString() == null) {
      template.monitoring(ManagedInstancesMonitoringOptions.BASIC);
    }
    if (asked.instanceMetadataTagsPropagation() == null) {
      template.instanceMetadataTagsPropagation(true);
    }
    return template.build();
  }

  /**
   * The provider after an UpdateCapacityProvider: members that the request leaves out keep their
   * values, also inside the launch template. The capacity option type cannot change.
   *
   * @throws EcsError InvalidParameterException where a required member is missing or a value is not
   *     allowed
   */
  static ManagedInstancesProvider changed(
      ManagedInstancesProvider before, UpdateManagedInstancesProviderConfiguration change) {
    if (change.instanceLaunchTemplate() == null) {
      throw blank("instanceLaunchTemplate");
    }
    Choice.check(
        "propagateTags", change.propagateTagsAsString(), List.of(PropagateMITags.values()));
    ManagedInstancesProvider.Builder after =
        before.toBuilder()
            .infrastructureRoleArn(change.infrastructureRoleArn())
            .instanceLaunchTemplate(
                changed(before.instanceLaunchTemplate(), change.instanceLaunchTemplate()));
    Optional.ofNullable(change.propagateTags()).ifPresent(after::propagateTags);
    Optional.ofNullable(change.infrastructureOptimization())
        .ifPresent(after::infrastructureOptimization);
    Optional.ofNullable(change.autoRepairConfiguration()).ifPresent(after::autoRepairConfiguration);
    return checked(after.build());
  }

  private static InstanceLaunchTemplate changed(
      InstanceLaunchTemplate before, InstanceLaunchTemplateUpdate change) {
    InstanceLaunchTemplate.Builder after = before.toBuilder();
    Optional.ofNullable(change.ec2InstanceProfileArn()).ifPresent(after::ec2InstanceProfileArn);
    Optional.ofNullable(change.networkConfiguration()).ifPresent(after::networkConfiguration);
    Optional.ofNullable(change.storageConfiguration()).ifPresent(after::storageConfiguration);
    Optional.ofNullable(change.localStorageConfiguration())
        .ifPresent(after::localStorageConfiguration);
    Optional.ofNullable(change.monitoringAsString()).ifPresent(after::monitoring);
    Optional.ofNullable(change.instanceMetadataTagsPropagation())
        .ifPresent(after::instanceMetadataTagsPropagation);
    Optional.ofNullable(change.instanceRequirements()).ifPresent(after::instanceRequirements);
    Optional.ofNullable(change.capacityReservations()).ifPresent(after::capacityReservations);
    return after.build();
  }

  private static ManagedInstancesProvider checked(ManagedInstancesProvider provider) {
    if (isBlank(provider.infrastructureRoleArn())) {
      throw blank("infrastructureRoleArn");
    }
    check(provider.instanceLaunchTemplate());
    Optional.ofNullable(provider.infrastructureOptimization())
        .map(InfrastructureOptimization::scaleInAfter)
        .filter(seconds -> seconds < NEVER_SCALE_IN || seconds > LONGEST_SCALE_IN_SECONDS)
        .ifPresent(
            seconds -> {
              throw EcsError.invalidParameter(
                  "scaleInAfter is between "
                      + NEVER_SCALE_IN
                      + " and "
                      + LONGEST_SCALE_IN_SECONDS
                      + ".");
            });
    return provider;
  }

  private static void check(InstanceLaunchTemplate template) {
    if (isBlank(template.ec2InstanceProfileArn())) {
      throw blank("ec2InstanceProfileArn");
    }
    ManagedInstancesNetworkConfiguration network = template.networkConfiguration();
    if (network == null || network.subnets().isEmpty()) {
      throw EcsError.invalidParameter("subnets can not be empty.");
    }
    Choice.check(
        "capacityOptionType",
        template.capacityOptionTypeAsString(),
        List.of(CapacityOptionType.values()));
    Choice.check(
        "monitoring",
        template.monitoringAsString(),
        List.of(ManagedInstancesMonitoringOptions.values()));
    Optional.ofNullable(template.storageConfiguration())
        .map(ManagedInstancesStorageConfiguration::storageSizeGiB)
        .filter(size -> size < 1)
        .ifPresent(
            size -> {
              throw EcsError.invalidParameter("storageSizeGiB must be at least 1.");
            });
    Optional.ofNullable(template.instanceRequirements()).ifPresent(ManagedInstancesRules::check);
  }

  private static void check(InstanceRequirementsRequest requirements) {
    if (requirements.vCpuCount() == null || requirements.vCpuCount().min() == null) {
      throw blank("vCpuCount.min");
    }
    if (requirements.memoryMiB() == null || requirements.memoryMiB().min() == null) {
      throw blank("memoryMiB.min");
    }
  }

  private static boolean isBlank(@Nullable String text) {
    return text == null || text.isEmpty();
  }

  private static EcsError blank(String member) {
    return EcsError.invalidParameter(member + " can not be blank.");
  }
}
