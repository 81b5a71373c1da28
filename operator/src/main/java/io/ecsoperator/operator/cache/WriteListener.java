package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import java.time.Instant;

/** Where writes are made known, so that no older reading contradicts them. */
public interface WriteListener {

  /**
   * A write was answered. The answer stands until a read that was started later reflects it, or the
   * grace period ends.
   *
   * @param by the object that it was made for, and so need not be told
   * @param startedAt when the call was begun
   */
  void wrote(
      ObjectKey by, String operation, ObjectNode request, ObjectNode answer, Instant startedAt);

  /** A write was refused, or its outcome is not known: what was read before does not count. */
  void failed(String operation, ObjectNode request);
}
