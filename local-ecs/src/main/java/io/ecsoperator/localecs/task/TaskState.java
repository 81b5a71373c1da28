package io.ecsoperator.localecs.task;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/**
 * Where a task is in its life.
 *
 * @param task as ECS shows it, but for its tags
 * @param started the containers that were told to start
 * @param protectedUntil until when the scheduler of its service may not stop it
 */
public record TaskState(
    Task task, TaskDefinition definition, Set<String> started, Optional<Instant> protectedUntil) {
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
    return new TaskState(changed, definition, started, protectedUntil);
  }

  TaskState withStarted(Set<String> containers) {
    return new TaskState(task, definition, containers, protectedUntil);
  }

  TaskState withProtection(Optional<Instant> until) {
    return new TaskState(task, definition, started, until);
  }
}
