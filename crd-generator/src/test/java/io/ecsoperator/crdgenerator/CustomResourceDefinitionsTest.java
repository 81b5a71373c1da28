package io.ecsoperator.crdgenerator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CustomResourceDefinitionsTest {
  private static final String SPEC = "/spec/versions/0/schema/openAPIV3Schema/properties/spec";

  @ParameterizedTest
  @MethodSource("definitions")
  void everyFieldHasADescription(JsonNode definition) {
    List<String> without = new ArrayList<>();
    walk(
        definition,
        (path, schema) -> {
          if (!path.endsWith("[]") && !path.endsWith("{}") && !path.equals(".metadata")) {
            // An address alone does not say what the field does.
            String ownWords = schema.path("description").asText().replaceAll("See https:\\S+", "");
            if (!ownWords.contains(" ") || !ownWords.strip().endsWith(".")) {
              without.add(path);
            }
          }
        });
    assertThat(without).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void aTemplateIsTheSpecOfATaskDefinitionWithoutPolicies(JsonNode definition) {
    JsonNode template = definition.at(SPEC + "/properties/template");
    if (template.isMissingNode()) {
      assertThat(kindOf(definition)).isNotIn("EcsService", "EcsTask");
      return;
    }
    ObjectNode spec =
        definitions().stream()
            .filter(other -> kindOf(other).equals("EcsTaskDefinition"))
            .map(other -> (ObjectNode) other.at(SPEC).deepCopy())
            .findFirst()
            .orElseThrow();
    spec.withObjectProperty("properties")
        .remove(
            List.of(
                "managementPolicy",
                "deletionPolicy",
                "adoptionPolicy",
                "adoptFrom",
                "ignoreFields"));
    assertThat(template.get("properties")).isEqualTo(spec.get("properties"));
    assertThat(template.get("required")).isEqualTo(spec.get("required"));
    assertThat(spec.get("x-kubernetes-validations"))
        .containsAll(template.get("x-kubernetes-validations"))
        .hasSize(template.get("x-kubernetes-validations").size() + 1);
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void noMemberOfAListHasADefault(JsonNode definition) {
    List<String> defaults = new ArrayList<>();
    walk(
        definition,
        (path, schema) -> {
          if (path.contains("[]") && schema.has("default")) {
            defaults.add(path);
          }
        });
    assertThat(defaults).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void theOnlyDefaultIsTheEmptySpecOfACluster(JsonNode definition) {
    List<String> defaults = new ArrayList<>();
    walk(
        definition,
        (path, schema) -> {
          if (path.startsWith(".spec") && schema.has("default")) {
            defaults.add(path);
          }
        });
    assertThat(defaults)
        .isEqualTo(
            switch (kindOf(definition)) {
              case "EcsCluster" -> List.of(".spec");
              default -> List.of();
            });
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void theKeysOfListMapsAreRequiredInTheirItems(JsonNode definition) {
    walk(
        definition,
        (path, schema) -> {
          if (schema.path("x-kubernetes-list-type").asText().equals("map")) {
            assertThat(texts(schema.at("/items/required")))
                .as(path)
                .containsAll(texts(schema.get("x-kubernetes-list-map-keys")));
          }
        });
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void everyRuleHasAMessageAndAnExistingFieldPath(JsonNode definition) {
    walk(
        definition,
        (path, schema) ->
            schema
                .path("x-kubernetes-validations")
                .forEach(
                    rule -> {
                      assertThat(rule.path("message").asText()).as(path).isNotBlank();
                      JsonNode fieldPath = rule.path("fieldPath");
                      if (!fieldPath.isMissingNode()) {
                        assertThat(schema.at(pointer(fieldPath.textValue())).isMissingNode())
                            .as("%s%s", path, fieldPath.textValue())
                            .isFalse();
                      }
                    }));
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void anObjectIsUnobservedBeforeItsFirstReconcile(JsonNode definition) {
    JsonNode status = root(definition).at("/properties/status");
    assertThat(status.at("/default/observedGeneration").intValue()).isEqualTo(-1);
    assertThat(status.at("/properties/observedGeneration/default").intValue()).isEqualTo(-1);
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void aSpecIsRequired(JsonNode definition) {
    assertThat(texts(root(definition).get("required"))).containsExactly("spec");
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void everyTextListAndMapOfASpecHasALimit(JsonNode definition) {
    List<String> unlimited = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    walk(
        definition,
        (path, schema) -> {
          boolean isText = schema.path("type").asText().equals("string") && !schema.has("enum");
          boolean isRefused =
              schema.at("/x-kubernetes-validations/0/rule").asText().equals("false");
          if (isRefused) {
            refused.add(path);
          }
          if (path.startsWith(".spec.")
              && !isRefused
              && (isText && !schema.has("maxLength")
                  || schema.has("items") && !schema.has("maxItems")
                  || schema.has("additionalProperties") && !schema.has("maxProperties"))) {
            unlimited.add(path);
          }
        });
    // The items of members that a rule refuses by name.
    unlimited.removeIf(path -> refused.stream().anyMatch(path::startsWith));
    assertThat(unlimited).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void onlyTheOperatorsOwnMembersHaveClosedEnums(JsonNode definition) {
    List<String> closed = new ArrayList<>();
    walk(
        definition,
        (path, schema) -> {
          if (path.startsWith(".spec") && !path.contains(".template.") && schema.has("enum")) {
            closed.add(path);
          }
        });
    List<String> policies =
        List.of(".spec.adoptionPolicy", ".spec.deletionPolicy", ".spec.managementPolicy");
    assertThat(closed)
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    policies.stream(),
                    switch (kindOf(definition)) {
                      case "EcsTaskDefinition" -> Stream.of(".spec.revisionCleanup");
                      case "EcsService" -> Stream.of(".spec.dependsOn[].kind");
                      case "EcsTask" -> Stream.of(".spec.waitFor");
                      default -> Stream.of();
                    })
                .toList());
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void everyOptionalMemberTakesNull(JsonNode definition) {
    List<String> refusing = new ArrayList<>();
    walk(
        definition,
        (path, schema) -> {
          List<String> required = texts(schema.path("required"));
          schema
              .path("properties")
              .properties()
              .forEach(
                  property -> {
                    JsonNode member = property.getValue();
                    if (path.startsWith(".spec")
                        && !required.contains(property.getKey())
                        && !member.has("enum")
                        && !member.has("default")
                        && !member.path("nullable").booleanValue()) {
                      refusing.add(path + "." + property.getKey());
                    }
                  });
        });
    assertThat(refusing).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void tagsLeaveRoomForThoseOfTheOperator(JsonNode definition) {
    boolean isTaskDefinition = kindOf(definition).equals("EcsTaskDefinition");

    assertThat(root(definition).at("/properties/spec/properties/tags/maxItems").intValue())
        .isEqualTo(isTaskDefinition ? 48 : 49);
  }

  @Test
  void serverSideApplyMergesTheListsThatHaveAUniqueKeyInEcs() {
    List<String> listMaps = new ArrayList<>();
    definitions()
        .forEach(
            definition ->
                walk(
                    definition,
                    (path, schema) -> {
                      if (path.startsWith(".spec")
                          && !path.startsWith(".spec.template")
                          && schema.path("x-kubernetes-list-type").asText().equals("map")) {
                        listMaps.add(kindOf(definition) + path);
                      }
                    }));
    assertThat(listMaps)
        .containsExactlyInAnyOrder(
            "EcsCapacityProvider.spec.tags",
            "EcsCluster.spec.capacityProviderRefs",
            "EcsCluster.spec.tags",
            "EcsService.spec.dependsOn",
            "EcsService.spec.tags",
            "EcsTask.spec.tags",
            "EcsTaskDefinition.spec.tags",
            "EcsTaskDefinition.spec.volumes",
            "EcsTaskDefinition.spec.containerDefinitions",
            "EcsTaskDefinition.spec.containerDefinitions[].environment",
            "EcsTaskDefinition.spec.containerDefinitions[].secrets");
  }

  @Test
  void membersOfAnswersAreInTheSchemaAndRefused() {
    for (ResourceKind kind : CommittedKinds.all()) {
      JsonNode spec = root(definition(kind.resource().getSimpleName())).at("/properties/spec");
      var requested =
          kind.request().sdkFields().stream().map(field -> field.locationName()).toList();
      kind.described().sdkFields().stream()
          .map(field -> field.locationName())
          .filter(name -> !requested.contains(name))
          .forEach(name -> assertRefused(spec, name));
      kind.setByOperator().forEach(name -> assertRefused(spec, name));
    }
  }

  private static void assertRefused(JsonNode spec, String member) {
    assertThat(spec.at("/properties/" + member + "/x-kubernetes-validations/0/rule").textValue())
        .as(member)
        .isEqualTo("false");
  }

  @Test
  void onlyPoliciesAndTimesOfAnEcsTaskAreMutable() {
    JsonNode spec = root(definition("EcsTask")).at("/properties/spec");
    List<String> immutable =
        StreamSupport.stream(spec.get("x-kubernetes-validations").spliterator(), false)
            .filter(rule -> rule.get("rule").textValue().contains("oldSelf"))
            .map(rule -> rule.get("fieldPath").textValue().substring(1))
            .toList();
    List<String> mutable = new ArrayList<>();
    spec.get("properties")
        .properties()
        .forEach(
            property -> {
              boolean refused =
                  property.getValue().get("description").textValue().endsWith("refused here.");
              if (!refused && !immutable.contains(property.getKey())) {
                mutable.add(property.getKey());
              }
            });
    assertThat(mutable)
        .containsExactlyInAnyOrder(
            "managementPolicy",
            "deletionPolicy",
            "adoptionPolicy",
            "adoptFrom",
            "ignoreFields",
            "activeDeadlineSeconds",
            "ttlSecondsAfterFinished");
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void columnsAndTheScaleSubresourceReadFieldsThatExist(JsonNode definition) {
    List<String> paths = new ArrayList<>();
    definition
        .at("/spec/versions/0/additionalPrinterColumns")
        .forEach(column -> paths.add(column.get("jsonPath").textValue()));
    definition
        .at("/spec/versions/0/subresources/scale")
        .forEach(path -> paths.add(path.textValue()));
    paths.removeIf(path -> path.startsWith(".metadata."));

    assertThat(paths)
        .allSatisfy(
            path -> {
              String pointer = pointer(path.replaceFirst("\\[.*]", ".[]"));
              JsonNode schema = root(definition).at(pointer.replace("/properties/[]", "/items"));
              assertThat(schema.isMissingNode()).as(path).isFalse();
            });
  }

  @Test
  void onlyServicesCanBeScaled() {
    for (JsonNode definition : definitions()) {
      assertThat(definition.at("/spec/versions/0/subresources").has("scale"))
          .isEqualTo(kindOf(definition).equals("EcsService"));
    }
  }

  static List<JsonNode> definitions() {
    return List.copyOf(new CustomResourceDefinitions().of(CommittedKinds.all()));
  }

  private static JsonNode definition(String kind) {
    return definitions().stream()
        .filter(candidate -> kindOf(candidate).equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private static String kindOf(JsonNode definition) {
    return definition.at("/spec/names/kind").textValue();
  }

  private static JsonNode root(JsonNode definition) {
    return definition.at("/spec/versions/0/schema/openAPIV3Schema");
  }

  private static void walk(JsonNode definition, BiConsumer<String, JsonNode> visit) {
    walkSchema("", root(definition), visit);
  }

  private static void walkSchema(String path, JsonNode schema, BiConsumer<String, JsonNode> visit) {
    visit.accept(path, schema);
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      walkSchema(path + "." + property.getKey(), property.getValue(), visit);
    }
    if (schema.has("items")) {
      walkSchema(path + "[]", schema.get("items"), visit);
    }
    if (schema.has("additionalProperties")) {
      walkSchema(path + "{}", schema.get("additionalProperties"), visit);
    }
  }

  private static String pointer(String fieldPath) {
    return fieldPath.replace(".", "/properties/");
  }

  private static List<String> texts(Iterable<JsonNode> nodes) {
    return StreamSupport.stream(nodes.spliterator(), false).map(JsonNode::textValue).toList();
  }
}
