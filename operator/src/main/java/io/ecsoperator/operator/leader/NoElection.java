package io.ecsoperator.operator.leader;

import java.util.List;

/** Leads from start to end, for an installation with a single replica. */
public final class NoElection implements Election {
  private volatile boolean held;
  private List<LeadershipListener> listeners = List.of();

  @Override
  public void start(List<LeadershipListener> all) {
    listeners = List.copyOf(all);
    listeners.forEach(LeadershipListener::elected);
    held = true;
    listeners.forEach(LeadershipListener::started);
  }

  @Override
  public boolean held() {
    return held;
  }

  @Override
  public boolean isStuck() {
    return false;
  }

  @Override
  public void resign() {
    if (held) {
      held = false;
      listeners.forEach(LeadershipListener::stopped);
    }
  }

  @Override
  public void close() {
    resign();
  }
}
