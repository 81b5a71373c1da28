package io.ecsoperator.localecs.task;

import java.util.function.Consumer;

/** Carries out the engine's effects. */
interface TaskRuntime {
  /**
   * Starts {@code effect} and returns at once. Its results go to {@code inbox}, on the world's
   * thread.
   */
  void perform(TaskEffect effect, TaskState state, Consumer<TaskMessage> inbox);
}
