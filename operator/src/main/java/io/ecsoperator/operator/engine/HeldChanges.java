package io.ecsoperator.operator.engine;

import static java.util.stream.Collectors.joining;

import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.status.PlanReport;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The state of objects that have changes which the {@link WriteGuard} holds. A conflict is reported
 * for some minutes after it was last seen, since another manager may set the wanted value for a
 * moment: the object would be Ready and Stalled in turn.
 */
final class HeldChanges {
  private static final Duration CONFLICT_ENDS_AFTER = Duration.ofMinutes(5);
  private static final int MOST_FIELDS = 10;

  /**
   * @param fields the changes that are held, by field
   */
  record Conflict(
      Map<String, WriteGuard.Held> fields, ReadyState state, Instant reportedAt, Instant seenAt) {
    boolean isReportedLately(Instant now) {
      return now.isBefore(reportedAt.plus(CONFLICT_ENDS_AFTER));
    }

    /** The same conflict, seen again; reported anew if it has another field. */
    Conflict with(Map<String, WriteGuard.Held> seen, Instant now) {
      if (fields.keySet().containsAll(seen.keySet())) {
        return new Conflict(fields, state, reportedAt, now);
      }
      Map<String, WriteGuard.Held> all = new TreeMap<>(fields);
      all.putAll(seen);
      return new Conflict(all, conflict(all.values()), now, now);
    }
  }

  private final ObjectMemory.OfKind memories;

  HeldChanges(ObjectMemory.OfKind memories) {
    this.memories = memories;
  }

  /** What to report of an object whose plan is held. */
  <S extends EcsStatus> Decision.Done<S> held(
      ReconcileContext<S> context, Decision.Execute<S> execute, List<WriteGuard.Held> held) {
    Instant now = context.now();
    List<WriteGuard.Held> conflicting = having(held, Reason.MANAGEMENT_CONFLICT);
    return new Decision.Done<>(
        execute.status(),
        conflicting.isEmpty()
            ? state(execute.readyState(), held, now)
            : remember(context, conflicting),
        Optional.empty(),
        held.stream()
            .flatMap(change -> change.until().stream())
            .min(Instant::compareTo)
            .map(until -> Duration.between(now, until)));
  }

  /** What to report of an object that is as wanted now, if a conflict was reported of it before. */
  <S extends EcsStatus> Decision.Done<S> shown(ReconcileContext<S> context, Decision.Done<S> done) {
    ObjectMemory memory = memories.of(context.desired().uid());
    return memory
        .conflict()
        .flatMap(last -> stillReported(context, done, last))
        .orElseGet(
            () -> {
              memory.conflict(Optional.empty());
              return done;
            });
  }

  private static <S extends EcsStatus> Optional<Decision.Done<S>> stillReported(
      ReconcileContext<S> context, Decision.Done<S> done, Conflict last) {
    boolean isLimited =
        done.status().common().sentChanges() != null
            && done.status().common().sentChanges().stream()
                .anyMatch(sent -> sent.shown() && sent.times() > 1);
    Duration left = Duration.between(context.now(), last.seenAt().plus(CONFLICT_ENDS_AFTER));
    return isLimited && left.isPositive()
        ? Optional.of(
            new Decision.Done<>(done.status(), last.state(), done.available(), Optional.of(left)))
        : Optional.empty();
  }

  /** Fields and values of a conflict may flap, so it is reported anew only now and then. */
  private ReadyState remember(ReconcileContext<?> context, List<WriteGuard.Held> held) {
    Map<String, WriteGuard.Held> fields = new TreeMap<>();
    held.forEach(change -> fields.put(change.change().path(), change));
    ObjectMemory memory = memories.of(context.desired().uid());
    Conflict reported =
        memory
            .conflict()
            .filter(last -> last.isReportedLately(context.now()))
            .map(last -> last.with(fields, context.now()))
            .orElseGet(() -> new Conflict(fields, conflict(held), context.now(), context.now()));
    memory.conflict(Optional.of(reported));
    return reported.state();
  }

  private static ReadyState state(ReadyState planned, List<WriteGuard.Held> held, Instant now) {
    List<WriteGuard.Held> lost = having(held, Reason.NOT_TAKING_EFFECT);
    if (!lost.isEmpty()) {
      return new ReadyState.Stalled(
          Reason.NOT_TAKING_EFFECT,
          "ECS accepted this change "
              + lost.stream().mapToInt(WriteGuard.Held::times).max().orElseThrow()
              + " times and does not show its effect: "
              + texts(lost)
              + ". Change the spec to a value that ECS shows, or add the field to ignoreFields. The"
              + " operator sends it again "
              + again(lost));
    }
    Instant until =
        held.stream().flatMap(change -> change.until().stream()).min(Instant::compareTo).get();
    return new ReadyState.Reconciling(
        planned.reason(),
        "ECS accepted this change and does not show its effect yet: " + texts(held) + ".",
        Duration.between(now, until));
  }

  private static ReadyState conflict(Collection<WriteGuard.Held> held) {
    return new ReadyState.Stalled(
        Reason.MANAGEMENT_CONFLICT,
        "Another manager undoes what this object sets: "
            + texts(held)
            + ". Stop the other manager, or add the field to ignoreFields. The operator sets it"
            + " again "
            + again(held));
  }

  private static List<WriteGuard.Held> having(List<WriteGuard.Held> held, Reason reason) {
    return held.stream().filter(change -> change.reason().equals(Optional.of(reason))).toList();
  }

  private static String texts(Collection<WriteGuard.Held> held) {
    String texts =
        held.stream()
            .limit(MOST_FIELDS)
            .map(change -> PlanReport.differenceText(change.change()))
            .collect(joining(", "));
    return held.size() <= MOST_FIELDS
        ? texts
        : texts + " and " + (held.size() - MOST_FIELDS) + " more";
  }

  private static String again(Collection<WriteGuard.Held> held) {
    return held.stream()
            .flatMap(change -> change.until().stream())
            .min(Instant::compareTo)
            .map(until -> "at " + until.truncatedTo(ChronoUnit.SECONDS) + ", or ")
            .orElse("")
        + "when the spec wants another value or the annotation"
        + " ecs-operator.io/reconcile-requested-at changes.";
  }
}
