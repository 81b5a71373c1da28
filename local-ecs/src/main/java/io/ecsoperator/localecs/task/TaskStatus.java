package io.ecsoperator.localecs.task;

/** The values of {@code lastStatus}, in the order of a task's life. */
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
