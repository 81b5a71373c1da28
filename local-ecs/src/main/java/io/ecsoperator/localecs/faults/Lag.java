package io.ecsoperator.localecs.faults;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long reads of a resource stay stale after a write.
 *
 * @param reads number of stale reads of the resource after the write
 * @param time world time after the write during which reads are stale
 */
public record Lag(int reads, Duration time) {
  /** Every read shows all earlier writes. */
  public static final Lag NONE = new Lag(0, Duration.ZERO);

  private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})|([0-9]{1,9}(?:\\.[0-9]+)?)s");

  public Lag {
    if (reads < 0 || time.isNegative()) {
      throw new IllegalArgumentException("A lag cannot be negative.");
    }
  }

  /** The next {@code count} reads are stale. */
  public static Lag ofReads(int count) {
    return new Lag(count, Duration.ZERO);
  }

  /** Reads are stale for {@code time} of world time. */
  public static Lag of(Duration time) {
    return new Lag(0, time);
  }

  /**
   * Reads {@code 3}, a number of reads, or {@code 2.5s}, seconds of world time.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Lag parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "A lag is a number of reads, such as 3, or a time, such as 2.5s, not " + text);
    }
    return parts.group(1) != null
        ? ofReads(Integer.parseInt(parts.group(1)))
        : of(Duration.ofMillis(Math.round(Double.parseDouble(parts.group(2)) * 1000)));
  }

  public boolean isNone() {
    return reads == 0 && time.isZero();
  }
}
