package io.ecsoperator.localecs.instance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.ecs.model.PlacementStrategy;

/** Chooses among the instances that fit. Each strategy narrows the choice of the one before it. */
public final class PlacementStrategies {
  private static final String ATTRIBUTE = "attribute:";

  private PlacementStrategies() {}

  /**
   * The instance that the next task of {@code group} goes to.
   *
   * @param fitting at least one
   * @param random decides among the instances that the strategies leave
   */
  public static InstanceState choose(
      List<InstanceState> fitting,
      List<PlacementStrategy> strategies,
      String group,
      RandomGenerator random) {
    List<InstanceState> left = fitting;
    for (PlacementStrategy strategy : strategies) {
      left =
          switch (strategy.type()) {
            case SPREAD -> leastCrowded(left, fitting, strategy.field(), group);
            case BINPACK ->
                least(
                    left,
                    strategy.field().equalsIgnoreCase("cpu")
                        ? InstanceState::remainingCpu
                        : InstanceState::remainingMemory);
            case RANDOM, UNKNOWN_TO_SDK_VERSION -> List.of(left.get(random.nextInt(left.size())));
          };
    }
    return left.get(random.nextInt(left.size()));
  }

  /** The instances with the value that has the fewest tasks of the group. */
  private static List<InstanceState> leastCrowded(
      List<InstanceState> left, List<InstanceState> all, String field, String group) {
    Map<String, Integer> tasks = new HashMap<>();
    all.forEach(i -> tasks.merge(value(i, field), i.tasksOf(group), Integer::sum));
    return least(left, instance -> tasks.get(value(instance, field)));
  }

  private static String value(InstanceState instance, String field) {
    return field.startsWith(ATTRIBUTE)
        ? instance.attribute(field.substring(ATTRIBUTE.length())).orElse("")
        : instance.arn();
  }

  private static List<InstanceState> least(
      List<InstanceState> left, ToIntFunction<InstanceState> measure) {
    int best = left.stream().mapToInt(measure).min().orElseThrow();
    List<InstanceState> chosen = new ArrayList<>(left);
    chosen.removeIf(instance -> measure.applyAsInt(instance) > best);
    return chosen;
  }
}
