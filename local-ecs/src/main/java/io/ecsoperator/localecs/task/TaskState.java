package io.ecsoperator.localecs.task;

import java.util.Set;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/**
 * Where a task is in its life.
 *
 * @param task as ECS shows it, but for its tags
 * @param started the containers that were told to start
 */
public record TaskState(Task task, TaskDefinition definition, Set<String> started) {
  public TaskState {
    started = Set.copyOf(started);
  }

  /** Whether it is meant to run on. */
  public boolean isWanted() {
    return task.desiredStatus().equals("RUNNING");
  }

  public TaskStatus status() {
    return TaskStatus.valueOf(task.lastStatus());
  }

  TaskState with(Task changed) {
    return new TaskState(changed, definition, started);
  }
}
