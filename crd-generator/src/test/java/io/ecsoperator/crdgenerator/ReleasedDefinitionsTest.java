package io.ecsoperator.crdgenerator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Objects, manifests and clients of the last release work with the present definitions. */
class ReleasedDefinitionsTest {
  private static final Path RELEASED = Path.of("../crds/released");
  private static final YAMLMapper YAML = new YAMLMapper();

  @Test
  void theDefinitionsBreakNothingThatTheLastReleaseHas() throws IOException {
    List<String> accepted =
        Files.readAllLines(RELEASED.resolve("accepted-breaks.txt")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();

    assertThat(Breaks.between(released(), CustomResourceDefinitionsTest.definitions()))
        .as(
            "docs/versioning.md says what may change; crds/released/README.md, how to accept a break")
        .containsExactlyInAnyOrderElementsOf(accepted);
  }

  @Test
  void everyKindThatWasReleasedIsCompared() throws IOException {
    assertThat(released())
        .extracting(definition -> definition.at("/spec/names/kind").textValue())
        .contains(
            "EcsCluster", "EcsService", "EcsTask", "EcsTaskDefinition", "EcsCapacityProvider");
  }

  private static List<JsonNode> released() throws IOException {
    List<JsonNode> definitions = new ArrayList<>();
    try (Stream<Path> files = Files.list(RELEASED)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".yaml")).sorted().toList()) {
        definitions.add(YAML.readTree(Files.readString(file)));
      }
    }
    return definitions;
  }

  /** A definition that has each keyword once. */
  private static final String DEFINITION =
      """
      metadata: {name: things.example.com}
      spec:
        scope: Namespaced
        names: {kind: Thing, listKind: ThingList, plural: things, singular: thing, shortNames: [th]}
        versions:
          - name: v1
            served: true
            subresources:
              status: {}
              scale: {specReplicasPath: .spec.count}
            schema:
              openAPIV3Schema:
                type: object
                required: [spec]
                properties:
                  spec:
                    type: object
                    x-kubernetes-validations:
                      - {rule: 'has(self.name)', message: set name}
                    properties:
                      name: {type: string, maxLength: 10, minLength: 2, pattern: a, nullable: true}
                      count: {type: integer, format: int32, minimum: 0, maximum: 5, default: 1}
                      mode: {type: string, enum: [One, Two]}
                      launch:
                        type: string
                        anyOf:
                          - enum: [EC2]
                          - not: {pattern: "(?i)^(EC2)$"}
                      labels: {type: object, additionalProperties: {type: string}, maxProperties: 3}
                      rest: {type: object, x-kubernetes-preserve-unknown-fields: true}
                      items:
                        type: array
                        maxItems: 4
                        x-kubernetes-list-type: atomic
                        items:
                          type: object
                          properties:
                            key: {type: string}
                  status:
                    type: object
                    properties:
                      arn: {type: string}
      """;

  static Stream<Arguments> breaks() {
    return Stream.of(
        planted("Thing: scope is \"Cluster\" instead of \"Namespaced\"", "/spec", "scope: Cluster"),
        planted("Thing: shortNames th is removed", "/spec/names", "shortNames: [thing]"),
        planted("Thing: version v1 is removed", "/spec/versions/0", "name: v2"),
        planted("Thing: version v1 is no longer served", "/spec/versions/0", "served: false"),
        planted(
            "Thing: subresource scale is changed or removed",
            "/spec/versions/0/subresources",
            "scale: {specReplicasPath: .spec.replicas}"),
        planted("Thing.status.arn: the member is removed", "status/properties", "arn: null"),
        planted("Thing.spec.mode: the member is removed", "spec/properties", "mode: null"),
        planted(
            "Thing.spec.items[].key: the member is removed",
            "spec/properties/items/items/properties",
            "key: null"),
        planted("Thing.spec.mode: the member is required now", "spec", "required: [mode]"),
        planted(
            "Thing.spec.other: the member is required now",
            "spec",
            "{required: [other], properties: {other: {type: string}}}"),
        planted(
            "Thing.spec.name: type is integer instead of string",
            "spec/properties/name",
            "type: integer"),
        planted("Thing.spec.mode: the value Two is removed", "spec/properties/mode", "enum: [One]"),
        planted(
            "Thing.spec.name: enum is [\"ab\"] instead of none",
            "spec/properties/name",
            "enum: [ab]"),
        planted(
            "Thing.spec.name: pattern is \"b\" instead of \"a\"",
            "spec/properties/name",
            "pattern: b"),
        planted(
            "Thing.status.arn: pattern is \"b\" instead of none",
            "status/properties/arn",
            "pattern: b"),
        planted(
            "Thing.spec.name: maxLength is 9 instead of 10",
            "spec/properties/name",
            "maxLength: 9"),
        planted(
            "Thing.spec.name: minLength is 3 instead of 2", "spec/properties/name", "minLength: 3"),
        planted(
            "Thing.spec.count: minimum is 1 instead of 0", "spec/properties/count", "minimum: 1"),
        planted(
            "Thing.spec.count: maximum is 4 instead of 5", "spec/properties/count", "maximum: 4"),
        planted(
            "Thing.spec.items: maxItems is 3 instead of 4", "spec/properties/items", "maxItems: 3"),
        planted(
            "Thing.spec.items: minItems is 1 instead of none",
            "spec/properties/items",
            "minItems: 1"),
        planted(
            "Thing.spec.labels: maxProperties is 2 instead of 3",
            "spec/properties/labels",
            "maxProperties: 2"),
        planted(
            "Thing.spec.labels{}: maxLength is 2 instead of none",
            "spec/properties/labels/additionalProperties",
            "maxLength: 2"),
        planted(
            "Thing.spec.labels: it no longer takes members of any name",
            "spec/properties/labels",
            "additionalProperties: null"),
        planted(
            "Thing.spec.count: default is 2 instead of 1", "spec/properties/count", "default: 2"),
        planted(
            "Thing.spec.count: default is none instead of 1",
            "spec/properties/count",
            "default: null"),
        planted(
            "Thing.spec.mode: default is \"One\" instead of none",
            "spec/properties/mode",
            "default: One"),
        planted("Thing.spec.name: null is refused now", "spec/properties/name", "nullable: false"),
        planted(
            "Thing.spec.rest: members without a schema are dropped now",
            "spec/properties/rest",
            "x-kubernetes-preserve-unknown-fields: null"),
        planted(
            "Thing.spec: the rule is new: self.count > 1",
            "spec",
            "x-kubernetes-validations: [{rule: self.count > 1}]"),
        planted(
            "Thing.spec: the rule is new: has(self.other)",
            "spec",
            """
            x-kubernetes-validations:
              - {rule: has(self.other), fieldPath: .other, reason: FieldValueRequired}
            properties: {other: {type: string}}
            """),
        planted(
            "Thing.spec.items: x-kubernetes-list-type is \"set\" instead of \"atomic\"",
            "spec/properties/items",
            "x-kubernetes-list-type: set"),
        planted(
            "Thing.spec.launch: enum is [\"EC2\"] instead of none",
            "spec/properties/launch",
            "{anyOf: null, enum: [EC2]}"),
        planted(
            "Thing.spec.name: anyOf is [{\"enum\":[\"a\"]}] instead of none",
            "spec/properties/name",
            "anyOf: [{enum: [a]}]"));
  }

  @ParameterizedTest
  @MethodSource("breaks")
  void aBreakIsNamed(String line, String place, String change) throws IOException {
    assertThat(Breaks.between(List.of(YAML.readTree(DEFINITION)), List.of(changed(place, change))))
        .containsExactly(line);
  }

  @Test
  void aKindThatIsRemovedIsABreak() throws IOException {
    assertThat(Breaks.between(List.of(YAML.readTree(DEFINITION)), List.of()))
        .containsExactly("Thing: the kind is removed");
  }

  static Stream<Arguments> additions() {
    return Stream.of(
        addition("spec/properties", "other: {type: string, enum: [A]}"),
        addition("spec", "{required: [other], properties: {other: {type: string, default: a}}}"),
        addition("spec/properties/items/items/properties", "other: {type: string}"),
        addition("spec/properties/name", "{maxLength: 11, minLength: 1, description: A name.}"),
        addition("spec/properties/name", "{maxLength: null, pattern: null}"),
        addition("spec/properties/name", "{type: null, x-kubernetes-int-or-string: true}"),
        addition("spec/properties/count", "{type: number, format: null, maximum: 6}"),
        addition("spec/properties/count", "format: int64"),
        addition("spec/properties/mode", "enum: [One, Two, Three]"),
        addition(
            "spec/properties/mode",
            "{enum: null, anyOf: [{enum: [One, Two]}, {not: {pattern: x}}]}"),
        addition("spec/properties/launch", "anyOf: [{enum: [EC2, FARGATE]}, {not: {pattern: x}}]"),
        addition("spec/properties/mode", "nullable: true"),
        addition("spec", "x-kubernetes-validations: null"),
        addition(
            "spec",
            """
            x-kubernetes-validations:
              - {rule: '!has(self.other)', fieldPath: .other, reason: FieldValueForbidden}
            properties: {other: {type: string}}
            """),
        addition("/spec/names", "shortNames: [th, thing]"));
  }

  @ParameterizedTest
  @MethodSource("additions")
  void anAdditionIsNoBreak(String place, String change) throws IOException {
    assertThat(Breaks.between(List.of(YAML.readTree(DEFINITION)), List.of(changed(place, change))))
        .isEmpty();
  }

  @Test
  void anotherVersionIsNoBreak() throws IOException {
    JsonNode more = YAML.readTree(DEFINITION);
    ArrayNode versions = (ArrayNode) more.at("/spec/versions");
    versions.add(((ObjectNode) versions.get(0).deepCopy()).put("name", "v2"));

    assertThat(Breaks.between(List.of(YAML.readTree(DEFINITION)), List.of(more))).isEmpty();
  }

  private static Arguments planted(String line, String place, String change) {
    return Arguments.of(line, place, change);
  }

  private static Arguments addition(String place, String change) {
    return Arguments.of(place, change);
  }

  /** The definition with {@code change} merged at {@code place}; null takes a member out. */
  private static JsonNode changed(String place, String change) throws IOException {
    JsonNode definition = YAML.readTree(DEFINITION);
    String pointer =
        place.startsWith("/")
            ? place
            : "/spec/versions/0/schema/openAPIV3Schema/properties/" + place;
    merge((ObjectNode) definition.at(pointer), YAML.readTree(change));
    return definition;
  }

  private static void merge(ObjectNode into, JsonNode change) {
    change
        .properties()
        .forEach(
            member -> {
              if (member.getValue().isNull()) {
                into.remove(member.getKey());
              } else if (member.getValue() instanceof ObjectNode inner
                  && into.get(member.getKey()) instanceof ObjectNode existing) {
                merge(existing, inner);
              } else {
                into.set(member.getKey(), member.getValue());
              }
            });
  }
}
