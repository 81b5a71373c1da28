package io.ecsoperator.crdgenerator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a change of a CustomResourceDefinition breaks: an object that the released definition
 * accepts is refused or pruned, means something else, or a client reads a member that is no longer
 * there. Additions break nothing: a kind, a version, an optional member, a wider limit.
 */
final class Breaks {
  /** Keywords that change no object. */
  private static final Set<String> DOCUMENTATION =
      Set.of("description", "title", "example", "externalDocs");

  private static final Set<String> UPPER_LIMITS =
      Set.of("maximum", "maxLength", "maxItems", "maxProperties");
  private static final Set<String> LOWER_LIMITS =
      Set.of("minimum", "minLength", "minItems", "minProperties");

  /** Types, and the wider ones that accept all of their values. */
  private static final Map<String, Set<String>> WIDER_TYPES =
      Map.of("integer", Set.of("number", "intOrString"), "string", Set.of("intOrString"));

  private final List<String> found = new ArrayList<>();
  private final String kind;

  private Breaks(String kind) {
    this.kind = kind;
  }

  /** The breaks between the definitions of all kinds, each as a line that names its place. */
  static List<String> between(
      Collection<? extends JsonNode> released, Collection<? extends JsonNode> current) {
    Map<String, JsonNode> byName =
        current.stream()
            .collect(Collectors.toMap(definition -> name(definition), definition -> definition));
    List<String> all = new ArrayList<>();
    for (JsonNode before : released) {
      JsonNode after = byName.get(name(before));
      if (after == null) {
        all.add("%s: the kind is removed".formatted(kind(before)));
      } else {
        all.addAll(new Breaks(kind(before)).ofDefinition(before.get("spec"), after.get("spec")));
      }
    }
    return all;
  }

  private static String name(JsonNode definition) {
    return definition.at("/metadata/name").textValue();
  }

  private static String kind(JsonNode definition) {
    return definition.at("/spec/names/kind").textValue();
  }

  private List<String> ofDefinition(JsonNode before, JsonNode after) {
    same("scope", before.path("scope"), after.path("scope"));
    for (String name : List.of("kind", "listKind", "plural", "singular")) {
      same(name, before.at("/names/" + name), after.at("/names/" + name));
    }
    for (String name : List.of("shortNames", "categories")) {
      removed(before.at("/names/" + name), after.at("/names/" + name))
          .forEach(value -> add("", "%s %s is removed".formatted(name, value)));
    }
    for (JsonNode version : before.get("versions")) {
      String name = version.get("name").textValue();
      after
          .get("versions")
          .valueStream()
          .filter(other -> other.get("name").textValue().equals(name))
          .findFirst()
          .ifPresentOrElse(
              other -> ofVersion(version, other), () -> add("", "version " + name + " is removed"));
    }
    return found;
  }

  private void ofVersion(JsonNode before, JsonNode after) {
    String version = before.get("name").textValue();
    if (before.path("served").asBoolean() && !after.path("served").asBoolean()) {
      add("", "version " + version + " is no longer served");
    }
    before
        .path("subresources")
        .properties()
        .forEach(
            subresource -> {
              JsonNode now = after.path("subresources").path(subresource.getKey());
              if (!now.equals(subresource.getValue())) {
                add("", "subresource " + subresource.getKey() + " is changed or removed");
              }
            });
    String schema = "/schema/openAPIV3Schema";
    ofSchema("", before.at(schema), after.at(schema));
  }

  private void ofSchema(String path, JsonNode before, JsonNode after) {
    properties(path, before, after);
    items(path, before, after);
    Set<String> keywords = new TreeSet<>();
    before.fieldNames().forEachRemaining(keywords::add);
    after.fieldNames().forEachRemaining(keywords::add);
    for (String keyword : keywords) {
      if (!before.path(keyword).equals(after.path(keyword))) {
        keyword(path, keyword, before, after);
      }
    }
  }

  private void properties(String path, JsonNode before, JsonNode after) {
    boolean keepsAll = isSet(after, "x-kubernetes-preserve-unknown-fields");
    for (Map.Entry<String, JsonNode> property : before.path("properties").properties()) {
      String place = path + "." + property.getKey();
      JsonNode now = after.path("properties").path(property.getKey());
      if (!now.isMissingNode()) {
        ofSchema(place, property.getValue(), now);
      } else if (!keepsAll) {
        add(place, "the member is removed");
      }
    }
  }

  private void items(String path, JsonNode before, JsonNode after) {
    if (before.has("items") && after.has("items")) {
      ofSchema(path + "[]", before.get("items"), after.get("items"));
    }
    JsonNode values = before.path("additionalProperties");
    if (values.isObject() && after.path("additionalProperties").isObject()) {
      ofSchema(path + "{}", values, after.get("additionalProperties"));
    } else if (before.has("additionalProperties") && !after.has("additionalProperties")) {
      add(path, "it no longer takes members of any name");
    }
  }

  /** A keyword whose value is not the same as before. */
  private void keyword(String path, String keyword, JsonNode before, JsonNode after) {
    JsonNode old = before.path(keyword);
    JsonNode now = after.path(keyword);
    switch (keyword) {
      case "properties", "items", "additionalProperties" -> {}
      case String name when DOCUMENTATION.contains(name) -> {}
      case String name when UPPER_LIMITS.contains(name) -> limit(path, name, old, now, 1);
      case String name when LOWER_LIMITS.contains(name) -> limit(path, name, old, now, -1);
      case "type", "x-kubernetes-int-or-string" -> type(path, before, after);
      case "enum" -> values(path, before, after);
      case "format" -> {
        if (!now.isMissingNode() && !now.asText().equals("int64")) {
          add(path, changed("format", old, now));
        }
      }
      case "pattern", "not", "oneOf", "allOf", "multipleOf" -> {
        if (!now.isMissingNode()) {
          add(path, changed(keyword, old, now));
        }
      }
      case "anyOf" -> alternatives(path, before, after);
      case "required" ->
          removed(now, old).stream()
              .filter(member -> !after.path("properties").path(member).has("default"))
              .forEach(member -> add(path + "." + member, "the member is required now"));
      case "nullable" -> {
        if (isSet(before, keyword)) {
          add(path, "null is refused now");
        }
      }
      case "x-kubernetes-preserve-unknown-fields" -> {
        if (isSet(before, keyword)) {
          add(path, "members without a schema are dropped now");
        }
      }
      case "x-kubernetes-validations" -> rules(path, before, after);
      default -> add(path, changed(keyword, old, now));
    }
  }

  /** {@code direction} is 1 for an upper limit, which may rise, and -1 for a lower one. */
  private void limit(String path, String keyword, JsonNode old, JsonNode now, int direction) {
    if (now.isMissingNode()) {
      return;
    }
    if (old.isMissingNode() || now.decimalValue().compareTo(old.decimalValue()) * direction < 0) {
      add(path, changed(keyword, old, now));
    }
  }

  private void type(String path, JsonNode before, JsonNode after) {
    String old = typeOf(before);
    String now = typeOf(after);
    String line = "type is %s instead of %s".formatted(now, old);
    boolean isWider =
        old.equals(now)
            || now.equals("any")
            || WIDER_TYPES.getOrDefault(old, Set.of()).contains(now);
    if (!isWider && !found.contains(line(path, line))) {
      add(path, line);
    }
  }

  private static String typeOf(JsonNode schema) {
    return isSet(schema, "x-kubernetes-int-or-string")
        ? "intOrString"
        : schema.path("type").asText("any");
  }

  private void values(String path, JsonNode before, JsonNode after) {
    if (!after.has("enum")) {
      return;
    }
    if (!before.has("enum")) {
      add(path, changed("enum", before.path("enum"), after.get("enum")));
    }
    removed(before.path("enum"), after.get("enum"))
        .forEach(value -> add(path, "the value %s is removed".formatted(value)));
  }

  /** The alternatives of an open enum refuse only another case of the values that it names. */
  private void alternatives(String path, JsonNode before, JsonNode after) {
    if (!after.has("anyOf")) {
      return;
    }
    JsonNode known = after.at("/anyOf/0/enum");
    JsonNode old = before.has("enum") ? before.get("enum") : before.at("/anyOf/0/enum");
    boolean areOpen = !old.isMissingNode() && !known.isMissingNode();
    if (!areOpen || !before.has("anyOf") && !removed(old, known).isEmpty()) {
      add(path, changed("anyOf", before.path("anyOf"), after.get("anyOf")));
    }
  }

  /**
   * A rule that the released schema does not have. Whether it is wider cannot be seen. A rule that
   * forbids a value of a member that is new refuses no released object.
   */
  private void rules(String path, JsonNode before, JsonNode after) {
    Set<String> known = rules(before);
    for (JsonNode rule : after.path("x-kubernetes-validations")) {
      String text = rule.get("rule").textValue();
      String member = rule.path("fieldPath").asText();
      boolean isOfNewMember =
          member.startsWith(".")
              && before.at(member.replace(".", "/properties/")).isMissingNode()
              && !rule.path("reason").asText().equals("FieldValueRequired");
      if (!known.contains(text) && !isOfNewMember) {
        add(path, "the rule is new: " + text);
      }
    }
  }

  private static Set<String> rules(JsonNode schema) {
    return schema
        .path("x-kubernetes-validations")
        .valueStream()
        .map(rule -> rule.get("rule").textValue())
        .collect(Collectors.toSet());
  }

  private void same(String name, JsonNode before, JsonNode after) {
    if (!before.equals(after)) {
      add("", changed(name, before, after));
    }
  }

  /** Texts of the first array that the second does not have. */
  private static List<String> removed(JsonNode before, JsonNode after) {
    List<String> left = after.valueStream().map(JsonNode::asText).toList();
    return before.valueStream().map(JsonNode::asText).filter(text -> !left.contains(text)).toList();
  }

  private static String changed(String keyword, JsonNode old, JsonNode now) {
    return "%s is %s instead of %s".formatted(keyword, orNone(now), orNone(old));
  }

  private static String orNone(JsonNode value) {
    return value.isMissingNode() ? "none" : value.toString();
  }

  private static boolean isSet(JsonNode schema, String keyword) {
    return schema.path(keyword).asBoolean();
  }

  private void add(String path, String text) {
    found.add(line(path, text));
  }

  private String line(String path, String text) {
    return "%s%s: %s".formatted(kind, path, text);
  }
}
