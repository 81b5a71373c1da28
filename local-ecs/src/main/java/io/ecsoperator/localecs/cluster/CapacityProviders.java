package io.ecsoperator.localecs.cluster;

import io.ecsoperator.localecs.protocol.EcsError;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;

/** Validates capacity provider strategies. */
public final class CapacityProviders {
  public static final String FARGATE_SPOT = "FARGATE_SPOT";

  /** The providers that exist in every account. */
  private static final Set<String> ON_FARGATE = Set.of("FARGATE", FARGATE_SPOT);

  private static final int MOST_ITEMS = 20;
  private static final int MOST_WEIGHT = 1000;
  private static final int MOST_BASE = 100_000;

  private CapacityProviders() {}

  /** Whether tasks that the provider launches run on Fargate. */
  public static boolean isFargate(String provider) {
    return ON_FARGATE.contains(provider);
  }

  /**
   * Refuses a strategy that ECS would refuse.
   *
   * @param associated the providers of the cluster
   */
  public static void checkStrategy(
      List<CapacityProviderStrategyItem> strategy, List<String> associated) {
    if (strategy.size() > MOST_ITEMS) {
      throw EcsError.invalidParameter(
          "A capacity provider strategy has at most " + MOST_ITEMS + " items.");
    }
    for (CapacityProviderStrategyItem item : strategy) {
      if (!associated.contains(item.capacityProvider())) {
        throw EcsError.invalidParameter(
            "The specified capacity provider strategy cannot contain a capacity provider that is"
                + " not associated with the cluster. Associate the capacity provider with the"
                + " cluster and try again.");
      }
      checkRange("weight", item.weight(), MOST_WEIGHT);
      checkRange("base", item.base(), MOST_BASE);
    }
    long onFargate = strategy.stream().filter(item -> isFargate(item.capacityProvider())).count();
    if (onFargate > 0 && onFargate < strategy.size()) {
      throw EcsError.invalidParameter(
          "The capacity provider strategy cannot contain a mix of capacity providers using Auto"
              + " Scaling groups and Fargate providers. Specify one or the other and try again.");
    }
    if (strategy.stream().filter(item -> item.base() != null && item.base() > 0).count() > 1) {
      throw EcsError.invalidParameter(
          "Only one capacity provider in a capacity provider strategy can have a base.");
    }
    if (strategy.size() > 1
        && strategy.stream().allMatch(item -> item.weight() != null && item.weight() == 0)) {
      throw EcsError.invalidParameter(
          "At least one capacity provider in a strategy needs a weight above 0.");
    }
  }

  private static void checkRange(String what, @Nullable Integer value, int most) {
    if (value != null && (value < 0 || value > most)) {
      throw EcsError.invalidParameter(
          "The " + what + " of a capacity provider strategy item is between 0 and " + most + ".");
    }
  }

  /** The strategy as ECS shows it: weight and base filled in. */
  public static List<CapacityProviderStrategyItem> filledIn(
      List<CapacityProviderStrategyItem> strategy) {
    return strategy.stream()
        .map(
            item ->
                item.toBuilder()
                    .weight(item.weight() == null ? 0 : item.weight())
                    .base(item.base() == null ? 0 : item.base())
                    .build())
        .toList();
  }
}
