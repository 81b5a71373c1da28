package io.ecsoperator.localecs.instance;

/**
 * A task on an instance; it holds what it demands until it has STOPPED.
 *
 * @param group as the task shows it, such as {@code service:web}
 */
public record ResourceReservation(String group, Demand demand, Phase phase) {
  /** What the counts of an instance tell of a task. */
  public enum Phase {
    PENDING,
    RUNNING,
    ENDING
  }

  ResourceReservation in(Phase next) {
    return new ResourceReservation(group, demand, next);
  }
}
