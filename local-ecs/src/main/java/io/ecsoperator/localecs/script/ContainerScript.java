package io.ecsoperator.localecs.script;

import java.time.Duration;
import java.util.Optional;

/**
 * What a simulated container does.
 *
 * @param pullError why its image cannot be pulled; then nothing else happens
 * @param startsAfter world time from being told to start to running; the usual one when empty
 * @param runsFor world time from its start to its end; until it is stopped when empty
 * @param exitCode with which it ends by itself
 * @param healthy what its health check finds, if it has one
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

  /** Never starts. */
  public static ContainerScript cannotBePulled(String reason) {
    return new ContainerScript(Optional.of(reason), Optional.empty(), Optional.empty(), 0, true);
  }

  /** Starts and fails its health check. */
  public static ContainerScript unhealthy() {
    return new ContainerScript(Optional.empty(), Optional.empty(), Optional.empty(), 0, false);
  }

  /** The same, but slow or quick to start. */
  public ContainerScript startingAfter(Duration time) {
    return new ContainerScript(pullError, Optional.of(time), runsFor, exitCode, healthy);
  }
}
