package io.ecsoperator.operator.desired;

import io.ecsoperator.crds.EcsResource;
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
import java.util.stream.Stream;

/**
 * The objects that have to be gone before one that they refer to may be deleted. Two objects that
 * refer to each other and are both being deleted do not wait for each other.
 */
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

  /**
   * The objects that use {@code referred} in ECS, without those that are deleted together with it.
   * An object that only refers to it, or waits for it, does not hold it: both would wait for each
   * other.
   */
  public List<Dependent> of(ObjectKey referred) {
    return dependents(users(referred).filter(object -> !isMutual(object, referred)));
  }

  /**
   * The objects that use {@code referred}, that it refers to, and that are being deleted. To wait
   * for them before anything is done would be a deadlock: the caller first ends in ECS what keeps
   * them from being deleted.
   */
  public List<Dependent> deletedTogether(ObjectKey referred) {
    return dependents(users(referred).filter(object -> isMutual(object, referred)));
  }

  /**
   * The object whose template describes {@code kept}, unless that object is being deleted too: it
   * will keep another one under the same name.
   */
  public Optional<EcsResource<?>> keeper(ObjectKey kept) {
    return objects.referrers(kept).stream()
        .filter(referrer -> referrer.field().template())
        .<EcsResource<?>>map(Referrer::object)
        .filter(object -> !object.isMarkedForDeletion())
        .findFirst();
  }

  private Stream<EcsResource<?>> users(ObjectKey key) {
    return objects.find(key).stream()
        .flatMap(
            referred -> objects.referrers(key).stream().filter(referrer -> referrer.uses(referred)))
        .map(Referrer::object);
  }

  private boolean isMutual(EcsResource<?> referrer, ObjectKey referred) {
    return referrer.isMarkedForDeletion()
        && objects.referrers(ObjectKey.of(referrer)).stream()
            .anyMatch(back -> ObjectKey.of(back.object()).equals(referred));
  }

  private static List<Dependent> dependents(Stream<EcsResource<?>> objects) {
    return objects
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

  /** The names of dependents, shortened where there are many. */
  public static String names(List<Dependent> dependents) {
    String names =
        dependents.stream().limit(MAX_NAMES).map(Dependent::name).collect(Collectors.joining(", "));
    return dependents.size() <= MAX_NAMES
        ? names
        : names + " and " + (dependents.size() - MAX_NAMES) + " more";
  }
}
