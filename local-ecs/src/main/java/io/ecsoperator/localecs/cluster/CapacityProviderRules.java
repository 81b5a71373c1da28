package io.ecsoperator.localecs.cluster;

import io.ecsoperator.localecs.protocol.EcsError;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.ecs.model.AutoScalingGroupProvider;
import software.amazon.awssdk.services.ecs.model.AutoScalingGroupProviderUpdate;
import software.amazon.awssdk.services.ecs.model.CreateCapacityProviderRequest;
import software.amazon.awssdk.services.ecs.model.ManagedDraining;
import software.amazon.awssdk.services.ecs.model.ManagedScaling;
import software.amazon.awssdk.services.ecs.model.ManagedScalingStatus;
import software.amazon.awssdk.services.ecs.model.ManagedTerminationProtection;

/** What ECS refuses in capacity providers, and what it fills in. */
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
    if (request.managedInstancesProvider() != null) {
      throw new EcsError(
          "UnsupportedFeatureException",
          "local-ecs does not support capacity providers of managed instances.");
    }
    if (request.autoScalingGroupProvider() == null
        || request.autoScalingGroupProvider().autoScalingGroupArn() == null
        || request.autoScalingGroupProvider().autoScalingGroupArn().isEmpty()) {
      throw EcsError.invalidParameter("autoScalingGroupArn can not be blank.");
    }
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

  static AutoScalingGroupProvider changed(
      AutoScalingGroupProvider before, AutoScalingGroupProviderUpdate change) {
    AutoScalingGroupProvider.Builder after =
        before.toBuilder().managedScaling(merged(before.managedScaling(), change.managedScaling()));
    Optional.ofNullable(change.managedTerminationProtection())
        .ifPresent(after::managedTerminationProtection);
    Optional.ofNullable(change.managedDraining()).ifPresent(after::managedDraining);
    return checked(after.build());
  }

  /** What is left out stays. */
  private static ManagedScaling merged(ManagedScaling before, ManagedScaling change) {
    if (change == null) {
      return before;
    }
    ManagedScaling.Builder merged = before.toBuilder();
    Optional.ofNullable(change.status()).ifPresent(merged::status);
    Optional.ofNullable(change.targetCapacity()).ifPresent(merged::targetCapacity);
    Optional.ofNullable(change.minimumScalingStepSize()).ifPresent(merged::minimumScalingStepSize);
    Optional.ofNullable(change.maximumScalingStepSize()).ifPresent(merged::maximumScalingStepSize);
    Optional.ofNullable(change.instanceWarmupPeriod()).ifPresent(merged::instanceWarmupPeriod);
    return merged.build();
  }

  private static AutoScalingGroupProvider checked(AutoScalingGroupProvider provider) {
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
