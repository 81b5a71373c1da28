package io.ecsoperator.localecs.instance;

/**
 * The resources that a task reserves on an instance, until it is STOPPED.
 *
 * @param group as the task shows it, such as {@code service:web}
 */
public record ResourceReservation(String group, Demand demand, Phase phase) {
  /** How the instance counts the task: pending, running, or neither. */
  public enum Phase {
    PENDING,
    RUNNING,
    ENDING
  }

  ResourceReservation in(Phase next) {
    return new ResourceReservation(group, demand, next);
  }
}
