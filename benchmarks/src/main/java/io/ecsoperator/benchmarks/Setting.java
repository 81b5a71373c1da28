package io.ecsoperator.benchmarks;

import java.nio.file.Path;

/**
 * What a case is run on.
 *
 * @param project the root folder of the built project
 * @param percent how much of a case's full size is measured, where its size can be chosen
 */
public record Setting(Path project, int percent) {
  public Setting {
    if (percent < 1 || percent > 100) {
      throw new IllegalArgumentException("A size is between 1 and 100 percent.");
    }
  }

  /** So much of a full size, at least one. */
  public int of(int fullSize) {
    return Math.max(1, fullSize * percent / 100);
  }

  boolean isFull() {
    return percent == 100;
  }
}
