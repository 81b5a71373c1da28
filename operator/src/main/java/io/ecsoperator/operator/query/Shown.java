package io.ecsoperator.operator.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.fleet.FleetResource;
import io.ecsoperator.operator.secrets.Confidential;
import java.util.Optional;

/** A resource as answers have it. */
final class Shown {
  private Shown() {}

  /** What has no owner is shown to administrators, who need not see its secrets. */
  static ObjectNode of(FleetResource resource, ObjectNode tree, Optional<ObjectKey> owner) {
    ObjectNode item = owner.isPresent() ? tree : (ObjectNode) Confidential.masked("", tree);
    putFreshness(item, resource);
    putOwner(item, owner);
    return item;
  }

  static void putFreshness(ObjectNode item, FleetResource resource) {
    item.putObject("freshness")
        .put("readAt", resource.readAt().toString())
        .put("revision", resource.revision());
  }

  static void putOwner(ObjectNode item, Optional<ObjectKey> owner) {
    owner.ifPresentOrElse(
        key ->
            item.putObject("owner")
                .put("kind", key.kind())
                .put("namespace", key.namespace())
                .put("name", key.name()),
        () -> item.putNull("owner"));
  }
}
