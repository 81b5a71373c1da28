package io.ecsoperator.localecs.task;

/** Is notified after every change of a task. */
@FunctionalInterface
public interface TaskListener {
  void changed(TaskState before, TaskState after);

  /** A task was started. */
  default void launched(TaskState state) {}
}
