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
 * @param request the request body as received
 */
public record Call(
    long sequence,
    Instant wallTime,
    Instant worldTime,
    Caller caller,
    String operation,
    JsonNode request,
    String requestId,
    Result result) {

  /**
   * Who made the call.
   *
   * @param scope the account and region that the call was made for
   * @param accessKey id of the access key that signed the call
   */
  public record Caller(Scope scope, Optional<String> accessKey) {}

  /**
   * How the call ended.
   *
   * @param error the error type; empty when the operation succeeded
   * @param answerLost whether the caller got no answer, or a made-up failure, although the world
   *     carried out the call
   */
  public record Result(Optional<String> error, boolean answerLost) {}

  /** The error type; empty when the operation succeeded. */
  public Optional<String> error() {
    return result.error();
  }

  /** Whether the caller got no answer, although the world carried out the call. */
  public boolean answerLost() {
    return result.answerLost();
  }

  /** Whether the operation succeeded. Its answer may still have been lost. */
  public boolean succeeded() {
    return error().isEmpty();
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
            .put("account", caller.scope().account())
            .put("region", caller.scope().region())
            .put("operation", operation)
            .put("requestId", requestId)
            .put("outcome", error().orElse("OK"))
            .put("answerLost", answerLost());
    caller.accessKey().ifPresent(key -> json.put("accessKey", key));
    clientToken().ifPresent(token -> json.put("clientToken", token));
    json.set("request", request);
    return json;
  }
}
