package io.ecsoperator.operator.placement;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One of the placement strategies of a request, the first of which counts most.
 *
 * @param field what {@code BINPACK} packs, or {@code SPREAD} spreads over; empty for {@code RANDOM}
 */
public record Strategy(Type type, String field) {

  /** The strategies of ECS. */
  public enum Type {
    BINPACK,
    SPREAD,
    RANDOM
  }

  private static final Set<String> HOST = Set.of("instanceId", "host");
  private static final List<String> PACKED = List.of("cpu", "memory");
  private static final String ATTRIBUTE = "attribute:";

  /**
   * @throws InvalidRequest if the field is not one of the strategy's
   */
  public Strategy {
    boolean valid =
        switch (type) {
          case BINPACK -> PACKED.contains(field.toLowerCase(Locale.ROOT));
          case SPREAD -> HOST.contains(field) || field.startsWith(ATTRIBUTE);
          case RANDOM -> true;
        };
    if (!valid) {
      throw new InvalidRequest("placementStrategy: " + type + " has no field " + field);
    }
  }

  /** The group of instances over which tasks are spread that an instance is in. */
  String place(Instance instance) {
    return HOST.contains(field)
        ? instance.arn()
        : instance.attributes().getOrDefault(field.substring(ATTRIBUTE.length()), "");
  }

  /** Whether it packs by CPU units, not by memory. */
  boolean packsCpu() {
    return field.equalsIgnoreCase("cpu");
  }
}
