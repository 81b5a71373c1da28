package io.ecsoperator.controlplane.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A response of the API server. The body is not to be changed. */
public record ApiResponse(int code, JsonNode body) {

  static ApiResponse ok(ObjectNode object) {
    return new ApiResponse(200, object);
  }

  /** A refusal, as a {@code Status}. */
  public static ApiResponse refused(int code, String reason, String message) {
    return new ApiResponse(
        code,
        JsonNodeFactory.instance
            .objectNode()
            .put("kind", "Status")
            .put("apiVersion", "v1")
            .put("status", "Failure")
            .put("message", message)
            .put("reason", reason)
            .put("code", code));
  }
}
