package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.sdkschema.SdkJson;
import java.io.UncheckedIOException;
import java.util.Map;
import software.amazon.awssdk.core.SdkResponse;

/** Writes answers and errors as AWS JSON 1.1. */
final class AnswerWriter {
  static final String REQUEST_ID = "x-amzn-RequestId";

  private static final String CONTENT_TYPE = "application/x-amz-json-1.1";

  private final SdkJson codec;
  private final ObjectMapper mapper;

  AnswerWriter(SdkJson codec, ObjectMapper mapper) {
    this.codec = codec;
    this.mapper = mapper;
  }

  WireAnswer.Complete write(SdkResponse answer, String requestId) {
    return complete(200, requestId, codec.encode(answer));
  }

  WireAnswer.Complete write(ObjectNode answer, String requestId) {
    return complete(200, requestId, answer);
  }

  WireAnswer.Complete write(EcsError error, String requestId) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("__type", error.type())
            .put("message", error.getMessage());
    if (!error.resourceIds().isEmpty()) {
      error.resourceIds().forEach(body.putArray("resourceIds")::add);
    }
    return complete(error.status(), requestId, body);
  }

  private WireAnswer.Complete complete(int status, String requestId, ObjectNode body) {
    try {
      return new WireAnswer.Complete(
          status,
          Map.of("Content-Type", CONTENT_TYPE, REQUEST_ID, requestId),
          mapper.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
