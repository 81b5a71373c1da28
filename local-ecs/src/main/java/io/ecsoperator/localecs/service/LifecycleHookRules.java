package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHook;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookAction;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookStage;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookTargetType;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookTimeoutConfiguration;

/** Validates lifecycle hooks and fills in ECS's defaults. */
final class LifecycleHookRules {
  private static final int TIMEOUT_MINUTES = 1440;
  private static final List<DeploymentLifecycleHookStage> NO_PAUSE =
      List.of(
          DeploymentLifecycleHookStage.TEST_TRAFFIC_SHIFT,
          DeploymentLifecycleHookStage.PRODUCTION_TRAFFIC_SHIFT);

  private LifecycleHookRules() {}

  /**
   * The hooks with defaults filled in.
   *
   * @throws EcsError for a hook that ECS refuses
   */
  static List<DeploymentLifecycleHook> filledIn(List<DeploymentLifecycleHook> hooks) {
    hooks.forEach(LifecycleHookRules::check);
    return hooks.stream().map(LifecycleHookRules::filledIn).toList();
  }

  private static void check(DeploymentLifecycleHook hook) {
    Choice.check(
        "hook target type",
        hook.targetTypeAsString(),
        List.of(DeploymentLifecycleHookTargetType.values()));
    if (hook.lifecycleStages().isEmpty()) {
      throw EcsError.invalidParameter("A lifecycle hook needs at least one lifecycle stage.");
    }
    hook.lifecycleStagesAsStrings()
        .forEach(
            stage ->
                Choice.check(
                    "lifecycle stage", stage, List.of(DeploymentLifecycleHookStage.values())));
    if (HookRun.isPause(hook)) {
      if (hook.lifecycleStages().stream().anyMatch(NO_PAUSE::contains)) {
        throw EcsError.invalidParameter(
            "PAUSE hooks cannot be configured at the lifecycle stages TEST_TRAFFIC_SHIFT and"
                + " PRODUCTION_TRAFFIC_SHIFT.");
      }
    } else if (hook.hookTargetArn() == null) {
      throw EcsError.invalidParameter("A lifecycle hook for AWS_LAMBDA needs a hookTargetArn.");
    }
    Optional.ofNullable(hook.timeoutConfiguration()).ifPresent(LifecycleHookRules::check);
  }

  private static void check(DeploymentLifecycleHookTimeoutConfiguration timeout) {
    Choice.check(
        "timeout action",
        timeout.actionAsString(),
        List.of(DeploymentLifecycleHookAction.values()));
    if (timeout.timeoutInMinutes() != null && timeout.timeoutInMinutes() < 1) {
      throw EcsError.invalidParameter("timeoutInMinutes must be at least 1.");
    }
  }

  private static DeploymentLifecycleHook filledIn(DeploymentLifecycleHook hook) {
    if (!HookRun.isPause(hook) && hook.timeoutConfiguration() == null) {
      return hook;
    }
    Optional<DeploymentLifecycleHookTimeoutConfiguration> timeout =
        Optional.ofNullable(hook.timeoutConfiguration());
    return hook.toBuilder()
        .timeoutConfiguration(
            DeploymentLifecycleHookTimeoutConfiguration.builder()
                .timeoutInMinutes(
                    timeout
                        .map(DeploymentLifecycleHookTimeoutConfiguration::timeoutInMinutes)
                        .orElse(TIMEOUT_MINUTES))
                .action(
                    timeout
                        .map(DeploymentLifecycleHookTimeoutConfiguration::action)
                        .orElse(DeploymentLifecycleHookAction.ROLLBACK))
                .build())
        .build();
  }
}
