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
import java.util.concurrent.ConcurrentHashMap;

/**
 * The state of objects that have changes which the {@link WriteGuard} holds. A conflict is reported
 * for some minutes after it was last seen, since another manager may set the wanted value for a
 * moment: the object would be Ready and Stalled in turn. Safe for many threads.
 */
final class HeldChanges {
  private static final Duration CONFLICT_ENDS_AFTER = Duration.ofMinutes(5);
  private static final int MOST_FIELDS = 10;

  /**
   * @param fields the changes that are held, by field
   */
  private record Conflict(
      Map<String, WriteGuard.Held> fields, ReadyState state, Instant reportedAt, Instant seenAt) {
    boolean isReportedLately(Instant now) {
      return now.isBefore(reportedAt.plus(CONFLICT_ENDS_AFTER));
    }
  }

  private final Map<String, Conflict> conflicts = new ConcurrentHashMap<>();

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

  /** What to report of an object that is as wanted now. */
  <S extends EcsStatus> Decision.Done<S> shown(ReconcileContext<S> context, Decision.Done<S> done) {
    String uid = context.desired().uid();
    boolean isLimited =
        done.status().common().sentChanges() != null
            && done.status().common().sentChanges().stream()
                .anyMatch(sent -> sent.shown() && sent.times() > 1);
    Conflict last = isLimited ? conflicts.get(uid) : null;
    if (last == null) {
      conflicts.remove(uid);
      return done;
    }
    Duration left = Duration.between(context.now(), last.seenAt().plus(CONFLICT_ENDS_AFTER));
    if (!left.isPositive()) {
      conflicts.remove(uid);
      return done;
    }
    return new Decision.Done<>(done.status(), last.state(), done.available(), Optional.of(left));
  }

  void forget(String uid) {
    conflicts.remove(uid);
  }

  /** Fields and values of a conflict may flap, so it is reported anew only now and then. */
  private ReadyState remember(ReconcileContext<?> context, List<WriteGuard.Held> held) {
    Instant now = context.now();
    Map<String, WriteGuard.Held> fields = new TreeMap<>();
    held.forEach(change -> fields.put(change.change().path(), change));
    return conflicts
        .merge(
            context.desired().uid(),
            new Conflict(fields, conflict(held), now, now),
            (old, fresh) -> {
              if (!old.isReportedLately(now)) {
                return fresh;
              }
              if (old.fields().keySet().containsAll(fields.keySet())) {
                return new Conflict(old.fields(), old.state(), old.reportedAt(), now);
              }
              Map<String, WriteGuard.Held> all = new TreeMap<>(old.fields());
              all.putAll(fields);
              return new Conflict(all, conflict(all.values()), now, now);
            })
        .state();
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
