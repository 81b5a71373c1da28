package io.ecsoperator.sdkschema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

class OpenApiSchemaTest {
  private final OpenApiSchema schemas = new OpenApiSchema();

  static Stream<Class<? extends SdkPojo>> types() {
    return Stream.of(EcsClient.class, SqsClient.class)
        .flatMap(client -> SdkOperation.all(client).values().stream())
        .flatMap(operation -> Stream.of(operation.requestType(), operation.responseType()));
  }

  @ParameterizedTest
  @MethodSource("types")
  void aSchemaHasExactlyTheMembersOfTheModel(Class<? extends SdkPojo> type) {
    compare(schemas.of(type), SdkTypes.newBuilder(type), new HashSet<>());
  }

  private static void compare(JsonNode schema, SdkPojo pojo, Set<Class<?>> open) {
    if (!open.add(pojo.getClass())) {
      return;
    }
    assertThat(schema.path("type").asText()).isEqualTo("object");
    assertThat(schema.path("properties").properties().stream().map(Map.Entry::getKey))
        .containsExactlyInAnyOrderElementsOf(
            pojo.sdkFields().stream().map(SdkField::locationName).toList());
    pojo.sdkFields()
        .forEach(field -> compare(schema.get("properties").get(field.locationName()), field, open));
    open.remove(pojo.getClass());
  }

  private static void compare(JsonNode schema, SdkField<?> field, Set<Class<?>> open) {
    switch (field.marshallingType().getKnownType()) {
      case SDK_POJO -> compare(schema, field.constructor().get(), open);
      case LIST -> {
        assertThat(schema.path("type").asText()).isEqualTo("array");
        compare(schema.get("items"), field.getTrait(ListTrait.class).memberFieldInfo(), open);
      }
      case MAP -> {
        assertThat(schema.path("type").asText()).isEqualTo("object");
        compare(
            schema.get("additionalProperties"),
            field.getTrait(MapTrait.class).valueFieldInfo(),
            open);
      }
      case DOCUMENT ->
          assertThat(schema.toString())
              .isEqualTo("{\"x-kubernetes-preserve-unknown-fields\":true}");
      default ->
          assertThat(schema.path("type").asText()).isIn("string", "integer", "number", "boolean");
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void noEnumHasTheConstantForUnknownValues(Class<? extends SdkPojo> type) {
    assertThat(schemas.of(type).findValues("enum"))
        .allSatisfy(
            values -> {
              assertThat(values).isNotEmpty();
              assertThat(values.toString())
                  .doesNotContain("UNKNOWN_TO_SDK_VERSION")
                  .doesNotContain("null");
            });
  }

  private JsonNode at(Class<? extends SdkPojo> type, String pointer) {
    ObjectNode schema = schemas.of(type);
    return schema.at(pointer);
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::textValue).toList();
  }

  @Test
  void enumsInListsHaveTheirValues() {
    assertThat(texts(at(CreateServiceRequest.class, "/properties/launchType/enum")))
        .containsExactlyInAnyOrderElementsOf(
            LaunchType.knownValues().stream().map(LaunchType::toString).toList());
    assertThat(texts(at(RegisterTaskDefinitionRequest.class, "/properties/networkMode/enum")))
        .containsExactlyInAnyOrderElementsOf(
            NetworkMode.knownValues().stream().map(NetworkMode::toString).toList());
    assertThat(
            texts(
                at(
                    RegisterTaskDefinitionRequest.class,
                    "/properties/requiresCompatibilities/items/enum")))
        .contains("EC2", "FARGATE", "EXTERNAL");
    assertThat(texts(at(DescribeTaskDefinitionRequest.class, "/properties/include/items/enum")))
        .containsExactly("TAGS");
    assertThat(
            texts(
                at(
                    ReceiveMessageRequest.class,
                    "/properties/MessageSystemAttributeNames/items/enum")))
        .contains("All", "SentTimestamp");
  }

  @Test
  void freeTextHasNoEnum() {
    assertThat(at(CreateServiceRequest.class, "/properties/cluster").toString())
        .isEqualTo("{\"type\":\"string\"}");
  }

  @Test
  void numbersTimesAndBlobsHaveTheirFormats() {
    assertThat(at(CreateServiceRequest.class, "/properties/desiredCount").toString())
        .isEqualTo("{\"type\":\"integer\",\"format\":\"int32\"}");
    assertThat(at(Task.class, "/properties/version").toString())
        .isEqualTo("{\"type\":\"integer\",\"format\":\"int64\"}");
    assertThat(at(Task.class, "/properties/createdAt").toString())
        .isEqualTo("{\"type\":\"number\",\"format\":\"double\"}");
    assertThat(
            at(
                    CreateServiceRequest.class,
                    "/properties/deploymentConfiguration/properties/canaryConfiguration/properties/canaryPercent")
                .toString())
        .isEqualTo("{\"type\":\"number\",\"format\":\"double\"}");
    assertThat(
            at(
                    SendMessageRequest.class,
                    "/properties/MessageAttributes/additionalProperties/properties/BinaryValue")
                .toString())
        .isEqualTo("{\"type\":\"string\",\"format\":\"byte\"}");
  }

  @Test
  void aDocumentAcceptsAnyValue() {
    assertThat(
            at(
                    CreateServiceRequest.class,
                    "/properties/deploymentConfiguration/properties/lifecycleHooks/items/properties/hookDetails")
                .toString())
        .isEqualTo("{\"x-kubernetes-preserve-unknown-fields\":true}");
  }
}
