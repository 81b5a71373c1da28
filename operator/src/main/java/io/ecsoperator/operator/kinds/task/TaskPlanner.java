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
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.desired.Reference;
import io.ecsoperator.operator.desired.Tags;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.TagCalls;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.operator.status.Timestamps;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.Plan;
import io.ecsoperator.plan.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What has to be done for a task. */
final class TaskPlanner {
  private static final String SUCCEEDED = "Succeeded";
  private static final String FAILED = "Failed";

  private static final int MAX_FAILED_ATTEMPTS = 5;
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(10);
  private static final Duration MAX_BACKOFF = Duration.ofMinutes(6);

  /** ECS takes a client token of 64 characters at most. */
  private static final int TOKEN_LENGTH = 40;

  /** ECS remembers a client token for 24 hours; after that it would run the task again. */
  private static final Duration TOKEN_LIFE = Duration.ofHours(23);

  private final Owner owner;
  private final Timing timing;

  TaskPlanner(Owner owner, Timing timing) {
    this.owner = owner;
    this.timing = timing;
  }

  /** By what the tasks of an object can be found when it does not know their ARNs. */
  static String startedBy(Desired desired) {
    return "ecs-operator/" + desired.uid();
  }

  static boolean isFinal(EcsTaskStatus status) {
    return SUCCEEDED.equals(status.phase()) || FAILED.equals(status.phase());
  }

  Decision<EcsTaskStatus> plan(ReconcileContext<EcsTaskStatus> view, TaskObservation observation) {
    if (isFinal(view.status())) {
      return finished(view, view.status());
    }
    if (observation.unknown().isPresent()) {
      return Decision.unknown(view.status(), observation.unknown().get());
    }
    if (view.deleting()) {
      return delete(view, observation);
    }
    AttemptStatus current = view.status().current();
    if (current.attempt() == null) {
      return first(view, observation);
    }
    if (current.taskArns() == null) {
      return start(view, view.status());
    }
    List<ObjectNode> tasks = observation.present();
    if (tasks.size() < current.taskArns().size()) {
      return Decision.settled(view.status(), outcomeUnknown());
    }
    return follow(view, tasks, observation);
  }

  private Decision<EcsTaskStatus> first(
      ReconcileContext<EcsTaskStatus> view, TaskObservation observation) {
    Optional<String> waiting = observation.waiting();
    if (waiting.isPresent()) {
      return Decision.settled(
          view.status(),
          new ReadyState.Reconciling(Reason.WAITING_FOR_REFERENCE, waiting.get(), timing.resync()));
    }
    String cluster = ((Reference.Resolved) observation.cluster()).value();
    String taskDefinition =
        observation.taskDefinition().map(r -> ((Reference.Resolved) r).value()).orElse("");
    return start(view, attempting(view, 1, cluster, taskDefinition));
  }

  private EcsTaskStatus attempting(
      ReconcileContext<EcsTaskStatus> view, int attempt, String cluster, String taskDefinition) {
    return view.status()
        .attempting(
            AttemptStatus.of(
                attempt,
                cluster,
                taskDefinition,
                view.now().truncatedTo(ChronoUnit.SECONDS).toString()));
  }

  /** Runs the pinned attempt; with the same token as before where its answer may have been lost. */
  private Decision<EcsTaskStatus> start(
      ReconcileContext<EcsTaskStatus> view, EcsTaskStatus status) {
    AttemptStatus attempt = status.current();
    if (deadline(view).filter(view.now()::isAfter).isPresent() && attempt.clientToken() == null) {
      return finish(view, status, FAILED, Reason.DEADLINE_EXCEEDED, List.of());
    }
    if (attempt.clientToken() != null
        && Instant.parse(attempt.attemptStartedAt()).plus(TOKEN_LIFE).isBefore(view.now())) {
      return Decision.settled(status, outcomeUnknown());
    }
    AttemptStatus pinned = pinned(view.desired(), attempt);
    return new Decision.Act<>(
        new Plan(List.of(new Action.Call("RunTask", request(view, pinned), List.of()))),
        view.status(),
        status.withCurrent(pinned),
        new ReadyState.Reconciling(
            Reason.CREATING, "Starting attempt " + pinned.attempt() + ".", timing.poll()));
  }

  private static AttemptStatus pinned(Desired desired, AttemptStatus attempt) {
    int placementFailures = Optional.ofNullable(attempt.placementFailures()).orElse(0);
    String token =
        Sha256.hex(desired.uid() + "/" + attempt.attempt() + "/" + placementFailures, TOKEN_LENGTH);
    return attempt.withClientToken(token);
  }

  private ObjectNode request(ReconcileContext<EcsTaskStatus> view, AttemptStatus attempt) {
    ObjectNode request = view.desired().aws().deepCopy();
    request.put("cluster", attempt.cluster());
    request.put("taskDefinition", attempt.taskDefinition());
    request.put("clientToken", attempt.clientToken());
    request.put("startedBy", startedBy(view.desired()));
    Tags.put(request, Owner.TAG, owner.tagOf(view.desired().key()));
    return request;
  }

  private Decision<EcsTaskStatus> follow(
      ReconcileContext<EcsTaskStatus> view, List<ObjectNode> tasks, TaskObservation observation) {
    boolean stopped = tasks.stream().allMatch(TaskPlanner::isStopped);
    boolean running =
        tasks.stream().allMatch(task -> task.path("lastStatus").asText().equals("RUNNING"));
    EcsTaskStatus facts =
        view.status()
            .withObserved(
                observed(tasks.getFirst(), observation.presentInstance(), view.status().observed()),
                running || "Running".equals(view.status().phase()) ? "Running" : "Pending");
    if (stopped) {
      return stopped(view, facts, tasks, observation.body());
    }
    boolean late = deadline(view).filter(view.now()::isAfter).isPresent();
    if (late && tasks.stream().anyMatch(TaskPlanner::isWanted)) {
      return stop(view, facts, tasks, "activeDeadlineSeconds exceeded", Reason.DEADLINE_EXCEEDED);
    }
    if (running && view.desired().kubernetes().path("waitFor").asText().equals("Running")) {
      return settled(
          facts, new ReadyState.Ready(Reason.RUNNING, "The task is running."), untilDeadline(view));
    }
    return settled(
        facts,
        new ReadyState.Reconciling(
            Reason.RUNNING,
            "Attempt " + facts.current().attempt() + " is " + facts.observed().lastStatus() + ".",
            timing.poll()),
        untilDeadline(view));
  }

  private Decision<EcsTaskStatus> stopped(
      ReconcileContext<EcsTaskStatus> view,
      EcsTaskStatus facts,
      List<ObjectNode> tasks,
      JsonNode body) {
    List<TaskOutcome> outcomes = tasks.stream().map(task -> TaskOutcome.of(task, body)).toList();
    Optional<TaskOutcome> failure =
        outcomes.stream().filter(outcome -> !outcome.succeeded()).findFirst();
    EcsTaskStatus ended =
        facts.withObserved(
            withExitCode(facts.observed(), failure.orElse(outcomes.getFirst())), facts.phase());
    if (failure.isEmpty() && facts.current().placementFailure() == null) {
      return finish(view, ended, SUCCEEDED, Reason.SUCCEEDED, List.of());
    }
    TaskAttempt failed =
        new TaskAttempt(
            facts.current().attempt(),
            facts.common().arn(),
            failure.map(TaskOutcome::stopCode).orElse(null),
            failure.map(TaskOutcome::reason).orElse(facts.current().placementFailure()),
            seenAt(view));
    if (deadline(view).filter(view.now()::isAfter).isPresent()) {
      return finish(view, ended, FAILED, Reason.DEADLINE_EXCEEDED, List.of(failed));
    }
    if (facts.current().attempt() > view.desired().kubernetes().path("backoffLimit").asInt(0)) {
      return finish(view, ended, FAILED, Reason.FAILED, List.of(failed));
    }
    return again(view, ended.withFailedAttempts(failedAttempts(ended, List.of(failed))), failed);
  }

  private Decision<EcsTaskStatus> again(
      ReconcileContext<EcsTaskStatus> view, EcsTaskStatus status, TaskAttempt failed) {
    Instant next = Instant.parse(failed.seenAt()).plus(backoff(failed.number()));
    if (view.now().isBefore(next)) {
      Duration pause = Duration.between(view.now(), next);
      return settled(
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
          untilDeadline(view));
    }
    AttemptStatus current = status.current();
    return start(
        view,
        status.attempting(
            AttemptStatus.of(
                current.attempt() + 1,
                current.cluster(),
                current.taskDefinition(),
                view.now().truncatedTo(ChronoUnit.SECONDS).toString())));
  }

  /** ECS's own clock says when the task stopped, but pauses are measured by this one. */
  private static String seenAt(ReconcileContext<EcsTaskStatus> view) {
    return Optional.ofNullable(view.status().failedAttempts())
        .map(List::getFirst)
        .filter(newest -> Objects.equals(newest.number(), view.status().current().attempt()))
        .map(TaskAttempt::seenAt)
        .orElseGet(() -> view.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private static Duration backoff(int attempt) {
    Duration pause = FIRST_BACKOFF;
    for (int i = 1; i < attempt && pause.compareTo(MAX_BACKOFF) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(MAX_BACKOFF) < 0 ? pause : MAX_BACKOFF;
  }

  private Decision<EcsTaskStatus> finish(
      ReconcileContext<EcsTaskStatus> view,
      EcsTaskStatus status,
      String phase,
      Reason reason,
      List<TaskAttempt> failed) {
    return finished(
        view,
        status.finished(
            phase,
            reason.toString(),
            view.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            failedAttempts(status, failed)));
  }

  /** The end: nothing runs again; what remains is the time to live. */
  private Decision<EcsTaskStatus> finished(
      ReconcileContext<EcsTaskStatus> view, EcsTaskStatus status) {
    if (view.deleting()) {
      return new Decision.Released<>(status);
    }
    Optional<Instant> expiry =
        Optional.of(view.desired().kubernetes().path("ttlSecondsAfterFinished"))
            .filter(JsonNode::isNumber)
            .map(ttl -> Instant.parse(status.finishedAt()).plusSeconds(ttl.asLong()));
    if (expiry.filter(at -> !view.now().isBefore(at)).isPresent() && view.desired().mayWrite()) {
      return new Decision.Expired<>(status);
    }
    return settled(status, readyState(status), expiry.map(at -> Duration.between(view.now(), at)));
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

  private static ReadyState outcomeUnknown() {
    return new ReadyState.Stalled(
        Reason.OUTCOME_UNKNOWN,
        "ECS no longer knows the task of this attempt, so whether it succeeded cannot be told;"
            + " it is not run again by itself. Delete this object and apply it again to run the"
            + " task anew.");
  }

  private Decision<EcsTaskStatus> delete(
      ReconcileContext<EcsTaskStatus> view, TaskObservation observation) {
    List<ObjectNode> alive =
        observation.present().stream().filter(task -> !isStopped(task)).toList();
    if (alive.isEmpty()) {
      return new Decision.Released<>(view.status());
    }
    if (view.desired().policies().deletion() == Policies.Deletion.RETAIN) {
      List<Action> calls =
          alive.stream()
              .filter(task -> Tags.value(task, Owner.TAG).isPresent())
              .map(task -> TagCalls.release(task.path("taskArn").asText()))
              .toList();
      return calls.isEmpty()
          ? new Decision.Released<>(view.status())
          : new Decision.Act<>(new Plan(calls), view.status(), view.status(), deleting());
    }
    return alive.stream().anyMatch(TaskPlanner::isWanted)
        ? stop(view, view.status(), alive, "EcsTask deleted", Reason.DELETING)
        : Decision.settled(view.status(), deleting());
  }

  private ReadyState deleting() {
    return new ReadyState.Reconciling(
        Reason.DELETING, "Waiting until ECS has stopped the task.", timing.poll());
  }

  private Decision<EcsTaskStatus> stop(
      ReconcileContext<EcsTaskStatus> view,
      EcsTaskStatus facts,
      List<ObjectNode> tasks,
      String why,
      Reason reason) {
    List<Action> calls = new ArrayList<>();
    for (ObjectNode task : tasks) {
      if (isWanted(task)) {
        ObjectNode request =
            JsonNodeFactory.instance
                .objectNode()
                .put("cluster", view.status().current().cluster())
                .put("task", task.path("taskArn").asText())
                .put("reason", why);
        calls.add(new Action.Call("StopTask", request, List.of()));
      }
    }
    return new Decision.Act<>(
        new Plan(calls),
        facts,
        facts,
        new ReadyState.Reconciling(reason, "Stopping the task: " + why + ".", timing.poll()));
  }

  private static Decision<EcsTaskStatus> settled(
      EcsTaskStatus facts, ReadyState readyState, Optional<Duration> requeueAfter) {
    return new Decision.Settled<>(facts, readyState, Optional.empty(), requeueAfter);
  }

  private static Optional<Instant> deadline(ReconcileContext<EcsTaskStatus> view) {
    return Optional.of(view.desired().kubernetes().path("activeDeadlineSeconds"))
        .filter(seconds -> seconds.isNumber() && view.status().firstStartedAt() != null)
        .map(
            seconds -> Instant.parse(view.status().firstStartedAt()).plusSeconds(seconds.asLong()));
  }

  private static Optional<Duration> untilDeadline(ReconcileContext<EcsTaskStatus> view) {
    return deadline(view)
        .filter(view.now()::isBefore)
        .map(deadline -> Duration.between(view.now(), deadline));
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
      ObjectNode task, Optional<ObjectNode> instance, ObservedTask before) {
    List<ContainerOutcome> containers = new ArrayList<>();
    for (JsonNode container : task.path("containers")) {
      containers.add(
          new ContainerOutcome(
              container.path("name").asText(),
              container.path("lastStatus").asText(null),
              container.has("exitCode") ? container.path("exitCode").asInt() : null,
              container.path("reason").asText(null)));
    }
    return new ObservedTask(
        task.path("lastStatus").asText(),
        Timestamps.rfc3339(task.path("startedAt")).orElse(null),
        Timestamps.rfc3339(task.path("stoppedAt")).orElse(null),
        task.path("stopCode").asText(null),
        task.path("stoppedReason").asText(null),
        before.exitCode(),
        containers.isEmpty() ? null : containers,
        containerInstance(task, instance, before).orElse(null));
  }

  /** Where the instance is not known now, what was known of the same one before. */
  private static Optional<ContainerInstance> containerInstance(
      ObjectNode task, Optional<ObjectNode> instance, ObservedTask before) {
    return Optional.ofNullable(task.path("containerInstanceArn").asText(null))
        .map(
            arn ->
                instance
                    .map(
                        known ->
                            new ContainerInstance(
                                arn,
                                known.path("ec2InstanceId").asText(null),
                                known.path("status").asText(null)))
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

  private static boolean isStopped(JsonNode task) {
    return task.path("lastStatus").asText().equals("STOPPED");
  }

  private static boolean isWanted(JsonNode task) {
    return !task.path("desiredStatus").asText().equals("STOPPED");
  }
}
