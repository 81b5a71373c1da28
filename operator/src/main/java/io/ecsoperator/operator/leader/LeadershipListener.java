package io.ecsoperator.operator.leader;

/**
 * What begins and ends with leadership. All methods are called by one thread, in turn. That thread
 * renews the lease too: they must return soon and must not throw.
 */
public interface LeadershipListener {
  /**
   * Leadership begins, and {@code held()} does not say so yet: the time to drop what was known
   * before, as another replica may have written since.
   */
  default void elected() {}

  /** From now on this replica acts. */
  default void started() {}

  /**
   * This replica does not act any more. Called once after each {@link #started}, which may be a
   * little after {@code held()} has ceased to be true.
   */
  default void stopped() {}
}
