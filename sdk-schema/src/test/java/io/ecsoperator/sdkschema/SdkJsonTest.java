package io.ecsoperator.sdkschema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.ecs.model.CanaryConfiguration;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHook;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

class SdkJsonTest {
  private final SdkJson json = new SdkJson();
  private final JsonMapper mapper = new JsonMapper();

  private ObjectNode tree(String text) {
    try {
      return (ObjectNode) mapper.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  @Nested
  class UnsetEmptyAndNull {

    @Test
    void unsetMembersAreLeftOut() {
      assertThat(json.encode(ContainerDefinition.builder().build())).isEmpty();
      ContainerDefinition decoded = json.decode(tree("{}"), ContainerDefinition.class);
      assertThat(decoded.hasCommand()).isFalse();
      assertThat(decoded.hasDockerLabels()).isFalse();
    }

    @Test
    void anEmptyListOrMapIsWrittenAndRead() {
      ContainerDefinition empty =
          ContainerDefinition.builder().command(List.of()).dockerLabels(Map.of()).build();

      assertThat(json.encode(empty)).isEqualTo(tree("{\"command\":[],\"dockerLabels\":{}}"));
      ContainerDefinition decoded = json.decode(json.encode(empty), ContainerDefinition.class);
      assertThat(decoded.hasCommand()).isTrue();
      assertThat(decoded.hasDockerLabels()).isTrue();
      assertThat(decoded).isNotEqualTo(ContainerDefinition.builder().build());
    }

    @Test
    void anEmptyObjectIsWrittenAndRead() {
      RegisterTaskDefinitionRequest request =
          RegisterTaskDefinitionRequest.builder().runtimePlatform(platform -> {}).build();
      assertThat(json.encode(request)).isEqualTo(tree("{\"runtimePlatform\":{}}"));
      assertThat(json.decode(json.encode(request), RegisterTaskDefinitionRequest.class))
          .isEqualTo(request);
    }

    @Test
    void nullIsAllowedAsAnElementOfAListOrMap() {
      ObjectNode tree = tree("{\"command\":[\"a\",null],\"dockerLabels\":{\"a\":null}}");
      ContainerDefinition decoded = json.decode(tree, ContainerDefinition.class);

      assertThat(decoded.command()).containsExactly("a", null);
      assertThat(decoded.dockerLabels()).containsEntry("a", null);
      assertThat(json.encode(decoded)).isEqualTo(tree);
    }

    @Test
    void aNullMemberIsRejected() {
      assertRejected(
          RegisterTaskDefinitionRequest.class,
          "{\"containerDefinitions\":[{\"healthCheck\":{\"interval\":null}}]}",
          "$.containerDefinitions[0].healthCheck.interval: null is not a value; leave the member out");
    }
  }

  @Nested
  class Strictness {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "{\"containerDefinitions\":[{},{\"healthCheck\":{\"intervall\":1}}]} | $.containerDefinitions[1].healthCheck.intervall: unknown member",
          "{\"Family\":\"web\"} | $.Family: unknown member",
          "{\"family\":1} | $.family: expected a string, not 1",
          "{\"family\":[\"web\"]} | $.family: expected a string, not array",
          "{\"enableFaultInjection\":\"true\"} | $.enableFaultInjection: expected true or false, not string",
          "{\"enableFaultInjection\":1} | $.enableFaultInjection: expected true or false, not 1",
          "{\"containerDefinitions\":{}} | $.containerDefinitions: expected a list, not object",
          "{\"containerDefinitions\":[[]]} | $.containerDefinitions[0]: expected an object, not array",
          "{\"containerDefinitions\":[{\"memory\":\"12\"}]} | $.containerDefinitions[0].memory: expected a whole number, not string",
          "{\"containerDefinitions\":[{\"memory\":1.5}]} | $.containerDefinitions[0].memory: expected a whole number, not 1.5",
          "{\"containerDefinitions\":[{\"memory\":true}]} | $.containerDefinitions[0].memory: expected a whole number, not boolean",
          "{\"containerDefinitions\":[{\"memory\":2147483648}]} | $.containerDefinitions[0].memory: 2147483648 is not between -2147483648 and 2147483647",
          "{\"containerDefinitions\":[{\"memory\":-99999999999999999999}]} | $.containerDefinitions[0].memory: -99999999999999999999 is not between -2147483648 and 2147483647",
          "{\"containerDefinitions\":[{\"dockerLabels\":{\"team\":1}}]} | $.containerDefinitions[0].dockerLabels.team: expected a string, not 1",
          "{\"containerDefinitions\":[{\"dockerLabels\":[]}]} | $.containerDefinitions[0].dockerLabels: expected an object, not array",
        })
    void aValueThatDoesNotFitIsRejectedWithItsPath(String text, String message) {
      assertRejected(RegisterTaskDefinitionRequest.class, text, message);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "{\"canaryPercent\":\"5\"} | $.canaryPercent: expected a number, not string",
          "{\"canaryPercent\":1e999} | $.canaryPercent: 1E+999 is too large",
        })
    void aNumberWithFractionMustBeANumber(String text, String message)
        throws JsonProcessingException {
      JsonMapper exact =
          JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
      assertThatThrownBy(() -> json.decode(exact.readTree(text), CanaryConfiguration.class))
          .isInstanceOf(SdkJsonException.class)
          .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"a\"", "1", "null"})
    void theRootMustBeAnObject(String text) throws JsonProcessingException {
      assertThatThrownBy(() -> json.decode(mapper.readTree(text), Task.class))
          .isInstanceOf(SdkJsonException.class)
          .hasMessageStartingWith("$: expected an object");
    }

    @Test
    void theErrorHasPathAndProblem() {
      assertThatThrownBy(() -> json.decode(tree("{\"x\":1}"), Task.class))
          .isInstanceOfSatisfying(
              SdkJsonException.class,
              e -> {
                assertThat(e.path()).isEqualTo("$.x");
                assertThat(e.problem()).isEqualTo("unknown member");
              });
    }

    @Test
    void aBlobMustBeBase64() {
      assertRejected(
          MessageAttributeValue.class,
          "{\"BinaryValue\":\"*\"}",
          "$.BinaryValue: is not Base64: Input byte[] should at least have 2 bytes for base64 bytes");
      assertRejected(
          MessageAttributeValue.class,
          "{\"BinaryValue\":1}",
          "$.BinaryValue: expected Base64 text, not 1");
    }

    @Test
    void anEnumValueThatTheSdkDoesNotKnowIsKept() {
      ObjectNode tree = tree("{\"launchType\":\"ORBITAL\"}");
      assertThat(json.encode(json.decode(tree, CreateServiceRequest.class))).isEqualTo(tree);
    }
  }

  private <T extends SdkPojo> void assertRejected(Class<T> type, String text, String message) {
    assertThatThrownBy(() -> json.decode(tree(text), type))
        .isInstanceOf(SdkJsonException.class)
        .hasMessage(message);
  }

  @Test
  void noIdempotencyTokenIsGenerated() {
    assertThat(json.encode(RunTaskRequest.builder().cluster("prod").build()))
        .isEqualTo(tree("{\"cluster\":\"prod\"}"));
    assertThat(json.encode(RunTaskRequest.builder().clientToken("abc").build()))
        .isEqualTo(tree("{\"clientToken\":\"abc\"}"));
  }

  @Test
  void aBuilderIsFilled() {
    CreateServiceRequest request =
        json.decode(tree("{\"serviceName\":\"web\"}"), CreateServiceRequest.builder());
    assertThat(request).isEqualTo(CreateServiceRequest.builder().serviceName("web").build());
  }

  @Nested
  class Timestamps {

    @ParameterizedTest
    @CsvSource({
      "2026-09-16T10:32:36.693Z, 1789554756.693",
      "2026-09-16T10:32:36Z, 1789554756",
      "2026-09-16T10:32:40Z, 1789554760",
      "1970-01-01T00:00:00Z, 0",
      "1969-12-31T23:59:58.500Z, -1.5",
      "2026-09-16T10:32:36.000000001Z, 1789554756.000000001",
    })
    void areEpochSecondsWithAFraction(Instant instant, String wire) throws JsonProcessingException {
      ObjectNode tree = json.encode(Task.builder().createdAt(instant).build());
      assertThat(mapper.writeValueAsString(tree)).isEqualTo("{\"createdAt\":" + wire + "}");
      assertThat(json.decode(tree, Task.class).createdAt()).isEqualTo(instant);
    }

    @Test
    void areReadInTheFormatOfEcs() {
      assertThat(json.decode(tree("{\"createdAt\":1.789551556693E9}"), Task.class).createdAt())
          .isEqualTo(Instant.ofEpochMilli(1_789_551_556_693L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"2026-09-16T10:32:36Z\"", "\"1\"", "true", "1e40"})
    void rejectOtherValues(String value) {
      assertThatThrownBy(() -> json.decode(tree("{\"createdAt\":" + value + "}"), Task.class))
          .isInstanceOf(SdkJsonException.class)
          .hasMessageStartingWith("$.createdAt: ");
    }
  }

  @Nested
  class Documents {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "null",
          "true",
          "\"text\"",
          "12",
          "1.25",
          "[]",
          "{}",
          "[1, null, {\"a\": [\"b\", {}]}]",
          "{\"a\": null, \"b\": {\"c\": [false]}}"
        })
    void areAnyJson(String document) {
      ObjectNode tree = tree("{\"hookDetails\":" + document + "}");
      assertThat(json.encode(json.decode(tree, DeploymentLifecycleHook.class)).toString())
          .isEqualTo(tree.toString());
    }

    @Test
    void areSdkDocuments() {
      assertThat(
              json.decode(
                      tree("{\"hookDetails\":{\"a\":[1,\"b\"]}}"), DeploymentLifecycleHook.class)
                  .hookDetails())
          .isEqualTo(
              Document.mapBuilder()
                  .putList("a", list -> list.addNumber("1").addString("b"))
                  .build());
    }
  }

  @Test
  void blobsAreBase64() {
    MessageAttributeValue value =
        MessageAttributeValue.builder()
            .binaryValue(SdkBytes.fromByteArray(new byte[] {-1, 0, 1}))
            .build();
    assertThat(json.encode(value)).isEqualTo(tree("{\"BinaryValue\":\"/wAB\"}"));
    assertThat(json.decode(json.encode(value), MessageAttributeValue.class)).isEqualTo(value);
  }

  @Test
  void nanAndInfinityAreStrings() {
    CanaryConfiguration infinite =
        CanaryConfiguration.builder().canaryPercent(Double.NEGATIVE_INFINITY).build();
    assertThat(json.encode(infinite)).isEqualTo(tree("{\"canaryPercent\":\"-Infinity\"}"));
    assertThat(json.decode(json.encode(infinite), CanaryConfiguration.class)).isEqualTo(infinite);
  }

  @Test
  void aHandwrittenTaskDefinitionIsRead() {
    ObjectNode tree =
        tree(
            """
            {"family": "web", "cpu": "256", "networkMode": "awsvpc",
             "containerDefinitions": [{"name": "web", "image": "nginx:1.29", "essential": true,
              "environment": [{"name": "MODE", "value": ""}], "command": []}]}""");

    RegisterTaskDefinitionRequest request = json.decode(tree, RegisterTaskDefinitionRequest.class);

    assertThat(request.containerDefinitions())
        .containsExactly(
            ContainerDefinition.builder()
                .name("web")
                .image("nginx:1.29")
                .essential(true)
                .environment(KeyValuePair.builder().name("MODE").value("").build())
                .command(List.of())
                .build());
    assertThat(json.encode(request)).isEqualTo(tree);
  }
}
