package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.CompletableFuture;

/**
 * Takes hints that something may have changed in ECS. The cache reads again what objects ask for of
 * it. A hint that is wrong, late, or repeated costs at most a read.
 */
public interface ChangeHints {
  /**
   * A resource has changed.
   *
   * @param arn of the resource; one that no table of the cache knows is ignored
   * @param version the version of the resource that the change led to, by which ECS orders changes
   *     of tasks and container instances; 0 where it has none
   * @param detail what the event describes; other resources may change with it
   * @return completes once the cache has what was hinted at, or has given up reading it by hints
   */
  CompletableFuture<Void> changed(String arn, long version, ObjectNode detail);

  /**
   * A client called ECS.
   *
   * @param operation a write; an operation that no table of the cache knows is ignored
   */
  CompletableFuture<Void> called(String operation, ObjectNode request);
}
