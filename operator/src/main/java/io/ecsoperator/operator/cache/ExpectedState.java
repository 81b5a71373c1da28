package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The state of one resource after a write, as the answer to the write shows it.
 *
 * @param aspect an expected state replaces the one before of the same aspect; those of different
 *     aspects hold at the same time
 * @param tree the description after the write, from the stored one; empty if the answer and the
 *     stored description together are not enough
 * @param visibleIn from the stored description before the write: true for an observation that ECS
 *     made after it had seen the write
 */
record ExpectedState(
    ResourceKey key,
    Aspect aspect,
    Function<Optional<ObjectNode>, Optional<ObjectNode>> tree,
    Function<Optional<ObjectNode>, Predicate<Observation>> visibleIn) {

  enum Aspect {
    STATE,
    TAGS
  }
}
