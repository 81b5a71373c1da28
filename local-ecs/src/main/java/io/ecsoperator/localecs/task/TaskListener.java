package io.ecsoperator.localecs.task;

/** Told of every change of a task, after it happened. */
@FunctionalInterface
public interface TaskListener {
  void changed(TaskState before, TaskState after);

  /** A task was started; it is PROVISIONING. */
  default void launched(TaskState state) {}
}
