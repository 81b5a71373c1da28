package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.KubernetesObjects;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Before the first write for a generation of an object: makes sure that changes of the objects that
 * it refers to are known which belong to the same apply. A client writes the objects of an apply
 * one after the other, so a referring object may be reconciled before the referred one is changed,
 * or before the cache shows that change.
 */
public final class ReferenceCheck {
  /** New objects of one apply are created within this time. */
  private static final Duration ONE_APPLY = Duration.ofMinutes(1);

  /** Until the cache shows what the API server has. */
  private static final Duration UNTIL_CACHED = Duration.ofSeconds(1);

  private final KubernetesObjects objects;
  private final Duration delay;
  private final Clock clock;
  private final Map<String, FirstSeen> firstSeenByUid = new ConcurrentHashMap<>();

  /**
   * @param delay how long after the first reconcile of a generation changes of referred objects are
   *     taken to belong to it
   */
  public ReferenceCheck(KubernetesObjects objects, Duration delay, Clock clock) {
    this.objects = objects;
    this.delay = delay;
    this.clock = clock;
  }

  /** What the check found. */
  sealed interface Result {
    /** The plan may be executed. */
    record Passed() implements Result {}

    /** The plan may have been made from older versions of referred objects. */
    record PlanAgain() implements Result {}

    record Wait(ReadyState state) implements Result {}
  }

  /**
   * The first reconcile of a generation.
   *
   * @param generations of the referred objects at that time
   * @param changing whether one of them was changing then, so that its change was written first
   * @param passed whether the generation may be written
   */
  private record FirstSeen(
      long generation,
      Instant at,
      Map<ObjectKey, Long> generations,
      boolean changing,
      boolean passed) {

    FirstSeen pass() {
      return new FirstSeen(generation, at, generations, changing, true);
    }
  }

  /**
   * Notes the first reconcile of a generation.
   *
   * @param written whether the generation has been in effect before, so that it was checked by an
   *     earlier run of the operator
   */
  void begin(Desired desired, List<ReferenceField> fields, boolean written) {
    firstSeenByUid.compute(
        desired.uid(),
        (uid, before) ->
            before != null && before.generation() == desired.generation()
                ? before
                : firstSeen(desired, References.awaited(desired, fields), written));
  }

  /**
   * @param correctable whether a later reconcile corrects what was written from an older version of
   *     a referred object; if not, the check never relies on a guess
   */
  Result check(Desired desired, List<ReferenceField> fields, boolean correctable) {
    FirstSeen first =
        Objects.requireNonNull(firstSeenByUid.get(desired.uid()), "Each reconcile begins first.");
    List<ObjectKey> referred = References.awaited(desired, fields);
    if (first.passed() || referred.isEmpty() || correctable && first.changing()) {
      pass(desired, first);
      return new Result.Passed();
    }
    if (correctable && hasChangedSince(first, referred)) {
      pass(desired, first);
      return new Result.PlanAgain();
    }
    Instant end = first.at().plus(delay);
    Duration left = Duration.between(clock.instant(), end);
    return left.isPositive()
        ? new Result.Wait(waiting(left, "changes of the same apply to " + names(referred) + "."))
        : read(desired, first, referred);
  }

  /** Reads the referred objects from the API server. */
  private Result read(Desired desired, FirstSeen first, List<ObjectKey> referred) {
    for (ObjectKey key : referred) {
      if (objects.read(key).filter(Predicate.not(EcsResource::isMarkedForDeletion)).isEmpty()) {
        return new Result.Wait(
            waiting(UNTIL_CACHED, names(List.of(key)) + ": it is being deleted."));
      }
    }
    pass(desired, first);
    return new Result.PlanAgain();
  }

  private void pass(Desired desired, FirstSeen first) {
    firstSeenByUid.replace(desired.uid(), first, first.pass());
  }

  void forget(String uid) {
    firstSeenByUid.remove(uid);
  }

  private FirstSeen firstSeen(Desired desired, List<ObjectKey> referred, boolean written) {
    Map<ObjectKey, Long> generations = new HashMap<>();
    referred.forEach(
        key ->
            objects
                .find(key)
                .ifPresent(object -> generations.put(key, object.getMetadata().getGeneration())));
    boolean changing =
        referred.stream().anyMatch(key -> isChanging(objects.find(key)))
            || isNewWith(desired, referred);
    return new FirstSeen(
        desired.generation(), clock.instant(), Map.copyOf(generations), changing, written);
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

  private boolean hasChangedSince(FirstSeen first, List<ObjectKey> referred) {
    return referred.stream()
        .anyMatch(
            key ->
                objects
                    .find(key)
                    .map(object -> object.getMetadata().getGeneration())
                    .filter(generation -> !generation.equals(first.generations().get(key)))
                    .isPresent());
  }

  private static ReadyState waiting(Duration left, String what) {
    return new ReadyState.Reconciling(Reason.WAITING_FOR_REFERENCE, "Waiting for " + what, left);
  }

  private static String names(List<ObjectKey> keys) {
    return keys.stream()
        .map(key -> key.kind() + " " + key.name())
        .collect(Collectors.joining(", "));
  }
}
