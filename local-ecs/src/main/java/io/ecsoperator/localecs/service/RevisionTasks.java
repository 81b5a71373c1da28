package io.ecsoperator.localecs.service;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** The tasks of one revision of a service, and the backoff of their launches. */
abstract sealed class RevisionTasks permits Rollout, TaskSetState {
  private static final Duration FIRST_DELAY = Duration.ofSeconds(10);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(15);

  private final Revision revision;
  private final Map<String, ServiceTask> tasks = new LinkedHashMap<>();
  private int failedLaunches;
  private boolean delayed;
  private Instant notBefore = Instant.MIN;

  RevisionTasks(Revision revision) {
    this.revision = revision;
  }

  final Revision revision() {
    return revision;
  }

  /** Delays the next launches after a task that never ran, longer with every failure. */
  final void delayLaunches(Instant now) {
    if (delayed) {
      return;
    }
    delayed = true;
    Duration delay =
        failedLaunches > 10 ? LONGEST_DELAY : FIRST_DELAY.multipliedBy(1L << failedLaunches);
    notBefore = now.plus(delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY);
    failedLaunches++;
  }

  /** Records a launch. All failures among its tasks delay the next launch once. */
  final void launched() {
    delayed = false;
  }

  /** Resets the delay after a task that ran. */
  final void launchSucceeded() {
    failedLaunches = 0;
  }

  final void forgetDelay() {
    failedLaunches = 0;
    notBefore = Instant.MIN;
  }

  final int failedLaunches() {
    return failedLaunches;
  }

  /** When the next tasks may be launched. */
  final Instant notBefore() {
    return notBefore;
  }

  final void put(ServiceTask task) {
    tasks.put(task.arn(), task);
  }

  final void remove(String taskArn) {
    tasks.remove(taskArn);
  }

  final ServiceTask task(String taskArn) {
    return Objects.requireNonNull(tasks.get(taskArn), "The owner of a task has it.");
  }

  final Collection<ServiceTask> tasks() {
    return tasks.values();
  }

  final int count(Predicate<ServiceTask> counted) {
    int count = 0;
    for (ServiceTask task : tasks.values()) {
      if (counted.test(task)) {
        count++;
      }
    }
    return count;
  }

  /** Whether all tasks are STOPPING or beyond, so that a deployment or deletion can finish. */
  final boolean isDrained() {
    return count(task -> !task.isGone()) == 0;
  }
}
