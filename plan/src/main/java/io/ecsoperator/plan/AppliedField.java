package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A field that was applied, written {@code monitoring#0a1b2c3d4e5f}.
 *
 * @param hash of the value, for a field that ECS does not always show; a hash does not give the
 *     value away
 */
record AppliedField(FieldPath path, Optional<String> hash) {
  private static final int HASH_LENGTH = 12;

  /** The text of a path ends with a key's bracket or a member's name, which has no {@code #}. */
  private static final Pattern WITH_HASH = Pattern.compile("(.+)#([0-9a-f]{12})", Pattern.DOTALL);

  static AppliedField parse(String text) {
    Matcher withHash = WITH_HASH.matcher(text);
    return withHash.matches()
        ? new AppliedField(FieldPath.parse(withHash.group(1)), Optional.of(withHash.group(2)))
        : new AppliedField(FieldPath.parse(text), Optional.empty());
  }

  static AppliedField of(FieldPath path, JsonNode value) {
    return new AppliedField(path, Optional.of(hash(value)));
  }

  boolean has(JsonNode value) {
    return hash.filter(hash(value)::equals).isPresent();
  }

  AppliedField withoutHash() {
    return new AppliedField(path, Optional.empty());
  }

  private static String hash(JsonNode value) {
    return Sha256.hex(SpecHash.canonical(value).toString(), HASH_LENGTH);
  }

  @Override
  public String toString() {
    return path + hash.map(text -> "#" + text).orElse("");
  }
}
