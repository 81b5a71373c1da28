package io.ecsoperator.operator.kinds.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.References;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was observed of a task.
 *
 * @param tasks one observation for each task of the current attempt
 * @param instance the container instance of the first task; read only if ECS names one and the task
 *     has not stopped
 * @param revision the task definition of the attempt; read only once its tasks have stopped, or ECS
 *     gives reasons that may repeat its values
 */
record TaskObservation(
    References.Resolved references,
    List<Observation> tasks,
    Optional<Observation> instance,
    Optional<Observation> revision) {

  Optional<Observation.Unknown> unknown() {
    return Stream.concat(tasks.stream(), revision.stream())
        .filter(Observation.Unknown.class::isInstance)
        .map(Observation.Unknown.class::cast)
        .findFirst();
  }

  List<DescribedTask> present() {
    JsonNode definition =
        revision
            .flatMap(TaskObservation::tree)
            .map(JsonNode.class::cast)
            .orElseGet(MissingNode::getInstance);
    return tasks.stream()
        .flatMap(task -> tree(task).map(json -> new DescribedTask(json, definition)).stream())
        .toList();
  }

  /** The container instance; a failed read of it does not hold up the task. */
  Optional<DescribedContainerInstance> presentInstance() {
    return instance.flatMap(TaskObservation::tree).map(DescribedContainerInstance::new);
  }

  TaskContainers taskContainers() {
    return revision
        .flatMap(TaskObservation::tree)
        .map(TaskContainers::new)
        .orElse(TaskContainers.UNKNOWN);
  }

  static boolean hasReasons(Observation task) {
    return tree(task).map(DescribedTask::new).filter(DescribedTask::hasReasons).isPresent();
  }

  static boolean isStopped(Observation task) {
    return tree(task).map(DescribedTask::new).filter(DescribedTask::isStopped).isPresent();
  }

  private static Optional<ObjectNode> tree(Observation observation) {
    return observation instanceof Observation.Present(ObjectNode tree)
        ? Optional.of(tree)
        : Optional.empty();
  }
}
