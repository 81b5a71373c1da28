package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.localecs.calls.CallLog;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.region.Regions;
import io.ecsoperator.localecs.weather.Fault;
import io.ecsoperator.localecs.weather.Faults;
import io.ecsoperator.localecs.world.World;
import io.ecsoperator.sdkschema.SdkJson;
import io.ecsoperator.sdkschema.SdkJsonException;
import io.ecsoperator.sdkschema.SdkOperation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * One call from its bytes to the bytes of its answer, whichever way it came. The caller's thread
 * parses, waits and encodes; only the operation itself runs on the world's thread.
 */
public final class Endpoint {
  private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);
  private static final String TARGET_PREFIX = "AmazonEC2ContainerServiceV20141113.";

  private final World world;
  private final Regions regions;
  private final Faults faults;
  private final CallLog calls;
  private final Duration latency;
  private final CredentialScope credentialScope;
  private final InstantSource wallClock;
  private final Map<String, SdkOperation> model = SdkOperation.all(EcsClient.class);
  private final SdkJson codec = new SdkJson();
  private final ObjectMapper mapper = new ObjectMapper();

  /**
   * @param standard account and region of calls that do not name theirs
   * @param latency wall time that every call waits before it is carried out
   */
  public Endpoint(
      World world,
      Regions regions,
      Faults faults,
      CallLog calls,
      Scope standard,
      Duration latency,
      InstantSource wallClock) {
    this.world = world;
    this.regions = regions;
    this.faults = faults;
    this.calls = calls;
    this.latency = latency;
    this.credentialScope = new CredentialScope(standard);
    this.wallClock = wallClock;
  }

  /** What the operation came to: an answer or a refusal, and whether the caller gets to know. */
  private record Outcome(Optional<SdkResponse> answer, Optional<EcsError> error) {
    static Outcome answered(SdkResponse answer) {
      return new Outcome(Optional.of(answer), Optional.empty());
    }

    static Outcome refused(EcsError error) {
      return new Outcome(Optional.empty(), Optional.of(error));
    }
  }

  WireAnswer handle(WireRequest request) {
    String requestId = UUID.randomUUID().toString();
    Scope scope = credentialScope.of(request);
    String target = request.target().orElse("");
    String operation =
        target.startsWith(TARGET_PREFIX) ? target.substring(TARGET_PREFIX.length()) : target;
    Optional<Fault> fault = faults.strike(operation);
    pause(latency);
    if (fault.orElse(null) instanceof Fault.Delay(Duration by)) {
      pause(by);
    }
    Optional<Fault.Loss> loss =
        fault.orElse(null) instanceof Fault.LostAnswer(Fault.Loss how)
            ? Optional.of(how)
            : Optional.empty();
    JsonNode tree = JsonNodeFactory.instance.objectNode();
    Optional<EcsError> refusal = Optional.empty();
    Optional<SdkRequest> typed = Optional.empty();
    try {
      if (fault.orElse(null) instanceof Fault.Refusal(String type, String message, int status)) {
        refusal = Optional.of(new EcsError(type, message, status));
      }
      tree = parse(request.body());
      typed = Optional.of(read(operation, tree));
    } catch (EcsError e) {
      refusal = refusal.or(() -> Optional.of(e));
    }
    Outcome outcome = carryOut(operation, scope, tree, typed, refusal, loss.isPresent(), requestId);
    return loss.isPresent() ? lost(loss.get(), requestId) : answer(outcome, requestId);
  }

  private Outcome carryOut(
      String operation,
      Scope scope,
      JsonNode tree,
      Optional<SdkRequest> typed,
      Optional<EcsError> refusal,
      boolean answerLost,
      String requestId) {
    return world.call(
        () -> {
          Outcome outcome =
              refusal
                  .map(Outcome::refused)
                  .orElseGet(() -> perform(operation, scope, typed.orElseThrow()));
          calls.add(
              sequence ->
                  new Call(
                      sequence,
                      wallClock.instant(),
                      world.now(),
                      scope,
                      operation,
                      tree,
                      outcome.error().map(EcsError::type),
                      answerLost,
                      requestId));
          return outcome;
        });
  }

  private Outcome perform(String operation, Scope scope, SdkRequest request) {
    try {
      OperationTable.Entry<?> entry =
          regions
              .in(scope)
              .operations()
              .find(operation)
              .orElseThrow(
                  () ->
                      new EcsError(
                          "UnsupportedFeatureException",
                          "local-ecs does not support " + operation + "."));
      return Outcome.answered(entry.handle(request));
    } catch (EcsError e) {
      return Outcome.refused(e);
    } catch (RuntimeException e) {
      LOG.error("{} failed by a fault of local-ecs: {}", operation, request, e);
      return Outcome.refused(new EcsError("ServerException", "local-ecs has a fault: " + e, 500));
    }
  }

  private JsonNode parse(byte[] body) {
    try {
      JsonNode tree =
          body.length == 0 ? JsonNodeFactory.instance.objectNode() : mapper.readTree(body);
      if (!tree.isObject()) {
        throw new EcsError("SerializationException", "The body is not a JSON object.");
      }
      return tree;
    } catch (JacksonException e) {
      throw new EcsError("SerializationException", e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SdkRequest read(String operation, JsonNode tree) {
    SdkOperation known = model.get(operation);
    if (known == null) {
      throw new EcsError(
          "UnknownOperationException", "ECS has no operation \"" + operation + "\".");
    }
    try {
      SdkRequest empty = codec.decode(JsonNodeFactory.instance.objectNode(), known.requestType());
      return codec.decode(KnownMembers.only(empty.sdkFields(), tree), known.requestType());
    } catch (SdkJsonException e) {
      throw new EcsError("SerializationException", e.getMessage());
    }
  }

  private WireAnswer answer(Outcome outcome, String requestId) {
    return outcome
        .error()
        .map(error -> complete(error.status(), requestId, errorBody(error)))
        .orElseGet(() -> complete(200, requestId, codec.encode(outcome.answer().orElseThrow())));
  }

  private WireAnswer lost(Fault.Loss how, String requestId) {
    return switch (how) {
      case CONNECTION_CLOSED -> new WireAnswer.ConnectionClosed();
      case TIMEOUT -> new WireAnswer.Silence();
      case SERVER_ERROR ->
          complete(
              500,
              requestId,
              errorBody(new EcsError("ServerException", "The answer was lost on purpose.", 500)));
    };
  }

  private static ObjectNode errorBody(EcsError error) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("__type", error.type())
            .put("message", error.getMessage());
    if (!error.resourceIds().isEmpty()) {
      error.resourceIds().forEach(body.putArray("resourceIds")::add);
    }
    return body;
  }

  private WireAnswer complete(int status, String requestId, ObjectNode body) {
    try {
      return new WireAnswer.Complete(status, requestId, mapper.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting out the latency.", e);
    }
  }
}
