package io.ecsoperator.sdkschema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;

/** The codec against the SDK's own marshaller and unmarshaller. */
class SdkWireTest {
  private static final SortedMap<String, SdkOperation> OPERATIONS =
      SdkOperation.all(EcsClient.class);

  private final SdkJson json = new SdkJson();
  private final Wire wire = new Wire();
  private final EcsClient client =
      EcsClient.builder()
          .httpClient(wire)
          .region(Region.EU_CENTRAL_1)
          .credentialsProvider(AnonymousCredentialsProvider.create())
          .build();

  /** A request and a response of an operation. */
  record Exchange(SdkOperation operation, SdkRequest request, SdkResponse response) {}

  @Provide
  Arbitrary<List<Exchange>> exchanges() {
    List<Arbitrary<Exchange>> ofEach =
        OPERATIONS.values().stream()
            .map(
                operation ->
                    Combinators.combine(
                            SdkArbitraries.instancesOf(operation.requestType()),
                            SdkArbitraries.instancesOf(operation.responseType()))
                        .as((request, response) -> new Exchange(operation, request, response)))
            .toList();
    return Combinators.combine(ofEach).as(List::copyOf);
  }

  @Property(tries = 10, edgeCases = EdgeCasesMode.NONE)
  void codecAndSdkWriteAndReadTheSame(@ForAll("exchanges") List<Exchange> exchanges) {
    for (Exchange exchange : exchanges) {
      ObjectNode response = json.encode(exchange.response());
      wire.respondWith(response);

      SdkResponse answered = exchange.operation().call(client, exchange.request());

      ObjectNode sent = wire.sent();
      ObjectNode encoded = json.encode(exchange.request());
      if (!encoded.has("clientToken")) {
        // The SDK invents one.
        sent.remove("clientToken");
      }
      assertThat(plain(encoded)).isEqualTo(plain(sent));
      assertThat(plain(json.encode(answered))).isEqualTo(plain(response));
    }
  }

  @Test
  void theSdkGeneratesATokenAndTheCodecDoesNot() {
    wire.respondWith(new ObjectMapper().createObjectNode());
    client.runTask(RunTaskRequest.builder().taskDefinition("web").build());

    assertThat(wire.sent().path("clientToken").asText()).isNotEmpty();
  }

  /** Numbers in one form: 1.0 and 1 are the same on the wire. */
  private static JsonNode plain(JsonNode tree) {
    return switch (tree.getNodeType()) {
      case NUMBER -> TextNode.valueOf(tree.decimalValue().stripTrailingZeros().toPlainString());
      case OBJECT -> {
        ObjectNode object = new ObjectMapper().createObjectNode();
        tree.properties().forEach(member -> object.set(member.getKey(), plain(member.getValue())));
        yield object;
      }
      case ARRAY -> {
        var array = new ObjectMapper().createArrayNode();
        tree.forEach(item -> array.add(plain(item)));
        yield array;
      }
      default -> tree;
    };
  }

  /** An HTTP client without a network: records requests and returns prepared responses. */
  private static final class Wire implements SdkHttpClient {
    private final ObjectMapper mapper = new ObjectMapper();
    private byte[] answer = {};
    private ObjectNode sent = mapper.createObjectNode();

    void respondWith(ObjectNode body) {
      answer = body.toString().getBytes(StandardCharsets.UTF_8);
    }

    ObjectNode sent() {
      return sent;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() throws IOException {
          try (var body = request.contentStreamProvider().orElseThrow().newStream()) {
            sent = (ObjectNode) mapper.readTree(body);
          }
          return HttpExecuteResponse.builder()
              .response(SdkHttpResponse.builder().statusCode(200).headers(Map.of()).build())
              .responseBody(AbortableInputStream.create(new ByteArrayInputStream(answer)))
              .build();
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }
}
