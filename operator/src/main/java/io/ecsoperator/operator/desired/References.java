package io.ecsoperator.operator.desired;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Resolves references by name to ARNs. A reference never leaves the object's namespace. */
public final class References {
  private final KubernetesObjects objects;

  public References(KubernetesObjects objects) {
    this.objects = objects;
  }

  /** The AWS part of a spec with the declared references resolved, as far as they can be. */
  public ResolvedReferences resolve(Desired desired, List<ReferenceField> fields) {
    ObjectNode aws = desired.aws().deepCopy();
    Set<ResolvedReferences.Unresolved> unresolved = new LinkedHashSet<>();
    for (ReferenceField field : fields) {
      ObjectNode root = field.list().isEmpty() ? withReferences(aws, desired, field) : aws;
      for (JsonNode holder : field.holders(root).toList()) {
        resolve(desired, field, (ObjectNode) holder)
            .forEach(
                message ->
                    unresolved.add(new ResolvedReferences.Unresolved(field.path(), message)));
        ((ObjectNode) holder).remove(field.field());
      }
    }
    return new ResolvedReferences(aws, new ArrayList<>(unresolved));
  }

  /** A field of the spec itself is not part of what ECS takes: it stands apart. */
  private static ObjectNode withReferences(ObjectNode aws, Desired desired, ReferenceField field) {
    JsonNode reference = desired.kubernetes().path(field.field());
    if (!reference.isMissingNode()) {
      aws.set(field.field(), reference);
    }
    return aws;
  }

  private List<String> resolve(Desired desired, ReferenceField field, ObjectNode holder) {
    List<String> waiting = new ArrayList<>();
    for (String name : field.inItemsOf("").names(holder, desired.key().name())) {
      ObjectKey key = new ObjectKey(field.kind(), desired.key().namespace(), name);
      Optional<EcsResource<?>> referred = objects.find(key);
      Optional<String> arn =
          referred.filter(object -> !object.isMarkedForDeletion()).flatMap(References::arn);
      if (arn.isPresent()) {
        field.resolve(holder, name, arn.get());
      } else {
        waiting.add(waiting(key, referred));
      }
    }
    return waiting;
  }

  private static Optional<String> arn(EcsResource<?> object) {
    return Optional.ofNullable(object.getStatus()).map(status -> status.common().arn());
  }

  private static String waiting(ObjectKey key, Optional<EcsResource<?>> referred) {
    String object = key.kind() + " " + key.name();
    if (referred.isEmpty()) {
      return "Waiting for " + object + ": it does not exist in this namespace.";
    }
    return referred.get().isMarkedForDeletion()
        ? "Waiting for " + object + ": it is being deleted."
        : "Waiting for " + object + ": it has not been created in ECS yet.";
  }
}
