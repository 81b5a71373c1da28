package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.ComparableSchema.Condition;
import io.ecsoperator.plan.Equivalences.Equivalence.Keyed;
import io.ecsoperator.plan.FieldPath.Key;
import io.ecsoperator.plan.Reset.Omit;
import io.ecsoperator.plan.Reset.Release;
import io.ecsoperator.plan.Reset.To;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How each field is reset, a line for each that has a way of its own. What an update leaves out
 * stays as it is, so a field that is sent by itself needs a value that means "not set": {@code
 * false} and the empty list for booleans and lists. Other fields without a line have no such value
 * and are released; inside a block that is replaced as a whole they are left out.
 *
 * @param byPattern the lines; patterns are field paths with keys left open
 * @param special lines that replace others for resources of a certain sort
 */
public record Resets(Map<String, Reset> byPattern, List<Special> special) {

  /** Lines for the resources that are observed to meet a condition. */
  public record Special(Condition when, Map<String, Reset> byPattern) {
    public Special {
      byPattern = Map.copyOf(byPattern);
    }
  }

  public Resets {
    byPattern = Map.copyOf(byPattern);
    special = List.copyOf(special);
  }

  /** No field has a way of its own. */
  public static Resets none() {
    return of(Map.of());
  }

  public static Resets of(Map<String, Reset> byPattern) {
    return new Resets(byPattern, List.of());
  }

  public Resets withSpecial(Special... lines) {
    return new Resets(byPattern, List.of(lines));
  }

  /** The lines for one resource. */
  Map<String, Reset> linesFor(JsonNode observed) {
    List<Special> applicable =
        special.stream().filter(lines -> lines.when().holds(observed)).toList();
    if (applicable.isEmpty()) {
      return byPattern;
    }
    Map<String, Reset> all = new HashMap<>(byPattern);
    applicable.forEach(lines -> all.putAll(lines.byPattern()));
    return all;
  }

  /** How the fields of one resource are reset: its lines of {@link Resets} and the general rule. */
  static final class ResourceResets {
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
      return keyedItem || lines.containsKey(path.pattern()) || isLeftOutWhole(path);
    }

    /**
     * A part of what is sent as one is left out with all that it contains, required members too.
     */
    private boolean isLeftOutWhole(FieldPath path) {
      String inside = path.pattern() + ".";
      return path.depth() > schema.updates().unit(path).depth()
          && lines.keySet().stream().noneMatch(pattern -> pattern.startsWith(inside));
    }
  }
}
