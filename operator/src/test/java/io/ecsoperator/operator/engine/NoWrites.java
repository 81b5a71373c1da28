package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.cache.WriteListener;
import java.time.Instant;

/** Ignores the writes, for tests without a cache. */
final class NoWrites implements WriteListener {
  @Override
  public void starting(String operation) {}

  @Override
  public void wrote(
      ObjectKey by, String operation, ObjectNode request, ObjectNode answer, Instant startedAt) {}

  @Override
  public void failed(String operation, ObjectNode request) {}
}
