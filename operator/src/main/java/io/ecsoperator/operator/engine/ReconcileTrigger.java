package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.ObjectKey;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Enqueues objects for reconciling when an object that they refer to, or that refers to them, has
 * changed. Carries no data; the reconciler reads what it needs.
 */
public final class ReconcileTrigger {
  private final CachedObjects objects;
  private final Map<String, Source<?>> sourcesByKind = new ConcurrentHashMap<>();
  private volatile boolean started;

  public ReconcileTrigger(CachedObjects objects) {
    this.objects = objects;
  }

  /** The event source of a kind's controller: enqueues its objects, and observes their changes. */
  <R extends EcsResource<?>> SimpleInboundEventSource<R> source(String kind) {
    Source<R> source = new Source<>(this);
    sourcesByKind.put(kind, source);
    return source;
  }

  /** Enqueues every object of every kind, and from now on those that a change affects. */
  public void start() {
    started = true;
    objects.keys().forEach(this::enqueue);
  }

  /** Changes enqueue no object any more. */
  public void stop() {
    started = false;
  }

  public void enqueue(ObjectKey key) {
    Source<?> source = sourcesByKind.get(key.kind());
    if (source != null) {
      source.propagateEvent(new ResourceID(key.name(), key.namespace()));
    }
  }

  private void changed(EcsResource<?> object) {
    enqueueReferrers(object);
    // Before the start, caches of other kinds may be empty; start() enqueues all objects anyway.
    if (started) {
      objects.referred(object).forEach(this::enqueue);
    }
  }

  private void enqueueReferrers(EcsResource<?> object) {
    if (started) {
      objects.referrers(ObjectKey.of(object)).stream()
          .map(referrer -> ObjectKey.of(referrer.object()))
          .distinct()
          .forEach(this::enqueue);
    }
  }

  private static final class Source<R extends EcsResource<?>> extends SimpleInboundEventSource<R>
      implements ResourceEventAware<R> {
    private final ReconcileTrigger trigger;

    Source(ReconcileTrigger trigger) {
      super("references");
      this.trigger = trigger;
    }

    @Override
    public void onResourceCreated(R created) {
      // The objects that it refers to wait only for deletions and for resources in ECS.
      trigger.enqueueReferrers(created);
    }

    @Override
    public void onResourceUpdated(R now, R before) {
      if (!relevant(now).equals(relevant(before))) {
        trigger.changed(now);
      }
    }

    @Override
    public void onResourceDeleted(R deleted) {
      trigger.changed(deleted);
    }

    /** What other objects depend on; counts and messages of an object concern it alone. */
    private static List<Object> relevant(EcsResource<?> object) {
      String arn = object.getStatus() == null ? null : object.getStatus().common().arn();
      return List.of(
          object.isMarkedForDeletion(),
          Objects.toString(arn),
          object.getStatus() == null ? "" : object.getStatus().seenByOthers());
    }
  }
}
