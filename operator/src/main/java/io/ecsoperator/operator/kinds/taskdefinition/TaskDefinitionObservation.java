package io.ecsoperator.operator.kinds.taskdefinition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.Observation;
import java.util.List;
import java.util.Optional;

/**
 * What there is of a task definition.
 *
 * @param confirmed whether the revision that the status names is known to be active, for an object
 *     that was settled on it: then nothing else is looked for
 * @param recorded the revision that the status names
 * @param newest the newest active revision of the family; looked for only where it may matter
 * @param followers the services that are to have the newest revision as their target
 */
record TaskDefinitionObservation(
    boolean confirmed,
    Optional<Observation> recorded,
    Optional<Observation> newest,
    List<Follower> followers) {

  static TaskDefinitionObservation confirmed(List<Follower> followers) {
    return new TaskDefinitionObservation(true, Optional.empty(), Optional.empty(), followers);
  }

  static TaskDefinitionObservation of(
      Optional<Observation> recorded, Optional<Observation> newest, List<Follower> followers) {
    return new TaskDefinitionObservation(false, recorded, newest, followers);
  }

  /**
   * A service that refers to the object.
   *
   * @param target ARN of the revision that it is told to run; empty before it is created
   */
  record Follower(String service, Optional<String> target) {}

  static Optional<ObjectNode> active(Optional<Observation> reading) {
    return reading
        .filter(Observation.Present.class::isInstance)
        .map(present -> ((Observation.Present) present).tree())
        .filter(revision -> revision.path("status").asText().equals("ACTIVE"));
  }

  Optional<Observation.Unknown> unknown() {
    return recorded
        .filter(Observation.Unknown.class::isInstance)
        .or(() -> newest.filter(Observation.Unknown.class::isInstance))
        .map(Observation.Unknown.class::cast);
  }
}
