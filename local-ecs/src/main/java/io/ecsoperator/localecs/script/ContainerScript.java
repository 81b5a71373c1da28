package io.ecsoperator.localecs.script;

import java.time.Duration;
import java.util.Optional;

/**
 * The behaviour of a simulated container.
 *
 * @param pullError why its image cannot be pulled; the other members then have no effect
 * @param startsAfter world time from the start request to RUNNING; the default when empty
 * @param runsFor world time from RUNNING to its end; runs until it is stopped when empty
 * @param exitCode the exit code when it ends by itself
 * @param healthy the result of its health check, if it has one
 */
public record ContainerScript(
    Optional<String> pullError,
    Optional<Duration> startsAfter,
    Optional<Duration> runsFor,
    int exitCode,
    boolean healthy) {

  /** Starts, is healthy, and runs until it is stopped. */
  public static ContainerScript runsForEver() {
    return new ContainerScript(Optional.empty(), Optional.empty(), Optional.empty(), 0, true);
  }

  /** Starts, is healthy, and ends by itself. */
  public static ContainerScript ends(Duration runsFor, int exitCode) {
    return new ContainerScript(
        Optional.empty(), Optional.empty(), Optional.of(runsFor), exitCode, true);
  }

  /** Never starts, because its image cannot be pulled. */
  public static ContainerScript cannotBePulled(String reason) {
    return new ContainerScript(Optional.of(reason), Optional.empty(), Optional.empty(), 0, true);
  }

  /** Starts and fails its health check. */
  public static ContainerScript unhealthy() {
    return new ContainerScript(Optional.empty(), Optional.empty(), Optional.empty(), 0, false);
  }

  /** The same script with another start time. */
  public ContainerScript startingAfter(Duration time) {
    return new ContainerScript(pullError, Optional.of(time), runsFor, exitCode, healthy);
  }
}
