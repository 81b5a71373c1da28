package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.task.StopCodes;
import io.ecsoperator.localecs.task.TaskListener;
import io.ecsoperator.localecs.task.TaskState;
import io.ecsoperator.localecs.task.TaskStatus;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.services.ecs.model.HealthStatus;
import software.amazon.awssdk.services.ecs.model.Task;

/** Watches the tasks of services: which became healthy, which failed, which are unhealthy. */
final class TaskWatch implements TaskListener {
  /** How long a task without health checks must run to count as healthy. */
  static final Duration PROBATION = Duration.ofSeconds(40);

  private static final Set<String> ASKED_FOR = Set.of(StopCodes.USER, StopCodes.SCHEDULER);

  private final World world;
  private final ServiceTasks tasks;
  private final DeploymentFailures failures;
  private final Consumer<ServiceState> wake;

  /**
   * @param wake makes the scheduler look at a service
   */
  TaskWatch(
      World world, ServiceTasks tasks, DeploymentFailures failures, Consumer<ServiceState> wake) {
    this.world = world;
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
      if (!member.hasHealthChecks()) {
        world.after(PROBATION, () -> healthy(place, member.arn()));
      }
    }
    HealthStatus health = after.task().healthStatus();
    if (member.hasHealthChecks() && health != before.task().healthStatus()) {
      judge(place, member, health);
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
    if (ASKED_FOR.contains(task.stopCodeAsString())) {
      return;
    }
    if (task.startedAt() == null) {
      failures.delayLaunches(place);
    }
    failures.count(place, member);
  }

  private void judge(ServiceTasks.Place place, Member member, HealthStatus health) {
    if (health == HealthStatus.HEALTHY) {
      healthy(place, member.arn());
    } else if (health == HealthStatus.UNHEALTHY) {
      Duration grace =
          Duration.ofSeconds(place.service().settings().healthCheckGracePeriodSeconds());
      world.after(graceLeft(member, grace), () -> replaceIfUnhealthy(place, member.arn()));
    }
  }

  private Duration graceLeft(Member member, Duration grace) {
    Task task = member.state().task();
    if (task.startedAt() == null) {
      return grace;
    }
    Duration left = Duration.between(world.now(), task.startedAt().plus(grace));
    return left.isNegative() ? Duration.ZERO : left;
  }

  private void healthy(ServiceTasks.Place place, String arn) {
    Member member = place.group().member(arn);
    if (member == null || !member.isServing()) {
      return;
    }
    place.group().put(new Member(member.state(), true));
    failures.forgive(place);
    wake.accept(place.service());
  }

  private void replaceIfUnhealthy(ServiceTasks.Place place, String arn) {
    Member member = place.group().member(arn);
    if (member == null
        || !member.isWanted()
        || member.state().task().healthStatus() != HealthStatus.UNHEALTHY) {
      return;
    }
    // Counted here: the stop that follows looks like any other of the scheduler's.
    failures.count(place, member);
    tasks.stopUnhealthy(place.service(), member);
  }
}
