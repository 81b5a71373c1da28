package io.ecsoperator.localecs.cluster;

import java.time.Duration;
import java.util.Optional;

/**
 * How a capacity provider adds and removes instances.
 *
 * @param smallestStep the least number of instances that it adds at a time
 * @param largestStep the greatest number of instances that it adds at a time
 * @param idleTime how long an instance without tasks stays; empty where it stays for ever
 */
public record InstanceScaling(int smallestStep, int largestStep, Optional<Duration> idleTime) {
  /** Auto Scaling removes an idle instance after 15 minutes below the target capacity. */
  static final Duration DEFAULT_IDLE_TIME = Duration.ofMinutes(15);
}
