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
import java.util.stream.Stream;

/**
 * Lets objects of one controller be looked at when an object of another has changed. No data comes
 * with it: whoever is woken looks for itself.
 */
public final class ReconcileTrigger {
  private final CachedObjects objects;
  private final Map<String, Source<?>> sourcesByKind = new ConcurrentHashMap<>();
  private volatile boolean started;

  public ReconcileTrigger(CachedObjects objects) {
    this.objects = objects;
  }

  /** The event source of a controller: it is woken through it, and its changes wake others. */
  <R extends EcsResource<?>> SimpleInboundEventSource<R> source(String kind) {
    Source<R> source = new Source<>(this);
    sourcesByKind.put(kind, source);
    return source;
  }

  /** Has every object looked at, of all kinds, and from now on those that a change concerns. */
  public void start() {
    started = true;
    objects.keys().forEach(this::enqueue);
  }

  /** Nobody is woken any more. */
  public void stop() {
    started = false;
  }

  /** Has the object looked at. */
  public void enqueue(ObjectKey key) {
    Source<?> source = sourcesByKind.get(key.kind());
    if (source != null) {
      source.propagateEvent(new ResourceID(key.name(), key.namespace()));
    }
  }

  private void changed(EcsResource<?> object) {
    enqueueReferrers(object);
    // Before that the caches of other kinds may not be there, and all are looked at afterwards.
    if (started) {
      CachedObjects.references(object).forEach(this::enqueue);
    }
  }

  private void enqueueReferrers(EcsResource<?> object) {
    if (started) {
      ObjectKey key = ObjectKey.of(object);
      Stream.concat(objects.servicesOf(key).stream(), objects.tasksOf(key).stream())
          .map(ObjectKey::of)
          .forEach(this::enqueue);
    }
  }

  private static final class Source<R extends EcsResource<?>> extends SimpleInboundEventSource<R>
      implements ResourceEventAware<R> {
    private final ReconcileTrigger trigger;

    Source(ReconcileTrigger trigger) {
      super("wakeups");
      this.trigger = trigger;
    }

    @Override
    public void onResourceCreated(R created) {
      // What it refers to waits for the end of others only, and for what they have in ECS.
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

    /** What others look at: counts and messages of an object are nobody else's business. */
    private static List<Object> relevant(EcsResource<?> object) {
      String arn = object.getStatus() == null ? null : object.getStatus().common().arn();
      return List.of(
          object.isMarkedForDeletion(),
          Objects.toString(arn),
          object.getStatus() == null ? "" : object.getStatus().seenByOthers());
    }
  }
}
