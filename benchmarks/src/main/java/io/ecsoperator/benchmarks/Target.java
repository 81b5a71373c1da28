package io.ecsoperator.benchmarks;

/**
 * The target of a measured number.
 *
 * @param limit in the unit of the measure
 */
public record Target(Bound bound, double limit) {
  /** The side of the limit on which the number must be. */
  public enum Bound {
    /** No target: the number is for information only. */
    NONE,
    BELOW,
    AT_MOST,
    AT_LEAST
  }

  boolean isMetBy(double value) {
    return switch (bound) {
      case NONE -> true;
      case BELOW -> value < limit;
      case AT_MOST -> value <= limit;
      case AT_LEAST -> value >= limit;
    };
  }

  /** The target as text; empty if there is none. */
  String format(Unit unit) {
    return switch (bound) {
      case NONE -> "";
      case BELOW -> "< " + unit.format(limit);
      case AT_MOST -> "≤ " + unit.format(limit);
      case AT_LEAST -> "≥ " + unit.format(limit);
    };
  }
}
