package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.task.StopCodes;
import io.ecsoperator.localecs.task.TaskListener;
import io.ecsoperator.localecs.task.TaskState;
import io.ecsoperator.localecs.task.TaskStatus;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.services.ecs.model.Task;

/** Watches the tasks of services: which came up, which failed, which are gone. */
final class TaskWatch implements TaskListener {
  private static final Set<String> ASKED_FOR = Set.of(StopCodes.USER, StopCodes.SCHEDULER);

  private final ServiceTasks tasks;
  private final DeploymentFailures failures;
  private final Consumer<ServiceState> wake;

  /**
   * @param wake makes the scheduler look at a service
   */
  TaskWatch(ServiceTasks tasks, DeploymentFailures failures, Consumer<ServiceState> wake) {
    this.tasks = tasks;
    this.failures = failures;
    this.wake = wake;
  }

  @Override
  public void changed(TaskState before, TaskState after) {
    tasks.place(after.task().taskArn()).ifPresent(place -> changed(place, before, after));
  }

  private void changed(ServiceTasks.Place place, TaskState before, TaskState after) {
    Member member = place.group().member(after.task().taskArn()).with(after);
    place.group().put(member);
    if (member.isRunning() && before.status() != TaskStatus.RUNNING) {
      place.group().launchSucceeded();
      tasks.register(place);
    }
    if (before.isWanted() && !after.isWanted()) {
      ended(place, member);
    }
    if (after.status() == TaskStatus.STOPPED) {
      tasks.forget(place, member.arn());
    }
    wake.accept(place.service());
  }

  private void ended(ServiceTasks.Place place, Member member) {
    Task task = member.state().task();
    if (task.startedAt() != null) {
      tasks.deregister(place);
    }
    if (ASKED_FOR.contains(task.stopCodeAsString())) {
      return;
    }
    if (task.startedAt() == null) {
      failures.delayLaunches(place);
    }
    failures.count(place, member);
  }
}
