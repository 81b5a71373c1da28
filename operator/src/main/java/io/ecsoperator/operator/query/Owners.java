package io.ecsoperator.operator.query;

import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.desired.KubernetesObjects;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.fleet.Fleet;
import io.ecsoperator.operator.fleet.FleetResource;
import java.util.Optional;

/**
 * The object that owns a resource: the one that its owner tag names, if that object exists. A task
 * of a service belongs to the owner of the service.
 */
final class Owners {
  private final Fleet fleet;
  private final KubernetesObjects objects;
  private final Owner owner;

  Owners(Fleet fleet, KubernetesObjects objects, Owner owner) {
    this.fleet = fleet;
    this.objects = objects;
    this.owner = owner;
  }

  Optional<ObjectKey> of(FleetResource resource) {
    return resource.group().startsWith("service:")
        ? fleet.serviceOf(resource).flatMap(service -> named(service.ownerTag()))
        : named(resource.ownerTag());
  }

  private Optional<ObjectKey> named(String tag) {
    String prefix = owner.id() + "/";
    if (!tag.startsWith(prefix)) {
      return Optional.empty();
    }
    String[] parts = tag.substring(prefix.length()).split("/", -1);
    return parts.length != 3
        ? Optional.empty()
        : Optional.of(new ObjectKey(parts[1], parts[0], parts[2]))
            .filter(key -> owner.tagOf(key).equals(tag))
            .filter(key -> objects.find(key).isPresent());
  }
}
