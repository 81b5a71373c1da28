package io.ecsoperator.localecs.task;

import java.util.Optional;

/** Lets the task operations find services without a dependency on the service package. */
@FunctionalInterface
public interface ServiceLookup {
  /** The name of the service with this name or ARN in the cluster. */
  Optional<String> name(String clusterArn, String reference);
}
