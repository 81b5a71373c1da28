package io.ecsoperator.operator.fuzz;

import java.util.stream.LongStream;

/**
 * The seeds of a run: some hundred in the tests of each build, any number with {@code fuzz.runs},
 * from {@code fuzz.seed} on.
 */
public final class Seeds {
  private Seeds() {}

  public static LongStream of(int runs) {
    long first = Long.getLong("fuzz.seed", 1);
    return LongStream.range(first, first + Integer.getInteger("fuzz.runs", runs));
  }
}
