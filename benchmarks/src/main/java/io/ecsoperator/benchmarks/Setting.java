package io.ecsoperator.benchmarks;

import java.nio.file.Path;

/**
 * The settings of a run.
 *
 * @param project the root folder of the built project
 * @param percent size of a run, in per cent of the full size; only some cases can be reduced
 */
public record Setting(Path project, int percent) {
  public Setting {
    if (percent < 1 || percent > 100) {
      throw new IllegalArgumentException("A size is between 1 and 100 percent.");
    }
  }

  /** The reduced size for a full size; at least 1. */
  public int of(int fullSize) {
    return Math.max(1, fullSize * percent / 100);
  }

  boolean isFull() {
    return percent == 100;
  }
}
