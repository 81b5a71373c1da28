package io.ecsoperator.operator.ecsjson;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A member of an ECS type, by which JSON of that type is read. A test checks that the AWS SDK's
 * model has the member, so that a misspelt name fails the build instead of reading as absent.
 */
public record EcsMember(EcsType type, String name) {

  /** The value as it is; a missing node if the member is absent. */
  public JsonNode of(JsonNode json) {
    return json.path(name);
  }

  public boolean isIn(JsonNode json) {
    return json.has(name);
  }

  /** The text; empty if the member is absent. */
  public String text(JsonNode json) {
    return of(json).asText();
  }

  /** The text; absent if the member is absent or null. */
  public Optional<String> optionalText(JsonNode json) {
    return Optional.ofNullable(of(json).asText(null));
  }

  /** The number; 0 if the member is absent. */
  public int number(JsonNode json) {
    return of(json).asInt();
  }

  /** The number; absent if the member is absent. */
  public Optional<Integer> optionalNumber(JsonNode json) {
    return isIn(json) ? Optional.of(number(json)) : Optional.empty();
  }

  /** ECS's epoch seconds as RFC 3339 to the second; absent if the member is absent. */
  public Optional<String> timestamp(JsonNode json) {
    JsonNode seconds = of(json);
    return seconds.isNumber()
        ? Optional.of(
            Instant.ofEpochSecond(seconds.decimalValue().longValue())
                .truncatedTo(ChronoUnit.SECONDS)
                .toString())
        : Optional.empty();
  }

  /** The items of a list; none if the member is absent. */
  public Stream<JsonNode> items(JsonNode json) {
    return of(json).valueStream();
  }

  /** The texts in a list; none if the member is absent. */
  public Stream<String> texts(JsonNode json) {
    return items(json).map(JsonNode::asText);
  }
}
