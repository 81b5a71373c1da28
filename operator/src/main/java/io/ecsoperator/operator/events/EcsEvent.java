package io.ecsoperator.operator.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsLocation;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/** What an event of EventBridge says about ECS. */
sealed interface EcsEvent {
  /** The sort of event, as a value of metrics. */
  String type();

  /** When it happened. */
  Instant time();

  /**
   * Resources have changed.
   *
   * @param arns of the resources
   * @param version the version of the resource that it led to; 0 for a resource without versions
   * @param detail what the event describes
   */
  record Changed(String type, Instant time, List<String> arns, long version, ObjectNode detail)
      implements EcsEvent {}

  /** A client called the API of ECS, as CloudTrail reports it. */
  record Called(String type, Instant time, String operation, ObjectNode request)
      implements EcsEvent {}

  /** An event that says nothing about a resource in this account and region. */
  record Irrelevant(String type, Instant time) implements EcsEvent {}

  /** Reads events. */
  final class Reader {
    private static final String OTHER = "other";

    private final ObjectMapper mapper = new ObjectMapper();

    /**
     * @param body of a message: an envelope of EventBridge
     * @param home the account and region that the operator runs for; empty while it is not known
     * @return empty if the body is no such envelope
     */
    Optional<EcsEvent> read(String body, Optional<AwsLocation> home) {
      try {
        JsonNode envelope = mapper.readTree(body);
        Instant time = Instant.parse(envelope.path("time").asText());
        JsonNode detail = envelope.path("detail");
        return detail.isObject() && envelope.path("detail-type").isTextual()
            ? Optional.of(read(envelope, (ObjectNode) detail, time, home))
            : Optional.empty();
      } catch (JsonProcessingException | DateTimeParseException e) {
        return Optional.empty();
      }
    }

    private static EcsEvent read(
        JsonNode envelope, ObjectNode detail, Instant time, Optional<AwsLocation> home) {
      boolean isHere =
          home.filter(
                  location ->
                      !location.account().equals(envelope.path("account").asText())
                          || !location.region().equals(envelope.path("region").asText()))
              .isEmpty();
      if (!isHere || !envelope.path("source").asText().equals("aws.ecs")) {
        return new Irrelevant(OTHER, time);
      }
      return switch (envelope.path("detail-type").asText()) {
        case "ECS Task State Change" -> versioned("task", time, detail, "taskArn");
        case "ECS Container Instance State Change" ->
            versioned("container-instance", time, detail, "containerInstanceArn");
        case "ECS Service Action" -> unversioned("service", time, envelope, detail);
        case "ECS Deployment State Change" -> unversioned("deployment", time, envelope, detail);
        case "AWS API Call via CloudTrail" -> called(time, detail);
        default -> new Irrelevant(OTHER, time);
      };
    }

    private static EcsEvent versioned(
        String type, Instant time, ObjectNode detail, String arnMember) {
      return new Changed(
          type,
          time,
          List.of(detail.path(arnMember).asText()),
          Math.max(1, detail.path("version").asLong()),
          detail);
    }

    private static EcsEvent unversioned(
        String type, Instant time, JsonNode envelope, ObjectNode detail) {
      List<String> arns = envelope.path("resources").valueStream().map(JsonNode::asText).toList();
      return new Changed(type, time, arns, 0, detail);
    }

    /** A call that ECS refused has changed nothing. */
    private static EcsEvent called(Instant time, ObjectNode detail) {
      return detail.has("errorCode")
          ? new Irrelevant("api-call", time)
          : new Called(
              "api-call",
              time,
              detail.path("eventName").asText(),
              detail.path("requestParameters") instanceof ObjectNode request
                  ? request
                  : JsonNodeFactory.instance.objectNode());
    }
  }
}
