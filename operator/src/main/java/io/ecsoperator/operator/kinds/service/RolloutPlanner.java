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

/** How the rollout of a service that is as its spec asks stands. */
final class RolloutPlanner {
  private static final int DEFAULT_PROGRESS_DEADLINE_SECONDS = 1200;

  private final Timing timing;

  RolloutPlanner(Timing timing) {
    this.timing = timing;
  }

  /**
   * @param rollback why ECS took back what the spec asks for
   */
  Decision<EcsServiceStatus> rolloutState(
      ReconcileContext<EcsServiceStatus> context,
      EcsServiceStatus facts,
      DescribedService service,
      Optional<String> rollback) {
    boolean serving = described(facts.observed().runningCount()) > 0;
    if (rollback.isPresent()) {
      return Decision.serving(facts, rolledBack(facts, rollback.get()), serving);
    }
    if (Objects.equals(facts.observed().rolloutState(), "FAILED")) {
      return Decision.serving(facts, failed(facts, service), serving);
    }
    boolean settled =
        isCompleted(facts, service)
            && (isCompletedBefore(context, facts)
                || Objects.equals(
                    facts.observed().runningCount(), facts.observed().desiredCount()));
    if (settled) {
      return Decision.serving(
          facts.withRollout(facts.rollout().completed(context.desired().generation())),
          new ReadyState.Ready(
              Reason.RECONCILED,
              facts.observed().tasks()
                  + " tasks run "
                  + shortName(facts.observed().taskDefinition())
                  + "."),
          serving);
    }
    return Decision.serving(facts, inProgress(context, facts, service), serving);
  }

  /** Scaling by others takes nothing away from a spec that has been in effect once. */
  private static boolean isCompletedBefore(ReconcileContext<?> context, EcsServiceStatus facts) {
    return Objects.equals(facts.rollout().completedGeneration(), context.desired().generation());
  }

  private static boolean isCompleted(EcsServiceStatus facts, DescribedService service) {
    String state = facts.observed().rolloutState();
    if (state != null) {
      return state.equals("COMPLETED")
          && service
              .primaryDeployment()
              .map(Deployment::taskDefinition)
              .filter(arn -> arn.equals(facts.observed().taskDefinition()))
              .isPresent();
    }
    // CODE_DEPLOY has task sets instead of deployments, and no rollout state.
    return service.deployments().size() <= 1
        && Objects.equals(facts.observed().runningCount(), facts.observed().desiredCount());
  }

  private ReadyState inProgress(
      ReconcileContext<EcsServiceStatus> context,
      EcsServiceStatus facts,
      DescribedService service) {
    Duration deadline =
        Duration.ofSeconds(
            context
                .desired()
                .kubernetes()
                .path("progressDeadlineSeconds")
                .asInt(DEFAULT_PROGRESS_DEADLINE_SECONDS));
    Instant lastProgress = Instant.parse(facts.rollout().lastProgressAt());
    String state = describe(facts, service);
    if (!mayRest(facts, context.desired()) && lastProgress.plus(deadline).isBefore(context.now())) {
      return new ReadyState.Stalled(
          Reason.PROGRESS_DEADLINE_EXCEEDED,
          "No progress for " + deadline.toSeconds() + " s: " + state);
    }
    return new ReadyState.Reconciling(Reason.ROLLING_OUT, state, timing.poll());
  }

  /** With all tasks running, bake time and lifecycle hooks may take as long as they need. */
  private static boolean mayRest(EcsServiceStatus facts, Desired desired) {
    return DesiredDeployment.of(desired).mayPause()
        && described(facts.rollout().peakRunningTasks())
            >= described(facts.observed().desiredCount());
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

  private static Optional<String> reasons(EcsServiceStatus facts) {
    return Optional.ofNullable(facts.rollout().failedTasks())
        .map(List::getFirst)
        .map(FailedTask::reason);
  }

  private static ReadyState rolledBack(EcsServiceStatus facts, String reason) {
    return new ReadyState.Stalled(
        Reason.DEPLOYMENT_ROLLED_BACK,
        "ECS took the deployment back: "
            + reason
            + reasons(facts).map(tasks -> " Tasks failed: " + tasks).orElse("")
            + " Change the spec or the task definition, or set the annotation"
            + " ecs-operator.io/redeploy-requested-at to try the same again.");
  }

  private static ReadyState failed(EcsServiceStatus facts, DescribedService service) {
    return new ReadyState.Stalled(
        Reason.DEPLOYMENT_FAILED,
        service
                .primaryDeployment()
                .flatMap(Deployment::rolloutStateReason)
                .orElse("The deployment failed.")
            + reasons(facts).map(tasks -> " Tasks failed: " + tasks).orElse("")
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
