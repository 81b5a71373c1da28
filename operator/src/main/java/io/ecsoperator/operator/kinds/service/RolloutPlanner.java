package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.crds.service.EcsServiceStatus.ObservedService;
import io.ecsoperator.crds.service.PauseHook;
import io.ecsoperator.crds.service.RolloutStatus;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.kinds.service.DescribedService.Deployment;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Plan: decides how far the rollout of a service is that needs no call. */
final class RolloutPlanner {
  private static final EcsMember CONFIGURATION =
      EcsType.request("CreateService").member("deploymentConfiguration");
  private static final EcsType CONFIGURATION_TYPE = EcsType.of("DeploymentConfiguration");
  private static final EcsMember BAKE_TIME = CONFIGURATION_TYPE.member("bakeTimeInMinutes");
  private static final EcsMember LIFECYCLE_HOOKS = CONFIGURATION_TYPE.member("lifecycleHooks");
  private static final EcsMember STRATEGY = CONFIGURATION_TYPE.member("strategy");

  /** Parts of the events that report what does not go on; all others report what does. */
  private static final List<String> TROUBLE =
      List.of(
          "unable to",
          "failed to",
          "is unhealthy in",
          "failed container health checks",
          "throttled");

  private static final int DEFAULT_PROGRESS_DEADLINE_SECONDS = 1200;

  /** A task that is missing for longer is not just about to be started. */
  private static final Duration MISSING_TASKS = Duration.ofSeconds(10);

  private final Timing timing;

  RolloutPlanner(Timing timing) {
    this.timing = timing;
  }

  /**
   * The rollout with what was read about its failures and its hooks. Failed tasks stay until the
   * next attempt, because ECS forgets them after an hour.
   */
  RolloutStatus diagnosed(RolloutStatus rollout, ServiceObservation observation, Instant now) {
    RolloutStatus diagnosed =
        rollout
            .withFailedTasks(
                observation
                    .failedTasks()
                    .filter(tasks -> !tasks.isEmpty())
                    .or(() -> Optional.ofNullable(rollout.failedTasks()))
                    .orElse(List.of()))
            .withPauseHook(observation.pauseHook());
    boolean continued = rollout.pauseHook() != null && diagnosed.pauseHook() == null;
    return continued && rollout.peakRunningTasks() != null
        ? diagnosed.withProgress(
            rollout.peakRunningTasks(), now.truncatedTo(ChronoUnit.SECONDS).toString())
        : diagnosed;
  }

  /**
   * Whether tasks of the rollout may have failed. ECS counts only tasks that never ran or were
   * unhealthy, so a task that is missing may have ended by itself.
   */
  boolean mayHaveFailures(EcsServiceStatus observedStatus, DescribedService service, Instant now) {
    return service
        .primaryDeployment()
        .filter(
            primary ->
                primary.isFailed()
                    || primary.isInProgress()
                        && (primary.failedTasks() > 0
                            || misses(primary, observedStatus, service, now)))
        .isPresent();
  }

  private static boolean misses(
      Deployment primary, EcsServiceStatus observedStatus, DescribedService service, Instant now) {
    int running = primary.runningCount().orElseGet(service::runningCount);
    int pending = primary.pendingCount().orElseGet(service::pendingCount);
    RolloutStatus rollout = observedStatus.rollout();
    Integer peak = rollout.peakRunningTasks();
    String lastProgress = rollout.lastProgressAt();
    return peak != null && running < peak
        || lastProgress != null
            && running + pending < service.desiredCount()
            && Instant.parse(lastProgress).plus(MISSING_TASKS).isBefore(now);
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
    boolean before = isCompletedBefore(context, observedStatus);
    boolean completed =
        observedStatus.observed().rolloutState() == null
            ? before && service.deployments().isEmpty() || isSteady(observedStatus, service)
            : isCompleted(observedStatus, service) && (before || allRun(observedStatus));
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

  /**
   * A service that is scaled by others after its rollout completed stays Ready, and so does one
   * that CodeDeploy deploys.
   */
  private static boolean isCompletedBefore(
      ReconcileContext<?> context, EcsServiceStatus observedStatus) {
    return Objects.equals(
        observedStatus.rollout().completedGeneration(), context.desired().generation());
  }

  private static boolean isCompleted(EcsServiceStatus observedStatus, DescribedService service) {
    return Objects.equals(observedStatus.observed().rolloutState(), "COMPLETED")
        && service
            .primaryDeployment()
            .map(Deployment::taskDefinition)
            .filter(arn -> arn.equals(observedStatus.observed().taskDefinition()))
            .isPresent();
  }

  /** With CODE_DEPLOY a service has task sets instead of deployments, and no rollout state. */
  private static boolean isSteady(EcsServiceStatus observedStatus, DescribedService service) {
    return service
        .isPrimaryTaskSetSteady()
        .orElseGet(() -> service.deployments().size() <= 1 && allRun(observedStatus));
  }

  private static boolean allRun(EcsServiceStatus observedStatus) {
    return Objects.equals(
        observedStatus.observed().runningCount(), observedStatus.observed().desiredCount());
  }

  private ReadyState inProgress(
      ReconcileContext<EcsServiceStatus> context,
      EcsServiceStatus observedStatus,
      DescribedService service) {
    PauseHook hook = observedStatus.rollout().pauseHook();
    if (hook != null) {
      return new ReadyState.Reconciling(
          Reason.WAITING_FOR_ACTION, describe(hook, observedStatus.observed()), timing.poll());
    }
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
    return mayPause(CONFIGURATION.of(desired.aws()))
        && described(observedStatus.rollout().peakRunningTasks())
            >= described(observedStatus.observed().desiredCount());
  }

  private static boolean mayPause(JsonNode configuration) {
    return BAKE_TIME.number(configuration) > 0
        || LIFECYCLE_HOOKS.isIn(configuration)
        || STRATEGY.optionalText(configuration).filter(name -> !name.equals("ROLLING")).isPresent();
  }

  private static String describe(PauseHook hook, ObservedService observed) {
    return "The deployment of "
        + shortName(observed.taskDefinition())
        + " waits at the PAUSE hook "
        + hook.hookId()
        + " in stage "
        + hook.stage()
        + " until "
        + hook.expiresAt()
        + "; then ECS "
        + ("CONTINUE".equals(hook.timeoutAction()) ? "continues it" : "rolls it back")
        + ". To answer: aws ecs continue-service-deployment --service-deployment-arn "
        + hook.serviceDeploymentArn()
        + " --hook-id "
        + hook.hookId()
        + " --action CONTINUE (or ROLLBACK).";
  }

  private static String describe(EcsServiceStatus status, DescribedService service) {
    ObservedService observed = status.observed();
    String revision = shortName(observed.taskDefinition());
    Optional<Deployment> primary = service.primaryDeployment();
    StringBuilder text =
        new StringBuilder("Rolling out ")
            .append(revision)
            .append(": ")
            .append(primary.flatMap(Deployment::runningCount).orElseGet(service::runningCount))
            .append(" of ")
            .append(observed.desiredCount())
            .append(" tasks of ")
            .append(revision)
            .append(" running");
    service.deployments().stream()
        .filter(deployment -> !deployment.isPrimary())
        .forEach(older -> left(older, revision).ifPresent(text::append));
    text.append(", ")
        .append(primary.flatMap(Deployment::pendingCount).orElseGet(service::pendingCount))
        .append(" pending");
    if (observed.deploymentId() != null) {
      text.append(" (deployment ").append(observed.deploymentId()).append(')');
    }
    trouble(service).ifPresent(event -> text.append("; ").append(event));
    failure(status).ifPresent(failure -> text.append("; ").append(failure));
    return text.append(text.charAt(text.length() - 1) == '.' ? "" : ".").toString();
  }

  private static Optional<String> left(Deployment older, String target) {
    String revision = shortName(older.taskDefinition());
    return older
        .runningCount()
        .filter(running -> running > 0)
        .map(
            running ->
                ", "
                    + running
                    + (revision.equals(target) ? " of an earlier deployment" : " of " + revision)
                    + " left");
  }

  /** What ECS itself says is in the way of the current deployment. */
  private static Optional<String> trouble(DescribedService service) {
    return service.newestEvent().filter(message -> TROUBLE.stream().anyMatch(message::contains));
  }

  /** The newest failed task of the deployment, with what it ran. */
  private static Optional<String> failure(EcsServiceStatus observedStatus) {
    return Optional.ofNullable(observedStatus.rollout().failedTasks())
        .map(List::getFirst)
        .map(
            task ->
                "newest failed task"
                    + (task.revision() == null ? "" : " of " + task.revision())
                    + (task.image() == null ? "" : " with image " + task.image())
                    + ": "
                    + task.reason());
  }

  private static String ended(EcsServiceStatus observedStatus, String what) {
    return what
        + failure(observedStatus).map(failure -> " The " + failure + ".").orElse("")
        + " Change the spec or the task definition, or set the annotation"
        + " ecs-operator.io/redeploy-requested-at to try the same again.";
  }

  private static ReadyState rolledBack(EcsServiceStatus observedStatus, String reason) {
    return new ReadyState.Stalled(
        Reason.DEPLOYMENT_ROLLED_BACK,
        ended(observedStatus, "ECS rolled the deployment back: " + reason));
  }

  private static ReadyState failed(EcsServiceStatus observedStatus, DescribedService service) {
    return new ReadyState.Stalled(
        Reason.DEPLOYMENT_FAILED,
        ended(
            observedStatus,
            service
                .primaryDeployment()
                .flatMap(Deployment::rolloutStateReason)
                .orElse("The deployment failed.")));
  }

  private static int described(@Nullable Integer count) {
    return Objects.requireNonNull(count, "ECS has described the service.");
  }

  private static String shortName(@Nullable String arn) {
    return arn == null ? "no task definition" : Arn.nameOf(arn);
  }
}
