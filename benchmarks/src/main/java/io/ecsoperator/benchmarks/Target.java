package io.ecsoperator.benchmarks;

/**
 * What a measured number is held to.
 *
 * @param limit in the unit of the measure
 */
public record Target(Bound bound, double limit) {
  /** On which side of the limit a number has to be. */
  public enum Bound {
    /** On any: it is measured for information only. */
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

  /** As in a table; empty where there is none. */
  String format(Unit unit) {
    return switch (bound) {
      case NONE -> "";
      case BELOW -> "< " + unit.format(limit);
      case AT_MOST -> "≤ " + unit.format(limit);
      case AT_LEAST -> "≥ " + unit.format(limit);
    };
  }
}
