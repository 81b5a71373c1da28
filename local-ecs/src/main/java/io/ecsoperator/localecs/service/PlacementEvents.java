package io.ecsoperator.localecs.service;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.ecs.model.Failure;

/** Builds the service events about tasks that cannot be placed. */
final class PlacementEvents {
  static final String NO_INSTANCES = "No Container Instances were found in your cluster.";

  private static final String UNPLACED =
      "was unable to place a task because no container instance met all of its requirements. ";
  private static final String SEE =
      " For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.";

  /** The reasons in order: the later the reason, the closer the instance matched. */
  private static final Map<String, String> CLOSE =
      Map.of(
          "RESOURCE:CPU", "has insufficient CPU units available",
          "RESOURCE:MEMORY", "has insufficient memory available",
          "RESOURCE:PORTS", "is already using a port required by your task",
          "RESOURCE:GPU", "has insufficient GPU available",
          "RESOURCE:ENI", "has insufficient ENI available",
          "ATTRIBUTE", "is missing an attribute required by your task",
          "AGENT", "doesn't have the agent connected");

  private PlacementEvents() {}

  static String noInstances() {
    return UNPLACED + "Reason: " + NO_INSTANCES + SEE;
  }

  /**
   * The event text, which names the instance that matches best.
   *
   * @param failures at least one, as RunTask would answer
   */
  static String unplaced(List<Failure> failures) {
    Failure closest = closest(failures);
    if (closest.reason().equals("RESOURCE:FARGATE")) {
      return "was unable to place a task. Reason: Capacity is unavailable at this time. Please try"
          + " again later or in a different availability zone."
          + SEE;
    }
    if (!isInstance(closest.arn())) {
      return UNPLACED + "Reason: " + closest.reason() + "." + SEE;
    }
    return UNPLACED
        + "The closest matching (container-instance "
        + closest.arn().substring(closest.arn().lastIndexOf('/') + 1)
        + ") "
        + CLOSE.getOrDefault(closest.reason(), "encountered error \"" + closest.reason() + "\"")
        + "."
        + SEE;
  }

  /** The failure of the instance that matches best. */
  static Failure closest(List<Failure> failures) {
    return failures.stream().max(Comparator.comparingInt(PlacementEvents::closeness)).orElseThrow();
  }

  static boolean isInstance(String arn) {
    return arn.contains(":container-instance/");
  }

  private static int closeness(Failure failure) {
    if (failure.reason().startsWith("RESOURCE:")) {
      return 3;
    }
    return switch (failure.reason()) {
      case "AGENT" -> 0;
      case "ATTRIBUTE" -> 1;
      default -> 2;
    };
  }
}
