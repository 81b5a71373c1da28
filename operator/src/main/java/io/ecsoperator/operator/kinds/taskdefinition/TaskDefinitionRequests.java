package io.ecsoperator.operator.kinds.taskdefinition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.Tags;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.plan.SpecHash;

/** Builds RegisterTaskDefinition from a spec. */
final class TaskDefinitionRequests {
  private static final EcsMember TAGS = EcsType.request("RegisterTaskDefinition").member("tags");

  private final Ownership ownership;
  private final SpecHash specHash = new SpecHash();

  TaskDefinitionRequests(Ownership ownership) {
    this.ownership = ownership;
  }

  /** An unchanged hash means an unchanged spec, so that ECS need not be read. */
  String hash(Desired desired) {
    return specHash.of(untagged(desired));
  }

  /** The request with the spec's tags and the owner tag. */
  ObjectNode tagged(Desired desired) {
    ObjectNode request = untagged(desired);
    if (TAGS.isIn(desired.aws())) {
      request.set(TAGS.name(), TAGS.of(desired.aws()).deepCopy());
    }
    Tags.put(request, Owner.TAG, ownership.owner().tagOf(desired.key()));
    return request;
  }

  ObjectNode untagged(Desired desired) {
    ObjectNode request = desired.aws().deepCopy();
    request.put("family", desired.nameOr("family"));
    request.remove(TAGS.name());
    return request;
  }
}
