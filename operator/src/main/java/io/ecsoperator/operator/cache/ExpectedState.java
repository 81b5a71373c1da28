package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What the answer to a write says about one resource.
 *
 * @param aspect writes of one aspect replace each other; those of different aspects add up
 * @param tree the resource as it is after the write, from what was known of it; empty where the
 *     answer is not enough to tell
 * @param reflectedIn whether a reading shows the write
 */
record ExpectedState(
    ResourceKey key,
    Aspect aspect,
    Function<Optional<ObjectNode>, Optional<ObjectNode>> tree,
    Predicate<Observation> reflectedIn) {

  enum Aspect {
    STATE,
    TAGS
  }
}
