package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.ComparableSchema.MemberMapping;
import io.ecsoperator.plan.ComparableSchema.MemberMapping.Lifted;

/**
 * Brings what a spec asks for and what ECS describes of a resource to one comparable tree: that of
 * the create request, without members that cannot be compared.
 */
public final class Projection {

  /**
   * The comparable tree of a spec.
   *
   * @param createRequest the request of the schema's create operation, references resolved
   */
  public ObjectNode desired(ComparableSchema schema, ObjectNode createRequest) {
    ObjectNode tree = createRequest.deepCopy();
    tree.remove(schema.members().notCompared());
    return withoutReservedTags(tree);
  }

  /**
   * The comparable tree of what ECS describes.
   *
   * @param described an object of the schema's described type; if the describe answer has the tags
   *     beside it, they have to be set as its member {@code tags}
   */
  public ObjectNode observed(ComparableSchema schema, ObjectNode described) {
    MemberMapping members = schema.members();
    ObjectNode tree = described.deepCopy();
    tree.remove(members.outputOnly());
    tree.remove(members.renamed().keySet());
    members.renamed().forEach((from, to) -> copy(described.path(from), tree, to));
    for (Lifted lifted : members.lifted()) {
      JsonNode item = item(described, lifted);
      lifted.members().forEach(name -> copy(item.path(name), tree, name));
    }
    return withoutReservedTags(tree);
  }

  private static void copy(JsonNode value, ObjectNode tree, String name) {
    if (!value.isMissingNode()) {
      tree.set(name, value.deepCopy());
    }
  }

  private static JsonNode item(ObjectNode described, Lifted lifted) {
    return described
        .path(lifted.list())
        .valueStream()
        .filter(item -> lifted.item().holds(item))
        .findFirst()
        .orElse(Values.MISSING);
  }

  private static ObjectNode withoutReservedTags(ObjectNode tree) {
    if (tree.path(FieldPath.TAGS) instanceof ArrayNode tags) {
      tags.removeIf(tag -> isReserved(tag.path("key").asText()));
    }
    return tree;
  }

  /** AWS puts these tags on resources by itself. */
  private static boolean isReserved(String key) {
    return key.startsWith("aws:") || key.equals("AmazonECSManaged");
  }
}
