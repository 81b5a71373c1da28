package io.ecsoperator.operator.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How the operator reads ECS.
 *
 * @param batchWindow how long a describe call waits for others to be sent with it
 * @param gracePeriod how long the response to a write takes precedence over reads that do not show
 *     the write yet
 * @param eventsQueue a queue of SQS with ECS's events; empty if there is none
 */
public record ReadSettings(Duration batchWindow, Duration gracePeriod, Optional<URI> eventsQueue) {

  public ReadSettings {
    if (batchWindow.isNegative() || gracePeriod.isNegative()) {
      throw new IllegalArgumentException("--batch-window and --grace-period must not be negative");
    }
  }
}
