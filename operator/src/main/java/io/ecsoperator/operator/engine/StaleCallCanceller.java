package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.quota.WaitingCalls;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;

/**
 * Cancels queued calls of an object that are out of date because its spec has changed or it is
 * being deleted. The reconcile that planned them ends, and the next one plans anew. It is an event
 * source only to receive changes; it triggers no reconcile.
 */
final class StaleCallCanceller<R extends EcsResource<?>> extends SimpleInboundEventSource<R>
    implements ResourceEventAware<R> {
  private final WaitingCalls calls;
  private final ResourceController.RelevantUpdates<R> relevant =
      new ResourceController.RelevantUpdates<>();

  StaleCallCanceller(WaitingCalls calls) {
    super("outdated-calls");
    this.calls = calls;
  }

  @Override
  public void onResourceCreated(R created) {
    // No call can be queued for it.
  }

  @Override
  public void onResourceUpdated(R now, R before) {
    if (now.isMarkedForDeletion() && !before.isMarkedForDeletion()) {
      calls.drop(ObjectKey.of(now));
    } else if (relevant.accept(now, before)) {
      calls.interrupt(ObjectKey.of(now));
    }
  }

  @Override
  public void onResourceDeleted(R deleted) {
    calls.drop(ObjectKey.of(deleted));
  }
}
