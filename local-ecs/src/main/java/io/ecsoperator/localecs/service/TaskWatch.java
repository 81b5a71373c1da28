package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.task.StopCodes;
import io.ecsoperator.localecs.task.TaskListener;
import io.ecsoperator.localecs.task.TaskState;
import io.ecsoperator.localecs.task.TaskStatus;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.services.ecs.model.Task;

/** Watches the tasks of services for starts, failures and ends. */
final class TaskWatch implements TaskListener {
  private static final Set<String> ASKED_FOR = Set.of(StopCodes.USER, StopCodes.SCHEDULER);

  private final ServiceTasks tasks;
  private final TaskFailureTracker failures;
  private final Consumer<ServiceState> trigger;

  /**
   * @param trigger triggers a reconcile of a service
   */
  TaskWatch(ServiceTasks tasks, TaskFailureTracker failures, Consumer<ServiceState> trigger) {
    this.tasks = tasks;
    this.failures = failures;
    this.trigger = trigger;
  }

  @Override
  public void changed(TaskState before, TaskState after) {
    tasks.owner(after.task().taskArn()).ifPresent(owner -> changed(owner, before, after));
  }

  private void changed(ServiceTasks.Owner owner, TaskState before, TaskState after) {
    ServiceTask task = owner.group().task(after.task().taskArn()).with(after);
    owner.group().put(task);
    if (task.isRunning() && before.status() != TaskStatus.RUNNING) {
      owner.group().launchSucceeded();
      tasks.register(owner);
    }
    if (before.isWanted() && !after.isWanted()) {
      ended(owner, task);
    }
    if (after.status() == TaskStatus.STOPPED) {
      tasks.forget(owner, task.arn());
    }
    trigger.accept(owner.service());
  }

  private void ended(ServiceTasks.Owner owner, ServiceTask task) {
    Task stopped = task.state().task();
    if (stopped.startedAt() != null) {
      tasks.deregister(owner);
    }
    if (ASKED_FOR.contains(stopped.stopCodeAsString())) {
      return;
    }
    if (stopped.startedAt() == null) {
      failures.delayLaunches(owner);
    }
    failures.count(owner, task);
  }
}
