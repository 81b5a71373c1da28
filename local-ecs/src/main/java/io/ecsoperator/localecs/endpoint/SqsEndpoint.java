package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.sqs.SqsError;
import io.ecsoperator.localecs.sqs.SqsOperations;
import io.ecsoperator.sdkschema.SdkJson;
import io.ecsoperator.sdkschema.SdkJsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.sqs.SqsClient;

/** SQS in AWS JSON 1.0, beside ECS on the same port. Quotas, lag and faults do not apply to it. */
public final class SqsEndpoint implements WireHandler {
  static final String TARGET_PREFIX = "AmazonSQS.";

  private static final String CONTENT_TYPE = "application/x-amz-json-1.0";
  private static final String NAMESPACE = "com.amazonaws.sqs#";

  private final CredentialScope credentialScope;
  private final SqsOperations operations;
  private final ObjectMapper mapper = new ObjectMapper();
  private final SdkJson codec = new SdkJson();
  private final ServiceModel model = new ServiceModel(SqsClient.class, codec);

  /**
   * @param standard account and region of calls with a signature that names none
   */
  public SqsEndpoint(Scope standard, SqsOperations operations) {
    this.credentialScope = new CredentialScope(standard);
    this.operations = operations;
  }

  @Override
  public WireAnswer handle(WireRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", CONTENT_TYPE);
    headers.put(AnswerWriter.REQUEST_ID, UUID.randomUUID().toString());
    SqsOperations.Caller caller =
        new SqsOperations.Caller(
            credentialScope.of(request), "http://" + request.host().orElse("local-ecs"));
    try {
      return complete(200, headers, codec.encode(operations.carryOut(caller, read(request))));
    } catch (SqsError e) {
      headers.put("x-amzn-query-error", e.queryCode() + ";Sender");
      return complete(400, headers, error(NAMESPACE + e.type(), e.getMessage()));
    } catch (UnreadableException e) {
      return complete(400, headers, error(e.type, e.getMessage()));
    }
  }

  private SdkRequest read(WireRequest request) throws UnreadableException {
    String operation = request.target().orElse("").substring(TARGET_PREFIX.length());
    try {
      JsonNode body =
          request.body().length == 0
              ? JsonNodeFactory.instance.objectNode()
              : mapper.readTree(request.body());
      return model
          .read(operation, body)
          .orElseThrow(
              () ->
                  new UnreadableException(
                      "UnknownOperationException", "SQS has no operation \"" + operation + "\"."));
    } catch (JacksonException e) {
      throw new UnreadableException("SerializationException", e.getOriginalMessage());
    } catch (SdkJsonException e) {
      throw new UnreadableException("SerializationException", e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode error(String type, @Nullable String message) {
    return JsonNodeFactory.instance.objectNode().put("__type", type).put("message", message);
  }

  private WireAnswer.Complete complete(int status, Map<String, String> headers, ObjectNode body) {
    try {
      return new WireAnswer.Complete(status, headers, mapper.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String type;

    UnreadableException(String type, @Nullable String message) {
      super(message);
      this.type = type;
    }
  }
}
