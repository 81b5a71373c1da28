package io.ecsoperator.operator.kinds.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.ResolvedReferences;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was observed of a task.
 *
 * @param tasks one observation for each task of the current attempt
 * @param instance what the first task runs on; read only where ECS names it, and while the task has
 *     not stopped
 * @param revision the task definition of the attempt; read only once its tasks have stopped
 */
record TaskObservation(
    ResolvedReferences references,
    List<Observation> tasks,
    Optional<Observation> instance,
    Optional<Observation> revision) {

  Optional<Observation.Unknown> unknown() {
    return Stream.concat(tasks.stream(), revision.stream())
        .filter(Observation.Unknown.class::isInstance)
        .map(Observation.Unknown.class::cast)
        .findFirst();
  }

  List<ObjectNode> present() {
    return tasks.stream()
        .filter(Observation.Present.class::isInstance)
        .map(reading -> ((Observation.Present) reading).tree())
        .toList();
  }

  /** The container instance; a failed read of it does not hold up the task. */
  Optional<ObjectNode> presentInstance() {
    return instance
        .filter(Observation.Present.class::isInstance)
        .map(reading -> ((Observation.Present) reading).tree());
  }

  JsonNode body() {
    return revision
        .filter(Observation.Present.class::isInstance)
        .<JsonNode>map(reading -> ((Observation.Present) reading).tree())
        .orElseGet(MissingNode::getInstance);
  }

  static boolean isStopped(Observation task) {
    return task instanceof Observation.Present(ObjectNode tree)
        && tree.path("lastStatus").asText().equals("STOPPED");
  }
}
