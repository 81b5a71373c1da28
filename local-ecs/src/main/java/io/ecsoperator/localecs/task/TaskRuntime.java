package io.ecsoperator.localecs.task;

import java.util.function.Consumer;

/** What carries out the engine's effects. */
interface TaskRuntime {
  /**
   * Begins {@code effect} and returns at once; what comes of it goes to {@code inbox}, on the
   * world's thread.
   */
  void perform(TaskEffect effect, TaskState state, Consumer<TaskMessage> inbox);
}
