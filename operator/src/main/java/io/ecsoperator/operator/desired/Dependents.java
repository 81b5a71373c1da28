package io.ecsoperator.operator.desired;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The objects that have to be gone before one that they refer to may be deleted. */
public final class Dependents {
  /** How long one that nobody has asked to delete is waited for before a person has to look. */
  static final Duration DEADLINE = Duration.ofMinutes(5);

  private static final int MAX_NAMES = 10;

  private final KubernetesObjects objects;

  public Dependents(KubernetesObjects objects) {
    this.objects = objects;
  }

  /**
   * @param deleting whether somebody has asked for its deletion too
   */
  public record Dependent(String name, boolean deleting) {}

  /** Services and unfinished tasks that refer to the object. */
  public List<Dependent> of(ObjectKey referred) {
    return Stream.<EcsResource<?>>concat(
            objects.servicesOf(referred).stream(),
            objects.tasksOf(referred).stream().filter(task -> !isFinished(task)))
        .map(
            dependent ->
                new Dependent(
                    dependent.getKind() + " " + dependent.getMetadata().getName(),
                    dependent.isMarkedForDeletion()))
        .sorted(Comparator.comparing(Dependent::name))
        .toList();
  }

  /**
   * What the deletion of an object waits for.
   *
   * @param lookAgain when to look again if no deletion wakes the object before
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

  /** Whether a task has ended for good, and so needs nothing that it refers to. */
  public static boolean isFinished(EcsTask task) {
    if (task.getStatus() == null || task.getStatus().phase() == null) {
      return false;
    }
    return switch (task.getStatus().phase()) {
      case "Succeeded", "Failed" -> true;
      default -> false;
    };
  }
}
