package io.ecsoperator.operator.desired;

import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.desired.KubernetesObjects.Referrer;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Objects that must be deleted before an object that they refer to. */
public final class Dependents {
  /** How long a dependent that is not being deleted is waited for before the object is Stalled. */
  static final Duration DEADLINE = Duration.ofMinutes(5);

  private static final int MAX_NAMES = 10;

  private final KubernetesObjects objects;

  public Dependents(KubernetesObjects objects) {
    this.objects = objects;
  }

  /**
   * @param deleting whether it is being deleted too
   */
  public record Dependent(String name, boolean deleting) {}

  /** The objects that refer to {@code referred} and whose work has not ended. */
  public List<Dependent> of(ObjectKey referred) {
    return objects.referrers(referred).stream()
        .filter(referrer -> !referrer.hasFinished())
        .map(Referrer::object)
        .map(
            dependent ->
                new Dependent(
                    dependent.getKind() + " " + dependent.getMetadata().getName(),
                    dependent.isMarkedForDeletion()))
        .distinct()
        .sorted(Comparator.comparing(Dependent::name))
        .toList();
  }

  /**
   * What the deletion of an object waits for.
   *
   * @param requeueAfter when to reconcile again if no deletion triggers the object before
   */
  public static Optional<ReadyState> obstacle(
      List<Dependent> dependents, Instant deletedAt, Instant now, Duration requeueAfter) {
    if (dependents.isEmpty()) {
      return Optional.empty();
    }
    List<Dependent> staying = dependents.stream().filter(d -> !d.deleting()).toList();
    if (!staying.isEmpty() && deletedAt.plus(DEADLINE).isBefore(now)) {
      return Optional.of(
          new ReadyState.Stalled(
              Reason.WAITING_FOR_DEPENDENTS,
              "Delete these first, or set deletionPolicy: Retain here: " + names(staying) + "."));
    }
    return Optional.of(
        new ReadyState.Reconciling(
            Reason.WAITING_FOR_DEPENDENTS,
            "Waiting until these are deleted: " + names(dependents) + ".",
            requeueAfter));
  }

  private static String names(List<Dependent> dependents) {
    String names =
        dependents.stream().limit(MAX_NAMES).map(Dependent::name).collect(Collectors.joining(", "));
    return dependents.size() <= MAX_NAMES
        ? names
        : names + " and " + (dependents.size() - MAX_NAMES) + " more";
  }
}
