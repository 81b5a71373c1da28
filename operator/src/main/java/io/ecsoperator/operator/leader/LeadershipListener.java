package io.ecsoperator.operator.leader;

/**
 * Work that begins and ends with leadership. One thread calls all methods, and renews the lease as
 * well: the methods must return quickly and must not throw.
 */
public interface LeadershipListener {
  /**
   * Leadership is about to begin; {@code held()} is still false. The listener discards cached
   * state, because another replica may have written since.
   */
  default void elected() {}

  /** This replica leads from now on. */
  default void started() {}

  /**
   * This replica no longer leads. Called once after each {@link #started}, possibly shortly after
   * {@code held()} has become false.
   */
  default void stopped() {}
}
