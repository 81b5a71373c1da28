package io.ecsoperator.localecs.service;

import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.DeploymentCircuitBreaker;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.ThresholdConfiguration;
import software.amazon.awssdk.services.ecs.model.ThresholdType;

/** The deployment circuit breaker: when failed tasks end a deployment. */
record CircuitBreaker(DeploymentCircuitBreaker settings) {
  private static final int LEAST = 3;
  private static final int MOST = 200;

  static CircuitBreaker of(DeploymentConfiguration configuration) {
    return new CircuitBreaker(configuration.deploymentCircuitBreaker());
  }

  boolean isEnabled() {
    return settings.enable();
  }

  boolean rollsBack() {
    return settings.rollback();
  }

  /** Whether a task that becomes healthy resets the failure count. */
  boolean forgivesOnHealthyTask() {
    return settings.resetOnHealthyTask();
  }

  /** The number of failed tasks that triggers the breaker. */
  int threshold(int desired) {
    ThresholdConfiguration threshold = settings.thresholdConfiguration();
    int value = Optional.ofNullable(threshold.value()).orElse(DeploymentConfigurations.PERCENT);
    ThresholdType type =
        Optional.ofNullable(threshold.type()).orElse(ThresholdType.BOUNDED_PERCENT);
    int share = (int) Math.ceilDiv((long) desired * value, 100);
    return switch (type) {
      case COUNT -> value;
      case UNBOUNDED_PERCENT -> Math.max(1, share);
      case BOUNDED_PERCENT, UNKNOWN_TO_SDK_VERSION -> Math.clamp(share, LEAST, MOST);
    };
  }
}
