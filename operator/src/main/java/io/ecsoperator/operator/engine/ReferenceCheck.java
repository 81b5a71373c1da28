package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.KubernetesObjects;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Makes sure that all changes of one apply are known before the first write for a generation of an
 * object or of one that it refers to. A client writes the objects of an apply one after the other,
 * so an object may be reconciled before the next one is changed, or before the cache shows that.
 */
public final class ReferenceCheck {
  /** New objects of one apply are created within this time. */
  private static final Duration ONE_APPLY = Duration.ofMinutes(1);

  /**
   * What cannot be corrected waits for so many delays if the revision that it means is old: either
   * the apply changes it not at all, which no client reports, or the client is slow.
   */
  private static final int DELAYS_FOR_OLD_REVISION = 5;

  /** So many delays at most, while clients go on to change objects of the namespace. */
  private static final int DELAYS_AT_MOST = 15;

  /** Until the cache shows what the API server has. */
  private static final Duration UNTIL_CACHED = Duration.ofSeconds(1);

  private final KubernetesObjects objects;
  private final RecentChanges changes;
  private final Duration delay;
  private final Clock clock;

  /**
   * @param delay how long after a change the operator waits for other changes of the same apply
   */
  public ReferenceCheck(KubernetesObjects objects, Duration delay, Clock clock) {
    this.objects = objects;
    this.changes = new RecentChanges(delay.multipliedBy(DELAYS_AT_MOST), clock);
    this.delay = delay;
    this.clock = clock;
  }

  /** What the check found. */
  sealed interface Result {
    /** The plan may be executed. */
    record Passed() implements Result {}

    /** The plan may have been made from older versions of the objects. */
    record PlanAgain() implements Result {}

    record Wait(ReadyState state) implements Result {}
  }

  /** The generations of an object and of those that it refers to. */
  record Generations(long own, Map<ObjectKey, Long> referred) {}

  /**
   * Generations that were seen together.
   *
   * @param at when they were seen first
   * @param own whether the object's own generation was not in effect then
   * @param changed whether an object that it refers to had changed too, or was about to
   * @param before generations of the referred objects that the object was last written with
   * @param passed whether the object may be written
   */
  record Seen(
      Generations generations,
      Instant at,
      boolean own,
      boolean changed,
      Optional<Map<ObjectKey, Long>> before,
      boolean passed) {

    Seen pass() {
      return new Seen(generations, at, own, changed, before, true);
    }
  }

  /**
   * Records the generations when they are seen first.
   *
   * @param written whether the object's generation is in effect
   */
  void begin(ObjectMemory memory, Desired desired, List<ReferenceField> fields, boolean written) {
    if (!written && !memory.generation().equals(OptionalLong.of(desired.generation()))) {
      changes.add(desired.key());
    }
    memory.generation(desired.generation());
    List<ObjectKey> referred = References.awaited(desired, fields);
    if (!referred.isEmpty()) {
      memory.seen(seen(desired, referred, written, memory.seen()));
    }
  }

  private Seen seen(
      Desired desired, List<ObjectKey> referred, boolean written, Optional<Seen> before) {
    Generations now = generations(desired, referred);
    if (before.filter(last -> last.generations().equals(now)).isPresent()) {
      return before.get();
    }
    if (before.isEmpty()) {
      // What is in effect when the operator starts was checked by an earlier run.
      return new Seen(
          now,
          clock.instant(),
          !written,
          isChanging(desired, referred),
          written ? Optional.of(now.referred()) : Optional.empty(),
          written);
    }
    Optional<Map<ObjectKey, Long>> last =
        before.get().passed()
            ? Optional.of(before.get().generations().referred())
            : before.get().before();
    boolean changed =
        last.map(known -> hasChanged(referred, known, now))
            .orElseGet(() -> isChanging(desired, referred));
    return new Seen(now, clock.instant(), !written, changed, last, false);
  }

  /** Whether an object that is referred to is about to change, or is new with this one. */
  private boolean isChanging(Desired desired, List<ObjectKey> referred) {
    return referred.stream().anyMatch(key -> isChanging(objects.find(key)))
        || isNewWith(desired, referred);
  }

  /** That an object is referred to only now is no change of that object. */
  private boolean hasChanged(
      List<ObjectKey> referred, Map<ObjectKey, Long> before, Generations now) {
    return referred.stream()
        .anyMatch(
            key ->
                before.containsKey(key)
                    ? !before.get(key).equals(now.referred().get(key))
                    : isChanging(objects.find(key)));
  }

  /**
   * @param correctable whether a later reconcile corrects what was written from an older version of
   *     a referred object; if not, the object always waits
   */
  Result check(
      ObjectMemory memory, Desired desired, List<ReferenceField> fields, boolean correctable) {
    List<ObjectKey> referred = References.awaited(desired, fields);
    if (referred.isEmpty()) {
      return new Result.Passed();
    }
    Seen seen = memory.seen().orElseThrow();
    if (!seen.generations().equals(generations(desired, referred))) {
      begin(memory, desired, fields, !seen.own());
      return new Result.PlanAgain();
    }
    // Where the object and one that it refers to have both changed, nothing more is to come.
    if (seen.passed() || correctable && seen.changed() && (seen.own() || seen.before().isEmpty())) {
      memory.seen(seen.pass());
      return new Result.Passed();
    }
    boolean oldRevision = !correctable && meansOldRevision(desired, fields);
    Instant end = oldRevision ? endForOldRevision(desired, seen) : seen.at().plus(delay);
    Duration left = Duration.between(clock.instant(), end);
    return left.isPositive()
        ? waiting(
            "Waiting %s s for other changes of the same apply."
                .formatted(oldRevision ? "up to " + seconds(longest()) : seconds(delay)),
            left)
        : read(memory, desired, seen, referred);
  }

  /**
   * Whether the object means a revision of a client's object, and that object did not change
   * together with it.
   */
  private boolean meansOldRevision(Desired desired, List<ReferenceField> fields) {
    Instant since = changes.lastOf(desired.key()).orElse(clock.instant()).minus(delay);
    return References.awaitedFromClients(desired, fields).stream()
        .filter(key -> objects.find(key).filter(References::isRevised).isPresent())
        .anyMatch(key -> changes.lastOf(key).filter(at -> !at.isBefore(since)).isEmpty());
  }

  /** A client that goes on to change objects of the namespace may not have come to the last one. */
  private Instant endForOldRevision(Desired desired, Seen seen) {
    Instant earliest = seen.at().plus(delay.multipliedBy(DELAYS_FOR_OLD_REVISION));
    Instant latest = seen.at().plus(longest());
    Instant quiet = changes.lastIn(desired.key().namespace()).orElse(seen.at()).plus(delay);
    return quiet.isBefore(earliest) ? earliest : quiet.isAfter(latest) ? latest : quiet;
  }

  private Duration longest() {
    return delay.multipliedBy(DELAYS_AT_MOST);
  }

  /** The state of an object whose plans are outdated as soon as they are made. */
  ReadyState stillChanging() {
    return new ReadyState.Reconciling(
        Reason.WAITING_FOR_REFERENCE,
        "Waiting until the objects that it refers to no longer change.",
        UNTIL_CACHED);
  }

  /** Reads the objects from the API server, where they may be newer than in the cache. */
  private Result read(ObjectMemory memory, Desired desired, Seen seen, List<ObjectKey> referred) {
    for (ObjectKey key : referred) {
      if (objects.find(key).isPresent()
          && objects.read(key).filter(Predicate.not(EcsResource::isMarkedForDeletion)).isEmpty()) {
        return waiting(
            "Waiting for " + key.kind() + " " + key.name() + ": it is being deleted.",
            UNTIL_CACHED);
      }
    }
    boolean current =
        objects
            .read(desired.key())
            .filter(object -> object.getMetadata().getGeneration() == desired.generation())
            .isPresent();
    if (!current) {
      return waiting("Waiting until the cache shows the current spec.", UNTIL_CACHED);
    }
    if (generations(desired, referred).equals(seen.generations())) {
      memory.seen(seen.pass());
    }
    return new Result.PlanAgain();
  }

  private static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
  }

  private Generations generations(Desired desired, List<ObjectKey> referred) {
    Map<ObjectKey, Long> generations = new HashMap<>();
    referred.forEach(
        key ->
            objects
                .find(key)
                .ifPresent(object -> generations.put(key, object.getMetadata().getGeneration())));
    return new Generations(desired.generation(), Map.copyOf(generations));
  }

  private static boolean isChanging(Optional<EcsResource<?>> object) {
    return object.filter(References::isInEffect).isEmpty();
  }

  /** Whether the object and one that it refers to were both created a short time ago. */
  private boolean isNewWith(Desired desired, List<ObjectKey> referred) {
    return objects
        .find(desired.key())
        .filter(ReferenceCheck::isFirstGeneration)
        .map(object -> createdAt(object).minus(ONE_APPLY))
        .filter(
            begin ->
                referred.stream()
                    .flatMap(key -> objects.find(key).stream())
                    .filter(ReferenceCheck::isFirstGeneration)
                    .anyMatch(object -> createdAt(object).isAfter(begin)))
        .isPresent();
  }

  private static boolean isFirstGeneration(EcsResource<?> object) {
    return object.getMetadata().getGeneration() == 1;
  }

  private static Instant createdAt(EcsResource<?> object) {
    return Instant.parse(object.getMetadata().getCreationTimestamp());
  }

  private static Result waiting(String message, Duration left) {
    return new Result.Wait(new ReadyState.Reconciling(Reason.WAITING_FOR_REFERENCE, message, left));
  }
}
