package io.ecsoperator.operator;

import io.ecsoperator.operator.informer.UnreadableObjects;
import io.ecsoperator.operator.leader.LeadershipListener;

/** Only the leader writes Events, so a new leader reports the objects that were found before. */
record UnreadableObjectEvents(UnreadableObjects objects, InformerReports reports)
    implements LeadershipListener {

  @Override
  public void started() {
    Thread.startVirtualThread(() -> objects.all().forEach(reports::unreadable));
  }
}
