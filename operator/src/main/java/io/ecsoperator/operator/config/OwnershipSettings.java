package io.ecsoperator.operator.config;

import java.util.Optional;

/**
 * What in ECS belongs to this installation, and for how long.
 *
 * @param ownerId the name of this installation in owner tags; the uid of the namespace kube-system
 *     if empty
 * @param adoption what objects may take over
 * @param deletion what the deletion of an object does to its ECS resource, if its spec does not say
 */
public record OwnershipSettings(
    Optional<String> ownerId, AdoptionSettings adoption, DefaultDeletion deletion) {

  /** The values of {@code deletionPolicy}, as the command line has them. */
  public enum DefaultDeletion {
    DELETE,
    RETAIN
  }
}
