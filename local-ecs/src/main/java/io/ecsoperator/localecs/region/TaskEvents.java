package io.ecsoperator.localecs.region;

import io.ecsoperator.localecs.event.StateEvents;
import io.ecsoperator.localecs.task.TaskListener;
import io.ecsoperator.localecs.task.TaskState;

/** Publishes every task change that raises the task's version. */
final class TaskEvents implements TaskListener {
  private final StateEvents events;

  TaskEvents(StateEvents events) {
    this.events = events;
  }

  @Override
  public void launched(TaskState state) {
    events.changed(state.task());
  }

  @Override
  public void changed(TaskState before, TaskState after) {
    if (!after.task().version().equals(before.task().version())) {
      events.changed(after.task());
    }
  }
}
