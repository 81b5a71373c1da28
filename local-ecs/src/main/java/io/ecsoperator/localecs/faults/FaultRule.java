package io.ecsoperator.localecs.faults;

import java.util.OptionalInt;

/**
 * Which calls a fault hits.
 *
 * @param operation the operation's name, or {@value #ANY}
 * @param share share of the operation's calls that it hits, above 0 and up to 1
 * @param times how many more calls it hits; unlimited when empty
 */
public record FaultRule(String operation, Fault fault, double share, OptionalInt times) {
  public static final String ANY = "*";

  public FaultRule {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("A share of calls is above 0 and at most 1, not " + share);
    }
    if (times.isPresent() && times.getAsInt() < 1) {
      throw new IllegalArgumentException("A fault happens at least once, not " + times.getAsInt());
    }
  }

  /** Hits every call of {@code operation}, until the faults are cleared. */
  public static FaultRule always(String operation, Fault fault) {
    return new FaultRule(operation, fault, 1, OptionalInt.empty());
  }

  /** Hits the next {@code times} calls of {@code operation}. */
  public static FaultRule next(int times, String operation, Fault fault) {
    return new FaultRule(operation, fault, 1, OptionalInt.of(times));
  }

  /** Hits a share of the calls of {@code operation}, chosen by the seed. */
  public static FaultRule share(double share, String operation, Fault fault) {
    return new FaultRule(operation, fault, share, OptionalInt.empty());
  }

  boolean concerns(String called) {
    return operation.equals(ANY) || operation.equals(called);
  }

  boolean isLastTime() {
    return times.isPresent() && times.getAsInt() == 1;
  }

  FaultRule onceLess() {
    return times.isEmpty()
        ? this
        : new FaultRule(operation, fault, share, OptionalInt.of(times.getAsInt() - 1));
  }
}
