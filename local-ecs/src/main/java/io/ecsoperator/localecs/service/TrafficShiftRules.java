package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.protocol.EcsError;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.CanaryConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentStrategy;
import software.amazon.awssdk.services.ecs.model.LinearConfiguration;

/**
 * Validates the traffic shifts of blue/green, linear and canary deployments, and fills in ECS's
 * defaults.
 */
final class TrafficShiftRules {
  private static final double STEP_PERCENT = 10;
  private static final int STEP_BAKE_MINUTES = 6;
  private static final double CANARY_PERCENT = 5;
  private static final int CANARY_BAKE_MINUTES = 10;
  private static final int MOST_MINUTES = 1440;

  private TrafficShiftRules() {}

  static DeploymentConfiguration filledIn(DeploymentConfiguration configuration) {
    DeploymentConfiguration.Builder filled = configuration.toBuilder();
    if (configuration.strategy() == DeploymentStrategy.LINEAR) {
      Optional<LinearConfiguration> linear =
          Optional.ofNullable(configuration.linearConfiguration());
      filled.linearConfiguration(
          LinearConfiguration.builder()
              .stepPercent(linear.map(LinearConfiguration::stepPercent).orElse(STEP_PERCENT))
              .stepBakeTimeInMinutes(
                  linear.map(LinearConfiguration::stepBakeTimeInMinutes).orElse(STEP_BAKE_MINUTES))
              .build());
    }
    if (configuration.strategy() == DeploymentStrategy.CANARY) {
      Optional<CanaryConfiguration> canary =
          Optional.ofNullable(configuration.canaryConfiguration());
      filled.canaryConfiguration(
          CanaryConfiguration.builder()
              .canaryPercent(canary.map(CanaryConfiguration::canaryPercent).orElse(CANARY_PERCENT))
              .canaryBakeTimeInMinutes(
                  canary
                      .map(CanaryConfiguration::canaryBakeTimeInMinutes)
                      .orElse(CANARY_BAKE_MINUTES))
              .build());
    }
    return filled.build();
  }

  static void check(DeploymentConfiguration configuration) {
    checkMinutes("bakeTimeInMinutes", configuration.bakeTimeInMinutes());
    Optional.ofNullable(configuration.linearConfiguration())
        .ifPresent(
            linear -> {
              checkPercent("stepPercent", linear.stepPercent(), 3);
              checkMinutes("stepBakeTimeInMinutes", linear.stepBakeTimeInMinutes());
            });
    Optional.ofNullable(configuration.canaryConfiguration())
        .ifPresent(
            canary -> {
              checkPercent("canaryPercent", canary.canaryPercent(), 0.1);
              checkMinutes("canaryBakeTimeInMinutes", canary.canaryBakeTimeInMinutes());
            });
  }

  private static void checkPercent(String what, @Nullable Double value, double least) {
    if (value == null) {
      return;
    }
    if (!(value >= least && value <= 100) || BigDecimal.valueOf(value).scale() > 1) {
      throw EcsError.invalidParameter(
          what + " must be a multiple of 0.1 between " + least + " and 100.0.");
    }
  }

  private static void checkMinutes(String what, @Nullable Integer value) {
    if (value != null && (value < 0 || value > MOST_MINUTES)) {
      throw EcsError.invalidParameter(what + " must be between 0 and " + MOST_MINUTES + ".");
    }
  }
}
