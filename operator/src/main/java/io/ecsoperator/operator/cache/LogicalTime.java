package io.ecsoperator.operator.cache;

import java.time.Instant;

/**
 * When a read was started or a write answered.
 *
 * @param order which of two came first, even if the wall clock shows no difference or is set back
 * @param at the wall-clock time
 */
record LogicalTime(long order, Instant at) {}
