package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.ecsoperator.plan.Equivalences.Equivalence;
import io.ecsoperator.plan.Equivalences.Equivalence.Entries;
import io.ecsoperator.plan.Equivalences.Equivalence.Keyed;
import io.ecsoperator.plan.Equivalences.Equivalence.Members;
import io.ecsoperator.plan.Equivalences.Equivalence.Pairs;
import io.ecsoperator.plan.FieldPath.Key;
import io.ecsoperator.plan.FieldPath.Member;
import io.ecsoperator.plan.FieldPath.Step;
import java.util.LinkedHashMap;
import java.util.Map;

/** Finds and changes fields of comparable trees. It knows which lists are keyed, and by what. */
public final class Tree {
  private final Equivalences equivalences;

  public Tree(Equivalences equivalences) {
    this.equivalences = equivalences;
  }

  /** The fields directly below {@code node}, which is at {@code path}; none for a value. */
  Map<FieldPath, JsonNode> below(FieldPath path, JsonNode node) {
    Map<FieldPath, JsonNode> fields = new LinkedHashMap<>();
    switch (structure(path)) {
      case Keyed(String key) when node.isArray() ->
          Values.items(node).forEach(item -> fields.put(path.key(item.path(key).asText()), item));
      case Pairs(String key, String value) when node.isArray() ->
          Values.items(node)
              .forEach(
                  item -> fields.put(path.key(item.path(key).asText()), orEmpty(item.path(value))));
      case Entries _ when node.isObject() ->
          node.propertyStream()
              .forEach(entry -> fields.put(path.key(entry.getKey()), orEmpty(entry.getValue())));
      case Members _ when node.isObject() ->
          node.propertyStream()
              .filter(member -> !member.getValue().isNull())
              .forEach(member -> fields.put(path.member(member.getKey()), member.getValue()));
      default -> {}
    }
    return fields;
  }

  boolean isAsApplied(FieldPath path) {
    return equivalences.isAsApplied(path);
  }

  private Equivalence structure(FieldPath path) {
    return equivalences.at(path.pattern()).orElse(new Members());
  }

  /** The value of a pair. No value counts as an empty one, since a key alone is a field. */
  private static JsonNode orEmpty(JsonNode value) {
    return value.isMissingNode() || value.isNull() ? TextNode.valueOf("") : value;
  }

  /** The value at {@code path}; a missing node if existing is none. */
  public JsonNode get(JsonNode root, FieldPath path) {
    JsonNode node = root;
    for (int depth = 0; depth < path.depth() && !node.isMissingNode(); depth++) {
      node = child(path.first(depth), node, path.steps().get(depth));
    }
    return node;
  }

  /** One of the fields that {@link #below} finds. */
  private JsonNode child(FieldPath path, JsonNode node, Step step) {
    Equivalence structure = structure(path);
    return switch (step) {
      case Member(String name) when structure instanceof Members && node.isObject() ->
          node.path(name).isNull() ? Values.MISSING : node.path(name);
      case Key(String name) when structure instanceof Keyed(String key) && node.isArray() ->
          item(node, key, name);
      case Key(String name)
          when structure instanceof Pairs(String key, String value) && node.isArray() -> {
        JsonNode item = item(node, key, name);
        yield item.isMissingNode() ? item : orEmpty(item.path(value));
      }
      case Key(String name) when structure instanceof Entries && node.has(name) ->
          orEmpty(node.path(name));
      default -> Values.MISSING;
    };
  }

  /** The item with this key; of several the last one counts. */
  private static JsonNode item(JsonNode list, String key, String name) {
    JsonNode found = Values.MISSING;
    for (JsonNode item : list) {
      if (item.path(key).asText().equals(name)) {
        found = item;
      }
    }
    return found;
  }

  /** The pair of values at {@code path}. */
  FieldPair pair(FieldPair root, FieldPath path) {
    FieldPair pair = root;
    for (FieldPath prefix : path.prefixes().toList()) {
      pair = pair.child(get(root.desired(), prefix), get(root.observed(), prefix));
    }
    return pair;
  }

  /**
   * Sets a field, and creates the objects and lists that lead to it. An item of a keyed list is not
   * created on the way: if it is missing, nothing is set.
   */
  public void set(ObjectNode root, FieldPath path, JsonNode value) {
    JsonNode parent = container(root, path.parent());
    switch (path.last()) {
      case Member(String name) when parent instanceof ObjectNode object -> object.set(name, value);
      case Key(String name) when parent instanceof ObjectNode entries -> entries.set(name, value);
      case Key(String name) when parent instanceof ArrayNode list -> {
        switch (structure(path.parent())) {
          case Keyed(String key) -> put(list, key, name, value);
          case Pairs(String key, String valueMember) ->
              put(list, key, name, list.objectNode().put(key, name).set(valueMember, value));
          default -> {}
        }
      }
      default -> {}
    }
  }

  private static void put(ArrayNode list, String key, String name, JsonNode item) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).path(key).asText().equals(name)) {
        list.set(i, item);
        return;
      }
    }
    list.add(item);
  }

  /** The object or list at {@code path}; it is created if its parent exists. */
  private JsonNode container(ObjectNode root, FieldPath path) {
    JsonNode existing = get(root, path);
    if (existing.isContainerNode()
        || path.depth() == 0
        || !(path.last() instanceof Member(String name))
        || !(container(root, path.parent()) instanceof ObjectNode parent)) {
      return existing;
    }
    JsonNode created =
        switch (structure(path)) {
          case Keyed _, Pairs _ -> root.arrayNode();
          default -> root.objectNode();
        };
    parent.set(name, created);
    return created;
  }

  /** Removes a field if it exists. */
  public void remove(ObjectNode root, FieldPath path) {
    JsonNode parent = get(root, path.parent());
    switch (path.last()) {
      case Member(String name) when parent instanceof ObjectNode object -> object.remove(name);
      case Key(String name) when parent instanceof ObjectNode entries -> entries.remove(name);
      case Key(String name) when parent instanceof ArrayNode list -> {
        switch (structure(path.parent())) {
          case Keyed(String key) -> list.removeIf(item -> item.path(key).asText().equals(name));
          case Pairs(String key, String _) ->
              list.removeIf(item -> item.path(key).asText().equals(name));
          default -> {}
        }
      }
      default -> {}
    }
  }
}
