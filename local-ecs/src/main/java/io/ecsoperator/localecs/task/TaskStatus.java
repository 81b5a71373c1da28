package io.ecsoperator.localecs.task;

/** The ladder of {@code lastStatus}, in the order in which a task climbs it. */
public enum TaskStatus {
  PROVISIONING,
  PENDING,
  ACTIVATING,
  RUNNING,
  DEACTIVATING,
  STOPPING,
  DEPROVISIONING,
  STOPPED;

  public boolean isBefore(TaskStatus other) {
    return compareTo(other) < 0;
  }

  public boolean isPast(TaskStatus other) {
    return compareTo(other) > 0;
  }
}
