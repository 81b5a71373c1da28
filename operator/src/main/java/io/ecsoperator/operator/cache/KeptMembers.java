package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * What the cache keeps of a description.
 *
 * @param only the members to keep; empty to keep all of them. A change of a member that is not kept
 *     triggers no reconciliation
 * @param longest how many items to store of a list that grows with time and begins with the newest,
 *     by member
 */
public record KeptMembers(List<String> only, Map<String, Integer> longest) {
  public static final KeptMembers ALL = new KeptMembers(List.of(), Map.of());

  public KeptMembers {
    only = List.copyOf(only);
    longest = Map.copyOf(longest);
  }

  public static KeptMembers only(String... members) {
    return new KeptMembers(List.of(members), Map.of());
  }

  public static KeptMembers newest(String member, int items) {
    return new KeptMembers(List.of(), Map.of(member, items));
  }

  ObjectNode select(ObjectNode described) {
    return only.isEmpty() ? described : described.deepCopy().retain(only);
  }

  ObjectNode shorten(ObjectNode tree) {
    ObjectNode result = tree;
    for (Map.Entry<String, Integer> limit : longest.entrySet()) {
      if (tree.get(limit.getKey()) instanceof ArrayNode items && items.size() > limit.getValue()) {
        result = withFirst(limit.getValue(), limit.getKey(), result);
      }
    }
    return result;
  }

  private static ObjectNode withFirst(int count, String member, ObjectNode tree) {
    ObjectNode shorter = tree.objectNode();
    tree.properties().forEach(one -> shorter.set(one.getKey(), one.getValue()));
    ArrayNode first = shorter.putArray(member);
    tree.get(member).valueStream().limit(count).forEach(first::add);
    return shorter;
  }
}
