package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.external.HookAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHook;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookAction;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookDetail;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookStatus;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookTargetType;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookTimeoutConfiguration;

/**
 * The run of a lifecycle hook in a deployment.
 *
 * @param stage the stage that it runs in; only hooks of the current stage block the deployment
 * @param nextCall when its function is called next; a PAUSE hook has no function
 */
record HookRun(
    String id,
    Stage stage,
    DeploymentLifecycleHook hook,
    DeploymentLifecycleHookStatus status,
    Instant begunAt,
    Instant nextCall,
    Instant expiresAt) {

  private static final Duration TIMEOUT = Duration.ofMinutes(1440);
  private static final Duration CALL = Duration.ofSeconds(2);
  private static final Duration CALL_BACK = Duration.ofSeconds(30);

  static HookRun begin(String id, Stage stage, DeploymentLifecycleHook hook, Instant now) {
    return new HookRun(
        id,
        stage,
        hook,
        isPause(hook)
            ? DeploymentLifecycleHookStatus.AWAITING_ACTION
            : DeploymentLifecycleHookStatus.IN_PROGRESS,
        now,
        now.plus(CALL),
        now.plus(timeout(hook)));
  }

  static boolean isPause(DeploymentLifecycleHook hook) {
    return hook.targetType() == DeploymentLifecycleHookTargetType.PAUSE;
  }

  private static Duration timeout(DeploymentLifecycleHook hook) {
    return Optional.ofNullable(hook.timeoutConfiguration())
        .map(DeploymentLifecycleHookTimeoutConfiguration::timeoutInMinutes)
        .map(Duration::ofMinutes)
        .orElse(TIMEOUT);
  }

  private DeploymentLifecycleHookAction timeoutAction() {
    return Optional.ofNullable(hook.timeoutConfiguration())
        .map(DeploymentLifecycleHookTimeoutConfiguration::action)
        .orElse(DeploymentLifecycleHookAction.ROLLBACK);
  }

  boolean isWaiting() {
    return status == DeploymentLifecycleHookStatus.AWAITING_ACTION
        || status == DeploymentLifecycleHookStatus.IN_PROGRESS;
  }

  boolean begunBefore(Instant time) {
    return begunAt.isBefore(time);
  }

  boolean awaitsAction() {
    return status == DeploymentLifecycleHookStatus.AWAITING_ACTION;
  }

  /** Whether the hook causes a rollback. */
  boolean rollsBack() {
    return status == DeploymentLifecycleHookStatus.FAILED
        || (status == DeploymentLifecycleHookStatus.TIMED_OUT
            && timeoutAction() == DeploymentLifecycleHookAction.ROLLBACK);
  }

  /** When the waiting hook has to be checked again. */
  Instant due() {
    return awaitsAction() || expiresAt.isBefore(nextCall) ? expiresAt : nextCall;
  }

  /** The run after a PAUSE hook was answered. */
  HookRun answered(DeploymentLifecycleHookAction action) {
    return with(
        action == DeploymentLifecycleHookAction.ROLLBACK
            ? DeploymentLifecycleHookStatus.FAILED
            : DeploymentLifecycleHookStatus.SUCCEEDED);
  }

  /**
   * The run at a later time.
   *
   * @param answer the answer of its function
   */
  HookRun at(Instant now, HookAnswer answer) {
    if (!isWaiting()) {
      return this;
    }
    if (!now.isBefore(expiresAt)) {
      return with(DeploymentLifecycleHookStatus.TIMED_OUT);
    }
    if (awaitsAction() || now.isBefore(nextCall)) {
      return this;
    }
    return switch (answer) {
      case SUCCEEDED -> with(DeploymentLifecycleHookStatus.SUCCEEDED);
      case FAILED -> with(DeploymentLifecycleHookStatus.FAILED);
      case IN_PROGRESS ->
          new HookRun(id, stage, hook, status, begunAt, now.plus(CALL_BACK), expiresAt);
    };
  }

  private HookRun with(DeploymentLifecycleHookStatus changed) {
    return new HookRun(id, stage, hook, changed, begunAt, nextCall, expiresAt);
  }

  DeploymentLifecycleHookDetail shown() {
    return DeploymentLifecycleHookDetail.builder()
        .hookId(id)
        .targetType(
            Optional.ofNullable(hook.targetType())
                .orElse(DeploymentLifecycleHookTargetType.AWS_LAMBDA))
        .targetArn(hook.hookTargetArn())
        .status(status)
        .expiresAt(expiresAt)
        .timeoutAction(timeoutAction())
        .build();
  }
}
