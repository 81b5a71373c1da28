package io.ecsoperator.operator.desired;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.util.Optional;

/** The {@code tags} list of an ECS tree. */
public final class Tags {
  private static final EcsMember TAGS = EcsType.request("TagResource").member("tags");
  private static final EcsType TAG = EcsType.of("Tag");
  private static final EcsMember KEY = TAG.member("key");
  private static final EcsMember VALUE = TAG.member("value");

  private Tags() {}

  /** The value of a tag in a tree that has {@code tags}. */
  public static Optional<String> value(JsonNode tree, String key) {
    return TAGS.items(tree).filter(tag -> KEY.text(tag).equals(key)).findFirst().map(VALUE::text);
  }

  /** Sets a tag in {@code tree}, in place. */
  public static void put(ObjectNode tree, String key, String value) {
    ArrayNode tags = tree.withArrayProperty(TAGS.name());
    for (int i = 0; i < tags.size(); i++) {
      if (KEY.text(tags.get(i)).equals(key)) {
        tags.remove(i);
        break;
      }
    }
    tags.addObject().put(KEY.name(), key).put(VALUE.name(), value);
  }
}
