package io.ecsoperator.localecs.instance;

import io.ecsoperator.localecs.instance.query.ClusterQuery;
import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.services.ecs.model.PlacementConstraint;
import software.amazon.awssdk.services.ecs.model.PlacementConstraintType;
import software.amazon.awssdk.services.ecs.model.PlacementStrategy;
import software.amazon.awssdk.services.ecs.model.PlacementStrategyType;

/** Validates placement constraints and strategies as ECS does. */
public final class PlacementRules {
  private static final int MOST_CONSTRAINTS = 10;
  private static final int MOST_STRATEGIES = 5;
  private static final Set<String> BINPACK_FIELDS = Set.of("cpu", "memory");

  private PlacementRules() {}

  /**
   * Refuses invalid constraints and strategies.
   *
   * @throws EcsError InvalidParameterException
   */
  public static void check(
      List<PlacementConstraint> constraints, List<PlacementStrategy> strategies) {
    if (constraints.size() > MOST_CONSTRAINTS) {
      throw EcsError.invalidParameter(
          "There can be at most " + MOST_CONSTRAINTS + " placement constraints.");
    }
    if (strategies.size() > MOST_STRATEGIES) {
      throw EcsError.invalidParameter(
          "There can be at most " + MOST_STRATEGIES + " placement strategies.");
    }
    constraints.forEach(PlacementRules::check);
    strategies.forEach(PlacementRules::check);
  }

  private static void check(PlacementConstraint constraint) {
    Choice.check(
        "constraint type",
        String.valueOf(constraint.typeAsString()),
        List.of(PlacementConstraintType.values()));
    if (constraint.type() == PlacementConstraintType.MEMBER_OF) {
      ClusterQuery.parse(constraint.expression());
    } else if (constraint.expression() != null) {
      throw EcsError.invalidParameter("A distinctInstance constraint takes no expression.");
    }
  }

  private static void check(PlacementStrategy strategy) {
    Choice.check(
        "strategy type",
        String.valueOf(strategy.typeAsString()),
        List.of(PlacementStrategyType.values()));
    String field = strategy.field();
    switch (strategy.type()) {
      case SPREAD -> {
        if (field == null
            || !field.equals("instanceId")
                && !field.equals("host")
                && !field.startsWith("attribute:")) {
          throw EcsError.invalidParameter(
              "The field of a spread strategy is instanceId, host or attribute:NAME.");
        }
      }
      case BINPACK -> {
        if (field == null || !BINPACK_FIELDS.contains(field.toLowerCase(Locale.ROOT))) {
          throw EcsError.invalidParameter("The field of a binpack strategy is cpu or memory.");
        }
      }
      case RANDOM, UNKNOWN_TO_SDK_VERSION -> {
        if (field != null) {
          throw EcsError.invalidParameter("A random strategy takes no field.");
        }
      }
    }
  }
}
