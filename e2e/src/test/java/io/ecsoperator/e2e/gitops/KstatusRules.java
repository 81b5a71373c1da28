package io.ecsoperator.e2e.gitops;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The rules of kstatus, which Helm 4 and Flux follow, and of {@code kubectl wait}, for a custom
 * resource.
 */
final class KstatusRules {
  private KstatusRules() {}

  /** The status that kstatus computes. */
  static String status(JsonNode object) {
    JsonNode status = object.path("status");
    if (object.path("metadata").has("deletionTimestamp")) {
      return "Terminating";
    }
    if (status.has("observedGeneration") && !isOfGeneration(object, status)) {
      return "InProgress";
    }
    if (is(object, "Reconciling", "True")) {
      return "InProgress";
    }
    if (is(object, "Stalled", "True")) {
      return "Failed";
    }
    if (is(object, "Ready", "False") || is(object, "Ready", "Unknown")) {
      return "InProgress";
    }
    return "Current";
  }

  /** Whether {@code kubectl wait --for=condition=<type>} ends. */
  static boolean waitEnds(JsonNode object, String type) {
    for (JsonNode condition : object.at("/status/conditions")) {
      if (condition.path("type").asText().equals(type)) {
        JsonNode observedBy =
            condition.has("observedGeneration") ? condition : object.path("status");
        return condition.path("status").asText().equals("True")
            && (!observedBy.has("observedGeneration") || isOfGeneration(object, observedBy));
      }
    }
    return false;
  }

  private static boolean isOfGeneration(JsonNode object, JsonNode observedBy) {
    return observedBy.path("observedGeneration").asLong()
        == object.at("/metadata/generation").asLong();
  }

  private static boolean is(JsonNode object, String type, String value) {
    for (JsonNode condition : object.at("/status/conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition.path("status").asText().equals(value);
      }
    }
    return false;
  }
}
