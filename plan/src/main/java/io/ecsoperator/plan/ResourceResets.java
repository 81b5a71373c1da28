package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.Equivalence.Keyed;
import io.ecsoperator.plan.FieldPath.Key;
import io.ecsoperator.plan.Reset.Omit;
import io.ecsoperator.plan.Reset.Release;
import io.ecsoperator.plan.Reset.To;
import java.util.Map;

/** How the fields of one resource are reset: its lines of {@link Resets} and the general rule. */
final class ResourceResets {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ComparableSchema schema;
  private final Map<String, Reset> lines;

  ResourceResets(ComparableSchema schema, ObjectNode observed) {
    this.schema = schema;
    this.lines = schema.resets().linesFor(observed);
  }

  Reset at(FieldPath path, JsonNode held) {
    Reset own = lines.get(path.pattern());
    if (own != null) {
      return own;
    }
    if (!path.equals(schema.updates().unit(path))) {
      return new Omit();
    }
    return switch (held.getNodeType()) {
      case BOOLEAN -> new To(NODES.booleanNode(false));
      case ARRAY -> new To(NODES.arrayNode());
      default -> new Release();
    };
  }

  /** Whether the field is reset as one, with all that it contains. */
  boolean isBlock(FieldPath path) {
    boolean keyedItem =
        path.last() instanceof Key
            && schema.equivalences().at(path.parent().pattern()).orElse(null) instanceof Keyed;
    return keyedItem || lines.containsKey(path.pattern());
  }
}
