package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus.SentChange;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import io.ecsoperator.plan.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Limits how often the same change is sent: one whose effect ECS does not show, and one that
 * another manager undoes each time. A generation of the spec that wants the same value of the field
 * is no new attempt: Kubernetes may write another field every few seconds, such as a count. Pure;
 * the counts are part of the status, so they outlive a restart.
 */
final class WriteGuard {
  /** So often a change is sent before the object is Stalled. */
  static final int MOST_WRITES = 5;

  /** The pause after the first write whose effect ECS does not show; it doubles each time. */
  static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

  /** After {@link #MOST_WRITES} a change is sent once in this time. */
  static final Duration SLOW = Duration.ofHours(1);

  /** A forced deployment replaces all tasks, so it is sent again only if it has had an effect. */
  private static final int MOST_FORCED_DEPLOYMENTS = 2;

  private static final String FORCED = "forceNewDeployment";

  /** How long the effect of a forced deployment is waited for. */
  private static final Duration FORCED_PATIENCE = Duration.ofMinutes(1);

  /** More counts than these would make the status large; the oldest are dropped. */
  private static final int MOST_COUNTS = 100;

  private static final int HASH_LENGTH = 12;

  /**
   * A change that is not sent now.
   *
   * @param reason {@code NOT_TAKING_EFFECT} or {@code MANAGEMENT_CONFLICT}; empty while the effect
   *     may still show
   * @param until when it is sent again; empty for never while the spec wants this value
   */
  record Held(FieldChange change, int times, Optional<Reason> reason, Optional<Instant> until) {}

  private record Key(String field, String wanted) {}

  /**
   * Whether the guard limits the plan of an object: deletions, clean-up and the plans of kinds that
   * only create have limits of their own.
   */
  static boolean limits(
      Kind<?, ?, ?> kind, ReconcileContext<?> context, Decision.Execute<?> execute) {
    return kind.comparesFields()
        && !context.deleting()
        && !(execute.readyState() instanceof ReadyState.Ready);
  }

  /** The changes that a status counts. */
  static List<SentChange> sentChanges(EcsStatus status) {
    return Optional.ofNullable(status.common().sentChanges()).orElse(List.of());
  }

  /** The changes of a plan that are not sent now. */
  List<Held> held(String uid, List<SentChange> sent, Plan plan, Instant now) {
    List<Held> held = new ArrayList<>();
    for (Plan.Call call : plan.calls()) {
      for (FieldChange change : changes(call)) {
        Key key = key(uid, change);
        sent.stream()
            .filter(count -> matches(count, key))
            .findFirst()
            .flatMap(count -> held(change, count, isForced(call), now))
            .ifPresent(held::add);
      }
    }
    return held;
  }

  private static Optional<Held> held(
      FieldChange change, SentChange count, boolean forced, Instant now) {
    if (count.times() == 0) {
      return Optional.empty();
    }
    Instant last = Instant.parse(count.lastAt());
    if (count.shown()) {
      return count.times() < (forced ? MOST_FORCED_DEPLOYMENTS : MOST_WRITES)
          ? Optional.empty()
          : until(change, count, Optional.of(Reason.MANAGEMENT_CONFLICT), last.plus(SLOW), now);
    }
    if (forced) {
      boolean waits = now.isBefore(last.plus(FORCED_PATIENCE));
      return Optional.of(
          waits
              ? new Held(
                  change, count.times(), Optional.empty(), Optional.of(last.plus(FORCED_PATIENCE)))
              : new Held(
                  change, count.times(), Optional.of(Reason.NOT_TAKING_EFFECT), Optional.empty()));
    }
    return count.times() < MOST_WRITES
        ? until(
            change,
            count,
            Optional.empty(),
            last.plus(FIRST_PAUSE.multipliedBy(1L << (count.times() - 1))),
            now)
        : until(change, count, Optional.of(Reason.NOT_TAKING_EFFECT), last.plus(SLOW), now);
  }

  private static Optional<Held> until(
      FieldChange change, SentChange count, Optional<Reason> reason, Instant until, Instant now) {
    return now.isBefore(until)
        ? Optional.of(new Held(change, count.times(), reason, Optional.of(until)))
        : Optional.empty();
  }

  /**
   * The counts once ECS shows all that was sent and is not in {@code plan}. A change that was sent
   * {@link #MOST_WRITES} times and is not planned any more is forgotten: the spec wants another
   * value, or the effect shows at last.
   */
  List<SentChange> shown(String uid, List<SentChange> sent, Plan plan) {
    List<Key> missing =
        plan.calls().stream()
            .flatMap(call -> changes(call).stream())
            .map(change -> key(uid, change))
            .toList();
    return sent.stream()
        .filter(
            count ->
                count.shown()
                    || count.times() < MOST_WRITES
                    || missing.stream().anyMatch(key -> matches(count, key)))
        .map(
            count ->
                count.times() == 0
                        || count.shown()
                        || missing.stream().anyMatch(key -> matches(count, key))
                    ? count
                    : new SentChange(
                        count.field(),
                        count.wanted(),
                        count.times(),
                        true,
                        count.lastAt(),
                        count.unansweredGeneration()))
        .toList();
  }

  /** The counts after ECS has accepted a call. */
  List<SentChange> accepted(String uid, List<SentChange> sent, Plan.Call call, Instant now) {
    return sent(uid, sent, call, 1, Optional.empty(), now);
  }

  /** The counts before or after a call was sent without an answer. */
  List<SentChange> unanswered(
      String uid, List<SentChange> sent, Plan.Call call, long generation, Instant now) {
    return sent(uid, sent, call, 0, Optional.of(generation), now);
  }

  private static List<SentChange> sent(
      String uid,
      List<SentChange> sent,
      Plan.Call call,
      int accepted,
      Optional<Long> unanswered,
      Instant now) {
    List<SentChange> counts =
        new ArrayList<>(sent.stream().filter(count -> isRemembered(count, now)).toList());
    for (FieldChange change : changes(call)) {
      Key key = key(uid, change);
      Optional<SentChange> before =
          counts.stream().filter(count -> matches(count, key)).findFirst();
      // Counts of other values are of an earlier spec.
      counts.removeIf(count -> Objects.equals(count.field(), key.field()));
      counts.add(
          new SentChange(
              key.field(),
              key.wanted(),
              before.map(SentChange::times).orElse(0) + accepted,
              before.map(SentChange::shown).orElse(false),
              now.truncatedTo(ChronoUnit.SECONDS).toString(),
              unanswered.orElse(null)));
    }
    counts.sort(Comparator.comparing(SentChange::lastAt).thenComparing(SentChange::field));
    return counts.subList(Math.max(0, counts.size() - MOST_COUNTS), counts.size());
  }

  /**
   * A count whose change ECS has shown is dropped one hour after the change was last sent, or two
   * hours if it was sent {@link #MOST_WRITES} times. Then the field is corrected at once again.
   */
  private static boolean isRemembered(SentChange count, Instant now) {
    Duration kept = count.times() < MOST_WRITES ? SLOW : SLOW.multipliedBy(2);
    return !count.shown() || now.isBefore(Instant.parse(count.lastAt()).plus(kept));
  }

  /** The changes of a call. One without any, such as a creation, counts as a whole. */
  private static List<FieldChange> changes(Plan.Call call) {
    if (!call.changes().isEmpty()) {
      return call.changes();
    }
    ObjectNode request = call.request().deepCopy();
    request.remove("clientToken");
    return List.of(new FieldChange(call.operation(), MissingNode.getInstance(), request));
  }

  private static Key key(String uid, FieldChange change) {
    // The uid makes hashes of equal values differ, so that a hash does not give a value away.
    return new Key(
        change.path(),
        Sha256.hex(String.join("\n", uid, change.path(), change.to().toString()), HASH_LENGTH));
  }

  private static boolean matches(SentChange count, Key key) {
    return Objects.equals(count.field(), key.field())
        && Objects.equals(count.wanted(), key.wanted());
  }

  private static boolean isForced(Plan.Call call) {
    return call.request().path(FORCED).asBoolean();
  }
}
