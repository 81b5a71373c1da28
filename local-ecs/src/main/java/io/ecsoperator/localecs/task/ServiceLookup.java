package io.ecsoperator.localecs.task;

import java.util.Optional;

/** How the operations on tasks learn of services, which come after them. */
@FunctionalInterface
public interface ServiceLookup {
  /** The name of the service that {@code reference}, a name or an ARN, means in the cluster. */
  Optional<String> name(String clusterArn, String reference);
}
