package io.ecsoperator.localecs.calls;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.protocol.Scope;
import java.time.Instant;
import java.util.Optional;

/**
 * One call. Calls are numbered in the order in which the world carried them out.
 *
 * @param sequence counts from 1 since start or reset
 * @param accessKey id of the access key that signed the call
 * @param error the error type; empty when the operation succeeded
 * @param answerLost whether the caller got no answer, or a made-up failure, although the world
 *     carried out the call
 * @param request the request body as received
 */
public record Call(
    long sequence,
    Instant wallTime,
    Instant worldTime,
    Scope scope,
    Optional<String> accessKey,
    String operation,
    JsonNode request,
    Optional<String> error,
    boolean answerLost,
    String requestId) {

  /** Whether the operation succeeded. Its answer may still have been lost. */
  public boolean succeeded() {
    return error.isEmpty();
  }

  /** Whether the operation is a write. */
  public boolean isWrite() {
    return isWrite(operation);
  }

  /** Whether {@code operation} is a write, judged by its name. */
  public static boolean isWrite(String operation) {
    return !operation.startsWith("Describe")
        && !operation.startsWith("List")
        && !operation.startsWith("Get")
        && !operation.startsWith("Discover");
  }

  public Optional<String> clientToken() {
    return Optional.ofNullable(request.get("clientToken")).map(JsonNode::asText);
  }

  /** The call as {@code GET /_local/calls} shows it. */
  public ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("sequence", sequence)
            .put("wallTime", wallTime.toString())
            .put("worldTime", worldTime.toString())
            .put("account", scope.account())
            .put("region", scope.region())
            .put("operation", operation)
            .put("requestId", requestId)
            .put("outcome", error.orElse("OK"))
            .put("answerLost", answerLost);
    accessKey.ifPresent(key -> json.put("accessKey", key));
    clientToken().ifPresent(token -> json.put("clientToken", token));
    json.set("request", request);
    return json;
  }
}
