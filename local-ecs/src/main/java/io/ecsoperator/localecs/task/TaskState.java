package io.ecsoperator.localecs.task;

import io.ecsoperator.localecs.cluster.ClusterContents.Counts;
import io.ecsoperator.localecs.cluster.CountedResources;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/**
 * The state of a task.
 *
 * @param task the task as ECS shows it, without tags
 * @param started the containers that were requested to start
 * @param protectedUntil until when the scheduler of its service may not stop it
 */
public record TaskState(
    Task task, TaskDefinition definition, Set<String> started, Optional<Instant> protectedUntil) {
  private static final Counts RUNNING = new Counts(1, 0, 0, 0);
  private static final Counts PENDING = new Counts(0, 1, 0, 0);

  public TaskState {
    started = Set.copyOf(started);
  }

  /** Whether its desired status is RUNNING. */
  public boolean isWanted() {
    return task.desiredStatus().equals("RUNNING");
  }

  public TaskStatus status() {
    return TaskStatus.valueOf(task.lastStatus());
  }

  /** What the task adds to the counts of its cluster. */
  CountedResources.Share share() {
    Counts counts =
        status() == TaskStatus.RUNNING
            ? RUNNING
            : status().isBefore(TaskStatus.RUNNING) && isWanted() ? PENDING : Counts.NONE;
    return new CountedResources.Share(task.launchType() == LaunchType.FARGATE, counts);
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
