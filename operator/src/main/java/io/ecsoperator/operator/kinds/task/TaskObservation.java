package io.ecsoperator.operator.kinds.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Reference;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What there is of a task.
 *
 * @param taskDefinition empty where the spec names none
 * @param tasks one reading for each task of the current attempt
 * @param instance what the first task runs on; looked for only where ECS names it, and while the
 *     task has not stopped
 * @param revision the task definition of the attempt; looked for only once its tasks have stopped
 */
record TaskObservation(
    Reference cluster,
    Optional<Reference> taskDefinition,
    List<Observation> tasks,
    Optional<Observation> instance,
    Optional<Observation> revision) {

  Optional<Observation.Unknown> unknown() {
    return Stream.concat(tasks.stream(), revision.stream())
        .filter(Observation.Unknown.class::isInstance)
        .map(Observation.Unknown.class::cast)
        .findFirst();
  }

  /** What a reference waits for. */
  Optional<String> waiting() {
    return Stream.concat(Stream.of(cluster), taskDefinition.stream())
        .filter(Reference.Waiting.class::isInstance)
        .map(reference -> ((Reference.Waiting) reference).message())
        .findFirst();
  }

  List<ObjectNode> present() {
    return tasks.stream()
        .filter(Observation.Present.class::isInstance)
        .map(reading -> ((Observation.Present) reading).tree())
        .toList();
  }

  /** What is known of the container instance; what cannot be read is no reason to wait. */
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
