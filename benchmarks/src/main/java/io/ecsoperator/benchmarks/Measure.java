package io.ecsoperator.benchmarks;

/**
 * One measured number.
 *
 * @param what name of the number, such as {@code DescribeTasks of 100, p99}
 */
public record Measure(String what, double value, Unit unit, Target target) {
  /** A number without a target. */
  public static Measure of(String what, double value, Unit unit) {
    return new Measure(what, value, unit, new Target(Target.Bound.NONE, 0));
  }

  /** A number that must be less than the limit. */
  public static Measure below(double limit, String what, double value, Unit unit) {
    return new Measure(what, value, unit, new Target(Target.Bound.BELOW, limit));
  }

  /** A number that must not exceed the limit. */
  public static Measure atMost(double limit, String what, double value, Unit unit) {
    return new Measure(what, value, unit, new Target(Target.Bound.AT_MOST, limit));
  }

  /** A number that must be at least the limit. */
  public static Measure atLeast(double limit, String what, double value, Unit unit) {
    return new Measure(what, value, unit, new Target(Target.Bound.AT_LEAST, limit));
  }

  /** Whether the target is met. */
  boolean met() {
    return target.isMetBy(value);
  }
}
