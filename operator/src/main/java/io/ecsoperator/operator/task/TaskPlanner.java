package io.ecsoperator.operator.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.AttemptStatus;
import io.ecsoperator.crds.ContainerInstance;
import io.ecsoperator.crds.ContainerOutcome;
import io.ecsoperator.crds.EcsTaskStatus;
import io.ecsoperator.crds.ObservedTask;
import io.ecsoperator.crds.TaskAttempt;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Hash;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.desired.Reference;
import io.ecsoperator.operator.desired.Tags;
import io.ecsoperator.operator.reconcile.Step;
import io.ecsoperator.operator.reconcile.TagCalls;
import io.ecsoperator.operator.reconcile.Timing;
import io.ecsoperator.operator.reconcile.View;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.operator.status.Timestamps;
import io.ecsoperator.operator.status.Verdict;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.Plan;
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

  Step<EcsTaskStatus> plan(View<EcsTaskStatus> view, TaskObservation observation) {
    if (isFinal(view.status())) {
      return finished(view, view.status());
    }
    if (observation.unknown().isPresent()) {
      return Step.unknown(view.status(), observation.unknown().get());
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
      return Step.settled(view.status(), outcomeUnknown());
    }
    return follow(view, tasks, observation);
  }

  private Step<EcsTaskStatus> first(View<EcsTaskStatus> view, TaskObservation observation) {
    Optional<String> waiting = observation.waiting();
    if (waiting.isPresent()) {
      return Step.settled(
          view.status(),
          new Verdict.Reconciling(Reason.WAITING_FOR_REFERENCE, waiting.get(), timing.resync()));
    }
    String cluster = ((Reference.Resolved) observation.cluster()).value();
    String taskDefinition =
        observation.taskDefinition().map(r -> ((Reference.Resolved) r).value()).orElse("");
    return start(view, attempting(view, 1, cluster, taskDefinition));
  }

  private EcsTaskStatus attempting(
      View<EcsTaskStatus> view, int attempt, String cluster, String taskDefinition) {
    return view.status()
        .attempting(
            AttemptStatus.of(
                attempt,
                cluster,
                taskDefinition,
                view.now().truncatedTo(ChronoUnit.SECONDS).toString()));
  }

  /** Runs the pinned attempt; with the same token as before where its answer may have been lost. */
  private Step<EcsTaskStatus> start(View<EcsTaskStatus> view, EcsTaskStatus status) {
    AttemptStatus attempt = status.current();
    if (deadline(view).filter(view.now()::isAfter).isPresent() && attempt.clientToken() == null) {
      return finish(view, status, FAILED, Reason.DEADLINE_EXCEEDED, List.of());
    }
    if (attempt.clientToken() != null
        && Instant.parse(attempt.attemptStartedAt()).plus(TOKEN_LIFE).isBefore(view.now())) {
      return Step.settled(status, outcomeUnknown());
    }
    AttemptStatus pinned = pinned(view.desired(), attempt);
    return new Step.Act<>(
        new Plan(List.of(new Action.Call("RunTask", request(view, pinned), List.of()))),
        view.status(),
        status.withCurrent(pinned),
        new Verdict.Reconciling(
            Reason.CREATING, "Starting attempt " + pinned.attempt() + ".", timing.poll()));
  }

  private static AttemptStatus pinned(Desired desired, AttemptStatus attempt) {
    int placementFailures = Optional.ofNullable(attempt.placementFailures()).orElse(0);
    String token =
        Hash.of(desired.uid() + "/" + attempt.attempt() + "/" + placementFailures, TOKEN_LENGTH);
    return attempt.withClientToken(token);
  }

  private ObjectNode request(View<EcsTaskStatus> view, AttemptStatus attempt) {
    ObjectNode request = view.desired().aws().deepCopy();
    request.put("cluster", attempt.cluster());
    request.put("taskDefinition", attempt.taskDefinition());
    request.put("clientToken", attempt.clientToken());
    request.put("startedBy", startedBy(view.desired()));
    Tags.put(request, Owner.TAG, owner.tagOf(view.desired().key()));
    return request;
  }

  private Step<EcsTaskStatus> follow(
      View<EcsTaskStatus> view, List<ObjectNode> tasks, TaskObservation observation) {
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
          facts, new Verdict.Ready(Reason.RUNNING, "The task is running."), untilDeadline(view));
    }
    return settled(
        facts,
        new Verdict.Reconciling(
            Reason.RUNNING,
            "Attempt " + facts.current().attempt() + " is " + facts.observed().lastStatus() + ".",
            timing.poll()),
        untilDeadline(view));
  }

  private Step<EcsTaskStatus> stopped(
      View<EcsTaskStatus> view, EcsTaskStatus facts, List<ObjectNode> tasks, JsonNode body) {
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

  private Step<EcsTaskStatus> again(
      View<EcsTaskStatus> view, EcsTaskStatus status, TaskAttempt failed) {
    Instant next = Instant.parse(failed.seenAt()).plus(backoff(failed.number()));
    if (view.now().isBefore(next)) {
      Duration pause = Duration.between(view.now(), next);
      return settled(
          status,
          new Verdict.Reconciling(
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
  private static String seenAt(View<EcsTaskStatus> view) {
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

  private Step<EcsTaskStatus> finish(
      View<EcsTaskStatus> view,
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
  private Step<EcsTaskStatus> finished(View<EcsTaskStatus> view, EcsTaskStatus status) {
    if (view.deleting()) {
      return new Step.Released<>(status);
    }
    Optional<Instant> expiry =
        Optional.of(view.desired().kubernetes().path("ttlSecondsAfterFinished"))
            .filter(JsonNode::isNumber)
            .map(ttl -> Instant.parse(status.finishedAt()).plusSeconds(ttl.asLong()));
    if (expiry.filter(at -> !view.now().isBefore(at)).isPresent() && view.desired().mayWrite()) {
      return new Step.Expired<>(status);
    }
    return settled(status, verdict(status), expiry.map(at -> Duration.between(view.now(), at)));
  }

  private static Verdict verdict(EcsTaskStatus status) {
    if (SUCCEEDED.equals(status.phase())) {
      return new Verdict.Ready(
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
    return new Verdict.Stalled(
        reason,
        "Attempt "
            + status.current().attempt()
            + " was the last one: "
            + last
            + ". Delete this object and apply it again to run the task anew.");
  }

  private static Verdict outcomeUnknown() {
    return new Verdict.Stalled(
        Reason.OUTCOME_UNKNOWN,
        "ECS no longer knows the task of this attempt, so whether it succeeded cannot be told;"
            + " it is not run again by itself. Delete this object and apply it again to run the"
            + " task anew.");
  }

  private Step<EcsTaskStatus> delete(View<EcsTaskStatus> view, TaskObservation observation) {
    List<ObjectNode> alive =
        observation.present().stream().filter(task -> !isStopped(task)).toList();
    if (alive.isEmpty()) {
      return new Step.Released<>(view.status());
    }
    if (view.desired().policies().deletion() == Policies.Deletion.RETAIN) {
      List<Action> calls =
          alive.stream()
              .filter(task -> Tags.value(task, Owner.TAG).isPresent())
              .map(task -> TagCalls.release(task.path("taskArn").asText()))
              .toList();
      return calls.isEmpty()
          ? new Step.Released<>(view.status())
          : new Step.Act<>(new Plan(calls), view.status(), view.status(), deleting());
    }
    return alive.stream().anyMatch(TaskPlanner::isWanted)
        ? stop(view, view.status(), alive, "EcsTask deleted", Reason.DELETING)
        : Step.settled(view.status(), deleting());
  }

  private Verdict deleting() {
    return new Verdict.Reconciling(
        Reason.DELETING, "Waiting until ECS has stopped the task.", timing.poll());
  }

  private Step<EcsTaskStatus> stop(
      View<EcsTaskStatus> view,
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
    return new Step.Act<>(
        new Plan(calls),
        facts,
        facts,
        new Verdict.Reconciling(reason, "Stopping the task: " + why + ".", timing.poll()));
  }

  private static Step<EcsTaskStatus> settled(
      EcsTaskStatus facts, Verdict verdict, Optional<Duration> lookAgain) {
    return new Step.Settled<>(facts, verdict, Optional.empty(), lookAgain);
  }

  private static Optional<Instant> deadline(View<EcsTaskStatus> view) {
    return Optional.of(view.desired().kubernetes().path("activeDeadlineSeconds"))
        .filter(seconds -> seconds.isNumber() && view.status().firstStartedAt() != null)
        .map(
            seconds -> Instant.parse(view.status().firstStartedAt()).plusSeconds(seconds.asLong()));
  }

  private static Optional<Duration> untilDeadline(View<EcsTaskStatus> view) {
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
