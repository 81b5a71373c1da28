package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.quota.WaitingCalls;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;

/**
 * Keeps from being done for an object what waits for its turn and is out of date, because its spec
 * has changed since or because it is to go: the look that decided so ends, and the next one knows
 * better. It is an event source only to be told of changes; nobody is woken through it.
 */
final class StaleCallCanceller<R extends EcsResource<?>> extends SimpleInboundEventSource<R>
    implements ResourceEventAware<R> {
  private final WaitingCalls calls;
  private final RelevantUpdates<R> relevant = new RelevantUpdates<>();

  StaleCallCanceller(WaitingCalls calls) {
    super("outdated-calls");
    this.calls = calls;
  }

  @Override
  public void onResourceCreated(R created) {
    // Nothing has been decided for it.
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
