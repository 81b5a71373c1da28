package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import java.time.Instant;

/** Gets notified of writes to ECS, so that no older observation contradicts them. */
public interface WriteListener {

  /**
   * A write is about to be sent.
   *
   * @throws IllegalStateException if no resource's table says what the operation does: the cache
   *     would go on answering with what was true before the write, so it must not be sent
   */
  void starting(String operation);

  /**
   * ECS answered a write. The answer counts until a read that was started later shows the write, or
   * the grace period ends.
   *
   * @param by the object that the write was made for; it is not enqueued
   * @param startedAt when the call was sent
   */
  void wrote(
      ObjectKey by, String operation, ObjectNode request, ObjectNode answer, Instant startedAt);

  /** ECS refused a write, or its outcome is unknown: older observations do not count any more. */
  void failed(String operation, ObjectNode request);
}
