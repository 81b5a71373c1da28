package io.ecsoperator.operator.desired;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** The {@code tags} list of an ECS tree. */
public final class Tags {
  private Tags() {}

  /** The value of a tag in a tree that has {@code tags}. */
  public static Optional<String> value(JsonNode tree, String key) {
    for (JsonNode tag : tree.path("tags")) {
      if (tag.path("key").asText().equals(key)) {
        return Optional.of(tag.path("value").asText());
      }
    }
    return Optional.empty();
  }

  /** Sets a tag in {@code tree}, in place. */
  public static void put(ObjectNode tree, String key, String value) {
    ArrayNode tags = tree.withArrayProperty("tags");
    for (int i = 0; i < tags.size(); i++) {
      if (tags.get(i).path("key").asText().equals(key)) {
        tags.remove(i);
        break;
      }
    }
    tags.addObject().put("key", key).put("value", value);
  }
}
