package io.ecsoperator.operator.kinds.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.task.AttemptStatus;
import io.ecsoperator.crds.task.ContainerInstance;
import io.ecsoperator.crds.task.ContainerOutcome;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.crds.task.ObservedTask;
import io.ecsoperator.crds.task.TaskAttempt;
import io.ecsoperator.operator.Backoff;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.desired.Tags;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.engine.Absence;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.OwnTags;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.Plan;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Plan: decides which calls a task needs. */
final class TaskPlanner implements Kind.Planner<EcsTaskStatus, TaskObservation> {
  static final String PENDING = "Pending";
  private static final String SUCCEEDED = "Succeeded";
  private static final String FAILED = "Failed";
  private static final EcsMember TASK_DEFINITION =
      EcsType.request("RunTask").member("taskDefinition");

  private static final Set<String> PINNED = Set.of("clusterRef", "taskDefinitionRef", "template");

  private static final int MAX_FAILED_ATTEMPTS = 5;

  /** A thousand years. An instant cannot be later by as many seconds as a spec may have. */
  private static final long FOREVER = Duration.ofDays(365_000).toSeconds();

  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(10);
  private static final Duration MAX_BACKOFF = Duration.ofMinutes(6);

  /**
   * ECS forgets a client token 24 hours after the call, or an hour after the task has stopped,
   * whichever is sooner; after that it would run the task again. Clocks differ a little.
   */
  private static final Duration TOKEN_LIFE = Duration.ofMinutes(50);

  /** Begins the text by which ECS names who started a task; a uid follows. */
  private static final String STARTED_BY = "ecs-operator/";

  private final Owner owner;
  private final Timing timing;
  private final Absence absence;

  TaskPlanner(Owner owner, Timing timing) {
    this.owner = owner;
    this.timing = timing;
    this.absence = new Absence(timing.grace());
  }

  /**
   * ListTasks finds the tasks of an object by this text when their ARNs are not known. It has the
   * uid that the object had when the attempt was begun: a restored object has another one.
   */
  static String startedBy(Desired desired, AttemptStatus attempt) {
    String token = Objects.requireNonNullElse(attempt.clientToken(), "");
    int end = token.indexOf('/');
    return STARTED_BY + (end < 0 ? desired.uid() : token.substring(0, end));
  }

  /** Whether ECS may have forgotten a token with which RunTask may have been carried out. */
  static boolean isTokenForgotten(AttemptStatus attempt, Instant now) {
    return attempt.clientToken() != null
        && attempt.clientTokenSentAt() != null
        && Instant.parse(attempt.clientTokenSentAt()).plus(TOKEN_LIFE).isBefore(now);
  }

  static boolean isFinal(EcsTaskStatus status) {
    return SUCCEEDED.equals(status.phase()) || FAILED.equals(status.phase());
  }

  @Override
  public Decision<EcsTaskStatus> plan(
      ReconcileContext<EcsTaskStatus> context, TaskObservation observation) {
    if (isFinal(context.status())) {
      return finished(context, context.status());
    }
    if (observation.unknown().isPresent()) {
      return Decision.unknown(context.status(), observation.unknown().get());
    }
    if (context.deleting()) {
      return delete(context, observation);
    }
    AttemptStatus current = context.status().current();
    List<DescribedTask> tasks = own(context.desired(), observation);
    if (current.taskArns() == null) {
      if (!tasks.isEmpty()) {
        return found(context.status(), tasks, observation);
      }
      if (isTokenForgotten(current, context.now())) {
        return answerMissing(context.status());
      }
      return current.isPinned()
          ? start(context, context.status(), observation)
          : first(context, observation);
    }
    if (tasks.size() < current.taskArns().size()) {
      return Decision.done(
          context.status(),
          outcomeUnknown(
              "ECS no longer knows the task of this attempt, so whether it succeeded is unknown."));
    }
    return follow(context, tasks, observation);
  }

  private static Decision<EcsTaskStatus> answerMissing(EcsTaskStatus status) {
    return Decision.done(
        status,
        outcomeUnknown(
            "The answer to RunTask of "
                + status.current().clientTokenSentAt()
                + " is missing, and ECS shows no task of this attempt, so whether it ran is"
                + " unknown."));
  }

  /**
   * Runs an attempt that is not pinned: the first one, or one of a status that was restored from
   * its record.
   */
  private Decision<EcsTaskStatus> first(
      ReconcileContext<EcsTaskStatus> context, TaskObservation observation) {
    Optional<ReadyState> obstacle = observation.references().obstacle(timing.resync());
    if (obstacle.isPresent()) {
      return Decision.done(context.status(), obstacle.get());
    }
    String cluster = observation.references().cluster();
    String taskDefinition = TASK_DEFINITION.text(observation.references().aws());
    EcsTaskStatus status = context.status();
    return start(
        context,
        status.current().attempt() == null
            ? attempting(context, 1, cluster, taskDefinition)
            : status.withCurrent(status.current().repinned(cluster, taskDefinition)),
        observation);
  }

  private EcsTaskStatus attempting(
      ReconcileContext<EcsTaskStatus> context, int attempt, String cluster, String taskDefinition) {
    return context
        .status()
        .attempting(
            AttemptStatus.of(
                attempt,
                cluster,
                taskDefinition,
                context.now().truncatedTo(ChronoUnit.SECONDS).toString()));
  }

  /** Runs the pinned attempt, with the same token again if an answer may have been lost. */
  private Decision<EcsTaskStatus> start(
      ReconcileContext<EcsTaskStatus> context, EcsTaskStatus status, TaskObservation observation) {
    AttemptStatus attempt = status.current();
    if (deadline(context).filter(context.now()::isAfter).isPresent()
        && attempt.clientTokenSentAt() == null) {
      return finish(context, status, FAILED, Reason.DEADLINE_EXCEEDED, List.of());
    }
    // An attempt pins cluster and task definition; all other references have to be resolved.
    Optional<ReadyState> obstacle = observation.references().obstacle(timing.resync(), PINNED);
    if (obstacle.isPresent()) {
      return Decision.done(status, obstacle.get());
    }
    AttemptStatus pinned = sending(context, attempt);
    return new Decision.Execute<>(
        new Plan(
            List.of(
                new Plan.Call(
                    "RunTask", request(context, pinned, observation.references()), List.of()))),
        context.status(),
        status.withCurrent(pinned),
        new ReadyState.Reconciling(
            Reason.CREATING, "Starting attempt " + pinned.attempt() + ".", timing.poll()));
  }

  /** The task of an attempt whose answer was lost. */
  private Decision<EcsTaskStatus> found(
      EcsTaskStatus status, List<DescribedTask> tasks, TaskObservation observation) {
    DescribedTask task = tasks.getFirst();
    AttemptStatus current = status.current();
    AttemptStatus pinned =
        current.isPinned()
            ? current
            : current.repinned(
                task.clusterArn().orElseGet(observation.references()::cluster),
                task.revision()
                    .orElseGet(() -> TASK_DEFINITION.text(observation.references().aws())));
    return Decision.done(
        status
            .withCommon(status.common().withArn(task.arn()))
            .withCurrent(
                pinned.started(
                    tasks.stream().map(DescribedTask::arn).toList(), task.revision(), null)),
        new ReadyState.Reconciling(
            Reason.RUNNING,
            "The answer to RunTask is missing; its task was found in ECS.",
            timing.poll()));
  }

  /** ECS takes a token of 64 characters at most; a uid has 36. */
  private static AttemptStatus sending(
      ReconcileContext<EcsTaskStatus> context, AttemptStatus attempt) {
    int placementFailures = Optional.ofNullable(attempt.placementFailures()).orElse(0);
    String token = context.desired().uid() + "/" + attempt.attempt() + "/" + placementFailures;
    return attempt.sending(
        Objects.requireNonNullElse(attempt.clientToken(), token),
        Objects.requireNonNullElseGet(
            attempt.clientTokenSentAt(),
            () -> context.now().truncatedTo(ChronoUnit.SECONDS).toString()));
  }

  private ObjectNode request(
      ReconcileContext<EcsTaskStatus> context,
      AttemptStatus attempt,
      References.Resolved references) {
    ObjectNode request = references.aws().deepCopy();
    request.put("cluster", attempt.cluster());
    request.put("taskDefinition", attempt.taskDefinition());
    request.put("clientToken", attempt.clientToken());
    request.put("startedBy", startedBy(context.desired(), attempt));
    Tags.put(request, Owner.TAG, owner.tagOf(context.desired().key()));
    return request;
  }

  private Decision<EcsTaskStatus> follow(
      ReconcileContext<EcsTaskStatus> context,
      List<DescribedTask> tasks,
      TaskObservation observation) {
    boolean stopped = tasks.stream().allMatch(DescribedTask::isStopped);
    boolean running = tasks.stream().allMatch(DescribedTask::isRunning);
    EcsTaskStatus observedStatus =
        context
            .status()
            .withObserved(
                observed(
                    tasks.getFirst(), observation.presentInstance(), context.status().observed()),
                running || "Running".equals(context.status().phase()) ? "Running" : "Pending");
    if (stopped) {
      return stopped(context, observedStatus, tasks, observation);
    }
    boolean late = deadline(context).filter(context.now()::isAfter).isPresent();
    if (late && tasks.stream().anyMatch(DescribedTask::isToRun)) {
      return stop(
          context,
          observedStatus,
          tasks,
          "activeDeadlineSeconds exceeded",
          Reason.DEADLINE_EXCEEDED);
    }
    if (running && context.desired().kubernetes().path("waitFor").asText().equals("Running")) {
      return done(
          observedStatus,
          new ReadyState.Ready(Reason.RUNNING, "The task is running."),
          untilDeadline(context));
    }
    return done(
        observedStatus,
        new ReadyState.Reconciling(
            "Running".equals(observedStatus.phase()) ? Reason.RUNNING : Reason.CREATING,
            "Attempt "
                + observedStatus.current().attempt()
                + " is "
                + observedStatus.observed().lastStatus()
                + ".",
            timing.poll()),
        untilDeadline(context));
  }

  private Decision<EcsTaskStatus> stopped(
      ReconcileContext<EcsTaskStatus> context,
      EcsTaskStatus observedStatus,
      List<DescribedTask> tasks,
      TaskObservation observation) {
    List<TaskOutcome> outcomes =
        tasks.stream().map(task -> TaskOutcome.of(task, observation.taskContainers())).toList();
    Optional<TaskOutcome> failure =
        outcomes.stream().filter(outcome -> !outcome.succeeded()).findFirst();
    EcsTaskStatus ended =
        observedStatus.withObserved(
            withExitCode(observedStatus.observed(), failure.orElse(outcomes.getFirst())),
            observedStatus.phase());
    if (failure.isEmpty() && observedStatus.current().placementFailure() == null) {
      return finish(context, ended, SUCCEEDED, Reason.SUCCEEDED, List.of());
    }
    int attempt = pinned(observedStatus.current().attempt());
    TaskAttempt failed =
        new TaskAttempt(
            attempt,
            observedStatus.common().arn(),
            failure.map(TaskOutcome::stopCode).orElse(null),
            failure.map(TaskOutcome::reason).orElse(observedStatus.current().placementFailure()),
            seenAt(context));
    if (deadline(context).filter(context.now()::isAfter).isPresent()) {
      return finish(context, ended, FAILED, Reason.DEADLINE_EXCEEDED, List.of(failed));
    }
    if (attempt > context.desired().kubernetes().path("backoffLimit").asInt(0)) {
      return finish(context, ended, FAILED, Reason.FAILED, List.of(failed));
    }
    return retry(
        context,
        ended.withFailedAttempts(failedAttempts(ended, List.of(failed))),
        failed,
        observation);
  }

  private Decision<EcsTaskStatus> retry(
      ReconcileContext<EcsTaskStatus> context,
      EcsTaskStatus status,
      TaskAttempt failed,
      TaskObservation observation) {
    Instant next =
        Instant.parse(failed.seenAt())
            .plus(Backoff.doubled(FIRST_BACKOFF, failed.number(), MAX_BACKOFF));
    if (context.now().isBefore(next)) {
      Duration pause = Duration.between(context.now(), next);
      return done(
          status,
          new ReadyState.Reconciling(
              Reason.BACKING_OFF,
              "Attempt "
                  + failed.number()
                  + " failed ("
                  + failed.reason()
                  + "); the next one follows at "
                  + next
                  + ".",
              pause),
          untilDeadline(context));
    }
    AttemptStatus current = status.current();
    return start(
        context,
        status.attempting(
            AttemptStatus.of(
                pinned(current.attempt()) + 1,
                pinned(current.cluster()),
                pinned(current.taskDefinition()),
                context.now().truncatedTo(ChronoUnit.SECONDS).toString())),
        observation);
  }

  private static <T> T pinned(@Nullable T member) {
    return Objects.requireNonNull(
        member, "An attempt pins its number, its cluster and its task definition.");
  }

  /** ECS's own clock says when the task stopped, but pauses are measured by this one. */
  private static String seenAt(ReconcileContext<EcsTaskStatus> context) {
    return Optional.ofNullable(context.status().failedAttempts())
        .map(List::getFirst)
        .filter(newest -> Objects.equals(newest.number(), context.status().current().attempt()))
        .map(TaskAttempt::seenAt)
        .orElseGet(() -> context.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private Decision<EcsTaskStatus> finish(
      ReconcileContext<EcsTaskStatus> context,
      EcsTaskStatus status,
      String phase,
      Reason reason,
      List<TaskAttempt> failed) {
    return finished(
        context,
        status.finished(
            phase,
            reason.toString(),
            context.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            failedAttempts(status, failed)));
  }

  /** The final phase: no task runs again, and the object may expire. */
  private Decision<EcsTaskStatus> finished(
      ReconcileContext<EcsTaskStatus> context, EcsTaskStatus status) {
    if (context.deleting()) {
      return new Decision.Released<>(status);
    }
    Optional<Instant> expiry = after(status.finishedAt(), context, "ttlSecondsAfterFinished");
    if (expiry.filter(at -> !context.now().isBefore(at)).isPresent()
        && context.desired().mayWrite()) {
      return new Decision.Expired<>(status);
    }
    return done(status, readyState(status), until(expiry, context));
  }

  private static ReadyState readyState(EcsTaskStatus status) {
    if (SUCCEEDED.equals(status.phase())) {
      return new ReadyState.Ready(
          Reason.SUCCEEDED, "Attempt " + status.current().attempt() + " succeeded.");
    }
    Reason reason =
        Reason.DEADLINE_EXCEEDED.toString().equals(status.outcome())
            ? Reason.DEADLINE_EXCEEDED
            : Reason.FAILED;
    String last =
        Optional.ofNullable(status.failedAttempts())
            .map(List::getFirst)
            .map(TaskAttempt::reason)
            .orElse("it was not placed in time");
    return new ReadyState.Stalled(
        reason,
        "Attempt "
            + status.current().attempt()
            + " was the last one: "
            + last
            + ". Delete this object and apply it again to run the task anew.");
  }

  private static ReadyState outcomeUnknown(String why) {
    return new ReadyState.Stalled(
        Reason.OUTCOME_UNKNOWN,
        why
            + " The operator does not run it again. Find out what the task did; delete this object"
            + " and apply it again to run the task anew.");
  }

  private Decision<EcsTaskStatus> delete(
      ReconcileContext<EcsTaskStatus> context, TaskObservation observation) {
    List<DescribedTask> alive =
        own(context.desired(), observation).stream().filter(task -> !task.isStopped()).toList();
    if (alive.isEmpty()) {
      return absence.release(context, context.status(), mayRun(context, observation));
    }
    if (context.desired().retains()) {
      return Decision.retained(
          context.status(),
          alive.stream()
              .flatMap(task -> OwnTags.release(task.json(), task.arn()).stream())
              .toList(),
          deleting());
    }
    return alive.stream().anyMatch(DescribedTask::isToRun)
        ? stop(context, context.status(), alive, "EcsTask deleted", Reason.DELETING)
        : Decision.done(context.status(), deleting());
  }

  /**
   * The tasks that ECS says were started for this object. The status alone is no proof: others may
   * have written it.
   */
  private List<DescribedTask> own(Desired desired, TaskObservation observation) {
    return observation.present().stream()
        .filter(
            task ->
                task.startedBy().equals(STARTED_BY + desired.uid())
                    || owner.ownershipRecord(task.json(), desired.key())
                        instanceof Owner.OwnershipRecord.Ours)
        .toList();
  }

  /** Whether a task may run for the object that ECS does not show. */
  private static boolean mayRun(
      ReconcileContext<EcsTaskStatus> context, TaskObservation observation) {
    AttemptStatus current = context.status().current();
    boolean answerMissing = current.clientToken() != null && current.taskArns() == null;
    boolean notShown = observation.tasks().stream().anyMatch(Observation.Absent.class::isInstance);
    boolean statusLost = current.attempt() == null && context.isUnrecorded();
    return statusLost || answerMissing || notShown;
  }

  private ReadyState deleting() {
    return new ReadyState.Reconciling(
        Reason.DELETING, "Waiting until ECS has stopped the task.", timing.poll());
  }

  private Decision<EcsTaskStatus> stop(
      ReconcileContext<EcsTaskStatus> context,
      EcsTaskStatus observedStatus,
      List<DescribedTask> tasks,
      String why,
      Reason reason) {
    List<Plan.Call> calls = new ArrayList<>();
    for (DescribedTask task : tasks) {
      if (task.isToRun()) {
        ObjectNode request =
            JsonNodeFactory.instance
                .objectNode()
                .put(
                    "cluster",
                    task.clusterArn().orElseGet(() -> context.status().current().cluster()))
                .put("task", task.arn())
                .put("reason", why);
        calls.add(new Plan.Call("StopTask", request, List.of()));
      }
    }
    return Decision.execute(
        observedStatus,
        calls,
        new ReadyState.Reconciling(reason, "Stopping the task: " + why + ".", timing.poll()));
  }

  private static Decision<EcsTaskStatus> done(
      EcsTaskStatus observedStatus, ReadyState readyState, Optional<Duration> requeueAfter) {
    return new Decision.Done<>(observedStatus, readyState, Optional.empty(), requeueAfter);
  }

  private static Optional<Instant> deadline(ReconcileContext<EcsTaskStatus> context) {
    return after(context.status().firstStartedAt(), context, "activeDeadlineSeconds");
  }

  /** The seconds that a member of the spec has after an event; empty without either. */
  private static Optional<Instant> after(
      @Nullable String event, ReconcileContext<EcsTaskStatus> context, String member) {
    JsonNode seconds = context.desired().kubernetes().path(member);
    return seconds.isNumber() && event != null
        ? Optional.of(Instant.parse(event).plusSeconds(Math.min(seconds.asLong(), FOREVER)))
        : Optional.empty();
  }

  private static Optional<Duration> untilDeadline(ReconcileContext<EcsTaskStatus> context) {
    return until(deadline(context), context);
  }

  /** The time until a later instant; empty once it has passed. */
  private static Optional<Duration> until(
      Optional<Instant> instant, ReconcileContext<EcsTaskStatus> context) {
    return instant
        .filter(context.now()::isBefore)
        .map(later -> Duration.between(context.now(), later));
  }

  private static List<TaskAttempt> failedAttempts(EcsTaskStatus status, List<TaskAttempt> newest) {
    List<TaskAttempt> before = Optional.ofNullable(status.failedAttempts()).orElse(List.of());
    return Stream.concat(
            newest.stream(),
            before.stream()
                .filter(
                    attempt ->
                        newest.stream()
                            .noneMatch(n -> Objects.equals(n.number(), attempt.number()))))
        .limit(MAX_FAILED_ATTEMPTS)
        .toList();
  }

  private static ObservedTask observed(
      DescribedTask task, Optional<DescribedContainerInstance> instance, ObservedTask before) {
    List<ContainerOutcome> containers =
        task.containers().stream()
            .map(
                container ->
                    new ContainerOutcome(
                        container.name(),
                        container.lastStatus().orElse(null),
                        container.exitCode().orElse(null),
                        container.reason().orElse(null)))
            .toList();
    return new ObservedTask(
        task.lastStatus(),
        task.startedAt().orElse(null),
        task.stoppedAt().orElse(null),
        task.stopCode().orElse(null),
        task.stoppedReason().orElse(null),
        before.exitCode(),
        containers.isEmpty() ? null : containers,
        containerInstance(task, instance, before).orElse(null));
  }

  /** If the instance could not be read now, what the status has of the same instance. */
  private static Optional<ContainerInstance> containerInstance(
      DescribedTask task, Optional<DescribedContainerInstance> instance, ObservedTask before) {
    return task.containerInstanceArn()
        .map(
            arn ->
                instance
                    .map(
                        known ->
                            new ContainerInstance(
                                arn,
                                known.ec2InstanceId().orElse(null),
                                known.status().orElse(null)))
                    .or(
                        () ->
                            Optional.ofNullable(before.containerInstance())
                                .filter(known -> arn.equals(known.arn())))
                    .orElseGet(() -> new ContainerInstance(arn, null, null)));
  }

  private static ObservedTask withExitCode(ObservedTask observed, TaskOutcome outcome) {
    return new ObservedTask(
        observed.lastStatus(),
        observed.startedAt(),
        observed.stoppedAt(),
        observed.stopCode(),
        observed.stoppedReason(),
        outcome.exitCode().orElse(null),
        observed.containers(),
        observed.containerInstance());
  }
}
