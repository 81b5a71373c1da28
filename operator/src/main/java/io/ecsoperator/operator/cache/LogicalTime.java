package io.ecsoperator.operator.cache;

import java.time.Instant;

/**
 * When a read was started or a write answered.
 *
 * @param order which of two was first, also where the clock shows no difference or is set back
 * @param at the time on the clock
 */
record LogicalTime(long order, Instant at) {}
