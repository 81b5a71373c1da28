package io.ecsoperator.controlplane.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which fields of an object server-side apply has set, by field manager. Lists are atomic but for
 * {@code conditions}, whose items have a type as their key.
 */
final class FieldOwners {
  private static final String CONDITIONS = "conditions";
  private static final String KEY = "type";

  private final Map<String, Set<String>> applied = new HashMap<>();

  FieldOwners copy() {
    FieldOwners copy = new FieldOwners();
    applied.forEach((manager, paths) -> copy.applied.put(manager, new HashSet<>(paths)));
    return copy;
  }

  /** What the manager applies: fields that it applied before and no longer does are removed. */
  ObjectNode apply(String manager, ObjectNode present, ObjectNode configuration) {
    Set<String> now = new HashSet<>();
    leaves("", configuration, now);
    Set<String> before = applied.getOrDefault(manager, Set.of());
    ObjectNode kept = present.deepCopy();
    prune("", kept, before, now);
    ObjectNode merged = merge(kept, configuration);
    applied.values().forEach(paths -> paths.removeAll(now));
    applied.put(manager, now);
    return merged;
  }

  /** A write that is no apply takes over the fields that it changes. */
  void written(ObjectNode before, ObjectNode after) {
    Map<String, JsonNode> old = new HashMap<>();
    values("", before, old);
    Map<String, JsonNode> written = new HashMap<>();
    values("", after, written);
    applied
        .values()
        .forEach(
            paths ->
                paths.removeIf(
                    path ->
                        !written.containsKey(path) || !written.get(path).equals(old.get(path))));
  }

  private static void leaves(String path, JsonNode node, Set<String> into) {
    Map<String, JsonNode> values = new HashMap<>();
    values(path, node, values);
    into.addAll(values.keySet());
  }

  private static void values(String path, JsonNode node, Map<String, JsonNode> into) {
    if (node instanceof ObjectNode object && !object.isEmpty()) {
      object
          .properties()
          .forEach(member -> values(path + "/" + member.getKey(), member.getValue(), into));
    } else if (isConditions(path, node)) {
      node.forEach(item -> values(path + "/" + item.path(KEY).asText(), item, into));
    } else {
      into.put(path, node);
    }
  }

  private static boolean isConditions(String path, JsonNode node) {
    return node.isArray() && path.endsWith("/" + CONDITIONS);
  }

  private static void prune(String path, JsonNode node, Set<String> before, Set<String> now) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .removeIf(
              member -> {
                String at = path + "/" + member.getKey();
                if (isGone(at, before, now)) {
                  return true;
                }
                boolean had = !member.getValue().isEmpty();
                prune(at, member.getValue(), before, now);
                return had && member.getValue().isEmpty() && !now.contains(at);
              });
    } else if (isConditions(path, node)) {
      ArrayNode kept = JsonNodeFactory.instance.arrayNode();
      node.forEach(
          item -> {
            prune(path + "/" + item.path(KEY).asText(), item, before, now);
            if (!item.isEmpty()) {
              kept.add(item);
            }
          });
      ((ArrayNode) node).removeAll().addAll(kept);
    }
  }

  private static boolean isGone(String path, Set<String> before, Set<String> now) {
    return before.contains(path) && !now.contains(path);
  }

  private static ObjectNode merge(ObjectNode present, ObjectNode configuration) {
    ObjectNode merged = present.deepCopy();
    configuration
        .properties()
        .forEach(
            member -> {
              JsonNode old = merged.get(member.getKey());
              JsonNode value = member.getValue();
              if (old instanceof ObjectNode object && value instanceof ObjectNode members) {
                merged.set(member.getKey(), merge(object, members));
              } else if (member.getKey().equals(CONDITIONS)
                  && old instanceof ArrayNode items
                  && value instanceof ArrayNode applied) {
                merged.set(member.getKey(), mergeByKey(items, applied));
              } else {
                merged.set(member.getKey(), value.deepCopy());
              }
            });
    return merged;
  }

  private static ArrayNode mergeByKey(ArrayNode items, ArrayNode applied) {
    Map<String, JsonNode> byKey = new LinkedHashMap<>();
    items.forEach(item -> byKey.put(item.path(KEY).asText(), item));
    applied.forEach(
        item ->
            byKey.merge(
                item.path(KEY).asText(),
                item,
                (old, now) -> merge((ObjectNode) old, (ObjectNode) now)));
    ArrayNode merged = JsonNodeFactory.instance.arrayNode();
    byKey.values().forEach(merged::add);
    return merged;
  }
}
