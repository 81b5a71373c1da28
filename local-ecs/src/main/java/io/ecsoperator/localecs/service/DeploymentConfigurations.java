package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.DeploymentCircuitBreaker;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentStrategy;
import software.amazon.awssdk.services.ecs.model.ThresholdConfiguration;
import software.amazon.awssdk.services.ecs.model.ThresholdType;

/** Validates and merges the deployment configurations of services, and fills in ECS's defaults. */
final class DeploymentConfigurations {
  /** The standard threshold of the circuit breaker, in percent of the desired count. */
  static final int PERCENT = 50;

  private DeploymentConfigurations() {}

  /** The defaults for a new service. */
  static DeploymentConfiguration initial(boolean daemon) {
    return DeploymentConfiguration.builder()
        .maximumPercent(daemon ? 100 : 200)
        .minimumHealthyPercent(daemon ? 0 : 100)
        .strategy(DeploymentStrategy.ROLLING)
        .bakeTimeInMinutes(0)
        .deploymentCircuitBreaker(
            DeploymentCircuitBreaker.builder()
                .enable(false)
                .rollback(false)
                .resetOnHealthyTask(true)
                .thresholdConfiguration(
                    ThresholdConfiguration.builder()
                        .type(ThresholdType.BOUNDED_PERCENT)
                        .value(PERCENT)
                        .build())
                .build())
        .build();
  }

  /**
   * Merges one level deep: members that the request leaves out keep their values. The circuit
   * breaker is replaced as a whole, except for its optional members.
   *
   * @param change as in the request, or null
   * @throws EcsError for values out of range
   */
  static DeploymentConfiguration merged(
      DeploymentConfiguration before, @Nullable DeploymentConfiguration change) {
    if (change == null) {
      return before;
    }
    Choice.check("deployment strategy", change.strategyAsString(), strategies());
    DeploymentConfiguration.Builder merged = before.toBuilder();
    Optional.ofNullable(change.maximumPercent()).ifPresent(merged::maximumPercent);
    Optional.ofNullable(change.minimumHealthyPercent()).ifPresent(merged::minimumHealthyPercent);
    Optional.ofNullable(change.strategy()).ifPresent(merged::strategy);
    Optional.ofNullable(change.bakeTimeInMinutes()).ifPresent(merged::bakeTimeInMinutes);
    Optional.ofNullable(change.alarms()).ifPresent(merged::alarms);
    Optional.ofNullable(change.deploymentCircuitBreaker())
        .ifPresent(
            breaker ->
                merged.deploymentCircuitBreaker(
                    replaced(before.deploymentCircuitBreaker(), breaker)));
    if (change.hasLifecycleHooks()) {
      merged.lifecycleHooks(LifecycleHookRules.filledIn(change.lifecycleHooks()));
    }
    Optional.ofNullable(change.linearConfiguration()).ifPresent(merged::linearConfiguration);
    Optional.ofNullable(change.canaryConfiguration()).ifPresent(merged::canaryConfiguration);
    DeploymentConfiguration result = TrafficShiftRules.filledIn(merged.build());
    check(result);
    return result;
  }

  private static DeploymentCircuitBreaker replaced(
      DeploymentCircuitBreaker before, DeploymentCircuitBreaker change) {
    DeploymentCircuitBreaker.Builder replaced =
        before.toBuilder()
            .enable(Boolean.TRUE.equals(change.enable()))
            .rollback(Boolean.TRUE.equals(change.rollback()));
    Optional.ofNullable(change.resetOnHealthyTask()).ifPresent(replaced::resetOnHealthyTask);
    Optional.ofNullable(change.thresholdConfiguration())
        .ifPresent(replaced::thresholdConfiguration);
    return replaced.build();
  }

  private static void check(DeploymentConfiguration configuration) {
    int most = configuration.maximumPercent();
    int least = configuration.minimumHealthyPercent();
    if (most < 100 || most > 200) {
      throw EcsError.invalidParameter("maximumPercent must be between 100 and 200.");
    }
    if (least < 0 || least > 100) {
      throw EcsError.invalidParameter("minimumHealthyPercent must be between 0 and 100.");
    }
    if (most == 100 && least == 100) {
      throw EcsError.invalidParameter(
          "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block"
              + " deployments.");
    }
    TrafficShiftRules.check(configuration);
  }

  private static List<DeploymentStrategy> strategies() {
    return List.of(DeploymentStrategy.values());
  }
}
