package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.sdkschema.SdkJson;
import io.ecsoperator.sdkschema.SdkJsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.ecs.EcsClient;

/** Reads AWS JSON 1.1 requests into the SDK's types. */
final class RequestReader {
  private static final String TARGET_PREFIX = "AmazonEC2ContainerServiceV20141113.";

  private final CredentialScope credentialScope;
  private final ObjectMapper mapper;
  private final ServiceModel model;

  RequestReader(Scope standard, SdkJson codec, ObjectMapper mapper) {
    this.credentialScope = new CredentialScope(standard);
    this.model = new ServiceModel(EcsClient.class, codec);
    this.mapper = mapper;
  }

  Received read(WireRequest request) {
    Scope scope = credentialScope.of(request);
    String target = request.target().orElse("");
    String operation =
        target.startsWith(TARGET_PREFIX) ? target.substring(TARGET_PREFIX.length()) : target;
    try {
      return read(scope, operation, parse(request.body()));
    } catch (EcsError e) {
      JsonNode nothing = JsonNodeFactory.instance.objectNode();
      return new Received(scope, operation, nothing, Optional.empty(), Optional.of(e));
    }
  }

  Received read(Scope scope, String operation, JsonNode body) {
    try {
      return new Received(
          scope, operation, body, Optional.of(typed(operation, body)), Optional.empty());
    } catch (EcsError e) {
      return new Received(scope, operation, body, Optional.empty(), Optional.of(e));
    }
  }

  private JsonNode parse(byte[] body) {
    try {
      JsonNode tree =
          body.length == 0 ? JsonNodeFactory.instance.objectNode() : mapper.readTree(body);
      if (!tree.isObject()) {
        throw unreadable("The body is not a JSON object.");
      }
      return tree;
    } catch (JacksonException e) {
      throw unreadable(e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SdkRequest typed(String operation, JsonNode body) {
    try {
      SdkRequest request =
          model
              .read(operation, body)
              .orElseThrow(
                  () ->
                      new EcsError(
                          "UnknownOperationException",
                          "ECS has no operation \"" + operation + "\"."));
      if (NullItems.in(request)) {
        throw unreadable("A list of the request contains null.");
      }
      return request;
    } catch (SdkJsonException e) {
      throw unreadable(e.getMessage());
    }
  }

  private static EcsError unreadable(@Nullable String problem) {
    return new EcsError("SerializationException", problem);
  }
}
