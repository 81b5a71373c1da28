package io.ecsoperator.localecs.cluster;

import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.AutoScalingGroupProvider;
import software.amazon.awssdk.services.ecs.model.AutoScalingGroupProviderUpdate;
import software.amazon.awssdk.services.ecs.model.CapacityProvider;
import software.amazon.awssdk.services.ecs.model.CreateCapacityProviderRequest;
import software.amazon.awssdk.services.ecs.model.ManagedDraining;
import software.amazon.awssdk.services.ecs.model.ManagedScaling;
import software.amazon.awssdk.services.ecs.model.ManagedScalingStatus;
import software.amazon.awssdk.services.ecs.model.ManagedTerminationProtection;
import software.amazon.awssdk.services.ecs.model.UpdateCapacityProviderRequest;

/** Validates capacity providers as ECS does, and fills in ECS's defaults. */
final class CapacityProviderRules {
  private static final Pattern NAME =
      Pattern.compile("(?!(?i:aws|ecs|fargate))[A-Za-z0-9_-]{1,255}");
  private static final int WARMUP_SECONDS = 300;
  private static final int MOST_STEP = 10_000;
  private static final int PERCENT = 100;

  private CapacityProviderRules() {}

  static void check(CreateCapacityProviderRequest request) {
    if (request.name() == null || !NAME.matcher(request.name()).matches()) {
      throw EcsError.invalidParameter(
          "The specified capacity provider name is invalid. Up to 255 characters are allowed,"
              + " including letters (upper and lowercase), numbers, underscores, and hyphens. The"
              + " name cannot be prefixed with \"aws\", \"ecs\", or \"fargate\".");
    }
    if ((request.autoScalingGroupProvider() == null)
        == (request.managedInstancesProvider() == null)) {
      throw EcsError.invalidParameter(
          "Specify either autoScalingGroupProvider or managedInstancesProvider.");
    }
    if (request.managedInstancesProvider() != null) {
      if (isBlank(request.cluster())) {
        throw EcsError.invalidParameter("A managed instances capacity provider needs a cluster.");
      }
    } else if (!isBlank(request.cluster())) {
      throw EcsError.invalidParameter(
          "A capacity provider of an Auto Scaling group is not created in a cluster. Associate it"
              + " with PutClusterCapacityProviders.");
    } else if (isBlank(request.autoScalingGroupProvider().autoScalingGroupArn())) {
      throw EcsError.invalidParameter("autoScalingGroupArn can not be blank.");
    }
  }

  private static boolean isBlank(@Nullable String text) {
    return text == null || text.isEmpty();
  }

  /**
   * The provider after an update of its settings. Name, cluster, Auto Scaling group and type cannot
   * change.
   *
   * @throws EcsError InvalidParameterException where the request has no settings for the provider's
   *     type
   */
  static CapacityProvider changed(CapacityProvider before, UpdateCapacityProviderRequest change) {
    boolean ofGroup = before.autoScalingGroupProvider() != null;
    if (change.autoScalingGroupProvider() != null && change.managedInstancesProvider() != null) {
      throw EcsError.invalidParameter(
          "Specify either autoScalingGroupProvider or managedInstancesProvider.");
    }
    if (ofGroup && change.autoScalingGroupProvider() == null) {
      throw EcsError.invalidParameter("autoScalingGroupProvider can not be blank.");
    }
    if (!ofGroup && change.managedInstancesProvider() == null) {
      throw EcsError.invalidParameter("managedInstancesProvider can not be blank.");
    }
    return ofGroup
        ? before.toBuilder()
            .autoScalingGroupProvider(
                changed(before.autoScalingGroupProvider(), change.autoScalingGroupProvider()))
            .build()
        : before.toBuilder()
            .managedInstancesProvider(
                ManagedInstancesRules.changed(
                    before.managedInstancesProvider(), change.managedInstancesProvider()))
            .build();
  }

  static AutoScalingGroupProvider filledIn(AutoScalingGroupProvider asked) {
    ManagedScaling standard =
        ManagedScaling.builder()
            .status(
                asked.managedScaling() == null
                    ? ManagedScalingStatus.DISABLED
                    : ManagedScalingStatus.ENABLED)
            .targetCapacity(PERCENT)
            .minimumScalingStepSize(1)
            .maximumScalingStepSize(MOST_STEP)
            .instanceWarmupPeriod(WARMUP_SECONDS)
            .build();
    return checked(
        AutoScalingGroupProvider.builder()
            .autoScalingGroupArn(asked.autoScalingGroupArn())
            .managedScaling(merged(standard, asked.managedScaling()))
            .managedTerminationProtection(
                asked.managedTerminationProtection() == null
                    ? ManagedTerminationProtection.DISABLED
                    : asked.managedTerminationProtection())
            .managedDraining(
                asked.managedDraining() == null ? ManagedDraining.ENABLED : asked.managedDraining())
            .build());
  }

  private static AutoScalingGroupProvider changed(
      AutoScalingGroupProvider before, AutoScalingGroupProviderUpdate change) {
    AutoScalingGroupProvider.Builder after =
        before.toBuilder().managedScaling(merged(before.managedScaling(), change.managedScaling()));
    Optional.ofNullable(change.managedTerminationProtection())
        .ifPresent(after::managedTerminationProtection);
    Optional.ofNullable(change.managedDraining()).ifPresent(after::managedDraining);
    return checked(after.build());
  }

  /** Members that the change leaves out keep their values. */
  private static ManagedScaling merged(ManagedScaling before, @Nullable ManagedScaling change) {
    if (change == null) {
      return before;
    }
    Choice.check(
        "managedScaling.status", change.statusAsString(), List.of(ManagedScalingStatus.values()));
    ManagedScaling.Builder merged = before.toBuilder();
    Optional.ofNullable(change.status()).ifPresent(merged::status);
    Optional.ofNullable(change.targetCapacity()).ifPresent(merged::targetCapacity);
    Optional.ofNullable(change.minimumScalingStepSize()).ifPresent(merged::minimumScalingStepSize);
    Optional.ofNullable(change.maximumScalingStepSize()).ifPresent(merged::maximumScalingStepSize);
    Optional.ofNullable(change.instanceWarmupPeriod()).ifPresent(merged::instanceWarmupPeriod);
    return merged.build();
  }

  private static AutoScalingGroupProvider checked(AutoScalingGroupProvider provider) {
    Choice.check(
        "managedTerminationProtection",
        provider.managedTerminationProtectionAsString(),
        List.of(ManagedTerminationProtection.values()));
    Choice.check(
        "managedDraining", provider.managedDrainingAsString(), List.of(ManagedDraining.values()));
    ManagedScaling scaling = provider.managedScaling();
    checkRange("targetCapacity", scaling.targetCapacity(), 1, PERCENT);
    checkRange("minimumScalingStepSize", scaling.minimumScalingStepSize(), 1, MOST_STEP);
    checkRange("maximumScalingStepSize", scaling.maximumScalingStepSize(), 1, MOST_STEP);
    checkRange("instanceWarmupPeriod", scaling.instanceWarmupPeriod(), 0, MOST_STEP);
    if (provider.managedTerminationProtection() == ManagedTerminationProtection.ENABLED
        && scaling.status() != ManagedScalingStatus.ENABLED) {
      throw EcsError.invalidParameter(
          "The managed termination protection setting for the capacity provider is invalid. To"
              + " enable managed termination protection for a capacity provider, enable managed"
              + " scaling.");
    }
    return provider;
  }

  private static void checkRange(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw EcsError.invalidParameter(what + " is between " + least + " and " + most + ".");
    }
  }
}
