package io.ecsoperator.operator.kinds.service;

import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.crds.service.ObservedService;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.kinds.service.DescribedService.Deployment;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Plan: decides how far the rollout of a service is that needs no call. */
final class RolloutPlanner {
  private static final int DEFAULT_PROGRESS_DEADLINE_SECONDS = 1200;

  private final Timing timing;

  RolloutPlanner(Timing timing) {
    this.timing = timing;
  }

  /**
   * @param rollback why ECS rolled back the deployment that the spec asks for
   */
  Decision<EcsServiceStatus> rolloutState(
      ReconcileContext<EcsServiceStatus> context,
      EcsServiceStatus observedStatus,
      DescribedService service,
      Optional<String> rollback) {
    boolean serving = described(observedStatus.observed().runningCount()) > 0;
    if (rollback.isPresent()) {
      return Decision.serving(observedStatus, rolledBack(observedStatus, rollback.get()), serving);
    }
    if (Objects.equals(observedStatus.observed().rolloutState(), "FAILED")) {
      return Decision.serving(observedStatus, failed(observedStatus, service), serving);
    }
    boolean completed =
        isCompleted(observedStatus, service)
            && (isCompletedBefore(context, observedStatus)
                || Objects.equals(
                    observedStatus.observed().runningCount(),
                    observedStatus.observed().desiredCount()));
    if (completed) {
      return Decision.serving(
          observedStatus.withRollout(
              observedStatus.rollout().completed(context.desired().generation())),
          new ReadyState.Ready(
              Reason.RECONCILED,
              observedStatus.observed().tasks()
                  + " tasks run "
                  + shortName(observedStatus.observed().taskDefinition())
                  + "."),
          serving);
    }
    return Decision.serving(observedStatus, inProgress(context, observedStatus, service), serving);
  }

  /** A service that is scaled by others after its rollout completed stays Ready. */
  private static boolean isCompletedBefore(
      ReconcileContext<?> context, EcsServiceStatus observedStatus) {
    return Objects.equals(
        observedStatus.rollout().completedGeneration(), context.desired().generation());
  }

  private static boolean isCompleted(EcsServiceStatus observedStatus, DescribedService service) {
    String state = observedStatus.observed().rolloutState();
    if (state != null) {
      return state.equals("COMPLETED")
          && service
              .primaryDeployment()
              .map(Deployment::taskDefinition)
              .filter(arn -> arn.equals(observedStatus.observed().taskDefinition()))
              .isPresent();
    }
    // With CODE_DEPLOY a service has task sets instead of deployments, and no rollout state.
    return service.deployments().size() <= 1
        && Objects.equals(
            observedStatus.observed().runningCount(), observedStatus.observed().desiredCount());
  }

  private ReadyState inProgress(
      ReconcileContext<EcsServiceStatus> context,
      EcsServiceStatus observedStatus,
      DescribedService service) {
    Duration deadline =
        Duration.ofSeconds(
            context
                .desired()
                .kubernetes()
                .path("progressDeadlineSeconds")
                .asInt(DEFAULT_PROGRESS_DEADLINE_SECONDS));
    Instant lastProgress = Instant.parse(observedStatus.rollout().lastProgressAt());
    String state = describe(observedStatus, service);
    if (!mayPause(observedStatus, context.desired())
        && lastProgress.plus(deadline).isBefore(context.now())) {
      return new ReadyState.Stalled(
          Reason.PROGRESS_DEADLINE_EXCEEDED,
          "No progress for " + deadline.toSeconds() + " s: " + state);
    }
    return new ReadyState.Reconciling(Reason.ROLLING_OUT, state, timing.poll());
  }

  /** The progress deadline does not apply to bake time and lifecycle hooks once all tasks run. */
  private static boolean mayPause(EcsServiceStatus observedStatus, Desired desired) {
    return DesiredDeployment.of(desired).mayPause()
        && described(observedStatus.rollout().peakRunningTasks())
            >= described(observedStatus.observed().desiredCount());
  }

  private static String describe(EcsServiceStatus status, DescribedService service) {
    ObservedService observed = status.observed();
    StringBuilder text =
        new StringBuilder("Rolling out ")
            .append(shortName(observed.taskDefinition()))
            .append(": ")
            .append(observed.runningCount())
            .append(" of ")
            .append(observed.desiredCount())
            .append(" tasks running, ")
            .append(observed.pendingCount())
            .append(" pending");
    if (observed.deploymentId() != null) {
      text.append(" (deployment ").append(observed.deploymentId()).append(')');
    }
    placementFailure(service).ifPresent(event -> text.append("; ").append(event));
    reasons(status).ifPresent(reasons -> text.append("; ").append(reasons));
    return text.append(text.charAt(text.length() - 1) == '.' ? "" : ".").toString();
  }

  private static Optional<String> placementFailure(DescribedService service) {
    return service.newestEvent().filter(message -> message.contains("unable to"));
  }

  private static Optional<String> reasons(EcsServiceStatus observedStatus) {
    return Optional.ofNullable(observedStatus.rollout().failedTasks())
        .map(List::getFirst)
        .map(FailedTask::reason);
  }

  private static ReadyState rolledBack(EcsServiceStatus observedStatus, String reason) {
    return new ReadyState.Stalled(
        Reason.DEPLOYMENT_ROLLED_BACK,
        "ECS rolled the deployment back: "
            + reason
            + reasons(observedStatus).map(tasks -> " Tasks failed: " + tasks).orElse("")
            + " Change the spec or the task definition, or set the annotation"
            + " ecs-operator.io/redeploy-requested-at to try the same again.");
  }

  private static ReadyState failed(EcsServiceStatus observedStatus, DescribedService service) {
    return new ReadyState.Stalled(
        Reason.DEPLOYMENT_FAILED,
        service
                .primaryDeployment()
                .flatMap(Deployment::rolloutStateReason)
                .orElse("The deployment failed.")
            + reasons(observedStatus).map(tasks -> " Tasks failed: " + tasks).orElse("")
            + " Change the spec or the task definition, or set the annotation"
            + " ecs-operator.io/redeploy-requested-at to try the same again.");
  }

  private static int described(@Nullable Integer count) {
    return Objects.requireNonNull(count, "ECS has described the service.");
  }

  private static String shortName(@Nullable String arn) {
    return arn == null ? "no task definition" : Arn.nameOf(arn);
  }
}
