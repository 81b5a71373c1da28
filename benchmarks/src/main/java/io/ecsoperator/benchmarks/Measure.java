package io.ecsoperator.benchmarks;

/**
 * One measured number.
 *
 * @param what is measured, such as {@code DescribeTasks of 100, p99}
 */
public record Measure(String what, double value, Unit unit, Target target) {
  /** For information. */
  public static Measure of(String what, double value, Unit unit) {
    return new Measure(what, value, unit, new Target(Target.Bound.NONE, 0));
  }

  /** Has to be less than the limit. */
  public static Measure below(double limit, String what, double value, Unit unit) {
    return new Measure(what, value, unit, new Target(Target.Bound.BELOW, limit));
  }

  /** Has to be the limit or less. */
  public static Measure atMost(double limit, String what, double value, Unit unit) {
    return new Measure(what, value, unit, new Target(Target.Bound.AT_MOST, limit));
  }

  /** Has to be the limit or more. */
  public static Measure atLeast(double limit, String what, double value, Unit unit) {
    return new Measure(what, value, unit, new Target(Target.Bound.AT_LEAST, limit));
  }

  /** Whether it is what it has to be. */
  boolean met() {
    return target.isMetBy(value);
  }
}
