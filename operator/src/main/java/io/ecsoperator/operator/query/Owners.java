package io.ecsoperator.operator.query;

import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.desired.KubernetesObjects;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.fleet.FleetResource;
import java.util.Optional;

/**
 * The object that owns a resource: the one that its owner tag names, if that object exists. A task
 * of a service belongs to the owner of the service.
 */
final class Owners {
  private final KubernetesObjects objects;
  private final Owner owner;

  Owners(KubernetesObjects objects, Owner owner) {
    this.objects = objects;
    this.owner = owner;
  }

  Optional<ObjectKey> of(FleetResource resource) {
    return named(resource).filter(key -> objects.find(key).isPresent());
  }

  /** The object that the tag names, whether it exists or is gone. */
  Optional<ObjectKey> named(FleetResource resource) {
    String tag = resource.ownerTag();
    String prefix = owner.id() + "/";
    if (!tag.startsWith(prefix)) {
      return Optional.empty();
    }
    String[] parts = tag.substring(prefix.length()).split("/", -1);
    return parts.length != 3
        ? Optional.empty()
        : Optional.of(new ObjectKey(parts[1], parts[0], parts[2]))
            .filter(key -> owner.tagOf(key).equals(tag))
            .filter(key -> Viewer.mayOwn(resource.type(), key));
  }
}
