package io.ecsoperator.operator.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The members that a request asks for, such as {@code serviceName,deployments.status}.
 *
 * @param members with what is wanted of them; all of a member if that is empty
 */
record Fields(Map<String, Fields> members) {

  static Fields of(String text) {
    Fields root = new Fields(new TreeMap<>());
    for (String path : text.split(",", -1)) {
      Fields at = root;
      for (String member : List.of(path.strip().split("\\.", 10))) {
        at = at.members.computeIfAbsent(member, name -> new Fields(new TreeMap<>()));
      }
    }
    return root;
  }

  /** Removes the other members, in place; of a list, those of its items. */
  void select(JsonNode tree) {
    if (tree.isArray()) {
      tree.forEach(this::select);
    } else if (tree instanceof ObjectNode object) {
      object.retain(members.keySet());
      members.forEach(
          (name, wanted) -> {
            if (!wanted.members.isEmpty() && object.has(name)) {
              wanted.select(object.get(name));
            }
          });
    }
  }
}
