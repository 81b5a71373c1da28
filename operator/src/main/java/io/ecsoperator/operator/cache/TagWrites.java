package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The writes that change the tags of any resource, which they name by its ARN. */
enum TagWrites {
  TAG("TagResource", TagWrites::withTags, WriteVisibility::tagged),
  UNTAG("UntagResource", TagWrites::withoutTags, WriteVisibility::untagged);

  private interface Change {
    ObjectNode apply(ObjectNode before, ObjectNode request);
  }

  private final String operation;
  private final Change change;
  private final Function<ObjectNode, Predicate<Observation>> visibility;

  TagWrites(
      String operation, Change change, Function<ObjectNode, Predicate<Observation>> visibility) {
    this.operation = operation;
    this.change = change;
    this.visibility = visibility;
  }

  static Optional<TagWrites> of(String operation) {
    return Arrays.stream(values()).filter(write -> write.operation.equals(operation)).findFirst();
  }

  static String arn(ObjectNode request) {
    return request.path("resourceArn").asText();
  }

  ExpectedState expected(ResourceKey key, ObjectNode request) {
    return new ExpectedState(
        key,
        ExpectedState.Aspect.TAGS,
        stored -> stored.map(before -> change.apply(before, request)),
        _ -> visibility.apply(request));
  }

  private static ObjectNode withTags(ObjectNode before, ObjectNode request) {
    Set<JsonNode> keys =
        request.path("tags").valueStream().map(tag -> tag.path("key")).collect(Collectors.toSet());
    ObjectNode after = retain(before, tag -> !keys.contains(tag.path("key")));
    request.path("tags").forEach(tag -> after.withArray("tags").add(tag.deepCopy()));
    return after;
  }

  private static ObjectNode withoutTags(ObjectNode before, ObjectNode request) {
    Set<JsonNode> keys = new HashSet<>();
    request.path("tagKeys").forEach(keys::add);
    return retain(before, tag -> !keys.contains(tag.path("key")));
  }

  private static ObjectNode retain(ObjectNode before, Predicate<JsonNode> kept) {
    ObjectNode after = before.deepCopy();
    ArrayNode tags = after.putArray("tags");
    before.path("tags").valueStream().filter(kept).forEach(tags::add);
    return after;
  }
}
