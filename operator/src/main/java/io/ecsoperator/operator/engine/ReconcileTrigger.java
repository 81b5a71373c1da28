package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Scheduler;
import io.ecsoperator.operator.aws.quota.WaitingCalls;
import io.ecsoperator.operator.desired.Annotations;
import io.ecsoperator.operator.desired.KubernetesObjects.Referrer;
import io.ecsoperator.operator.status.Conditions;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Enqueues objects for reconciling when an object that they refer to, or that refers to them, has
 * changed. Carries no data; the reconciler reads what it needs. A change of an object also cancels
 * the queued calls for it that are outdated: the reconcile that planned them ends, and the next one
 * plans anew.
 */
public final class ReconcileTrigger {
  /** JOSDK forgets the deleted object right after its last run. */
  private static final Duration UNTIL_FORGOTTEN = Duration.ofSeconds(1);

  private final CachedObjects objects;
  private final Scheduler scheduler;
  private final Map<String, Source<?>> sourcesByKind = new ConcurrentHashMap<>();
  private volatile boolean started;

  public ReconcileTrigger(CachedObjects objects, Scheduler scheduler) {
    this.objects = objects;
    this.scheduler = scheduler;
  }

  /**
   * The event source of a kind's controller: enqueues its objects, and observes their changes.
   *
   * @param calls the queued calls, of which a change of their object makes some outdated
   */
  <R extends EcsResource<?>> SimpleInboundEventSource<R> source(String kind, WaitingCalls calls) {
    Source<R> source = new Source<>(this, calls);
    sourcesByKind.put(kind, source);
    return source;
  }

  /** Enqueues every object of every kind, and from now on those that a change affects. */
  public void start() {
    started = true;
    enqueueAll();
  }

  /** Enqueues every object of every kind, if changes enqueue objects at all. */
  public void enqueueAll() {
    if (started) {
      objects.keys().forEach(this::enqueue);
    }
  }

  /** Changes enqueue no object any more. */
  public void stop() {
    started = false;
  }

  public void enqueue(ObjectKey key) {
    Source<?> source = sourcesByKind.get(key.kind());
    if (source != null) {
      objects.find(key).ifPresent(object -> source.enqueue(key, object));
    }
  }

  /**
   * Enqueues the object that may have been created under the name of a deleted one. JOSDK forgets
   * what it has heard of a name once it has run the deletion.
   */
  void enqueueSuccessor(ObjectKey deleted) {
    scheduler.after(UNTIL_FORGOTTEN, () -> enqueue(deleted));
  }

  private void enqueueReferred(EcsResource<?> object) {
    enqueueReferred(object, referred -> true);
  }

  private void enqueueReferred(EcsResource<?> object, Predicate<EcsResource<?>> which) {
    // Before the start, caches of other kinds may be empty; start() enqueues all objects anyway.
    if (started) {
      objects.referred(object).stream()
          .filter(key -> objects.find(key).filter(which).isPresent())
          .forEach(this::enqueue);
    }
  }

  private void enqueueReferrers(EcsResource<?> object) {
    enqueueReferrers(object, referrer -> true);
  }

  /** ECS may accept now what it refused while the object was not Ready. */
  private void enqueueFailedReferrers(EcsResource<?> object) {
    enqueueReferrers(
        object,
        referrer ->
            referrer.getStatus() != null
                && Conditions.isFalse(referrer.getStatus().common(), Conditions.SYNCED));
  }

  private void enqueueReferrers(EcsResource<?> object, Predicate<EcsResource<?>> which) {
    if (started) {
      objects.referrers(ObjectKey.of(object)).stream()
          .map(Referrer::object)
          .filter(which)
          .map(ObjectKey::of)
          .distinct()
          .forEach(this::enqueue);
    }
  }

  /** An object that waits for this one's consent may take over now. */
  private void enqueueTaker(EcsResource<?> owner) {
    Annotations.releaseTo(owner)
        .map(taker -> taker.split("/", 2))
        .filter(taker -> taker.length == 2)
        .map(taker -> new ObjectKey(owner.getKind(), taker[0], taker[1]))
        .ifPresent(this::enqueue);
  }

  private static final class Source<R extends EcsResource<?>> extends SimpleInboundEventSource<R>
      implements ResourceEventAware<R> {
    private final ReconcileTrigger trigger;
    private final WaitingCalls calls;
    private final ResourceController.RelevantUpdates<R> relevant =
        new ResourceController.RelevantUpdates<>();

    Source(ReconcileTrigger trigger, WaitingCalls calls) {
      super("references");
      this.trigger = trigger;
      this.calls = calls;
    }

    /**
     * As an update of the object, because JOSDK ignores other events of a name it does not know.
     */
    void enqueue(ObjectKey key, EcsResource<?> object) {
      getEventHandler()
          .handleEvent(
              new ResourceEvent(
                  ResourceAction.UPDATED, new ResourceID(key.name(), key.namespace()), object));
    }

    @Override
    public void onResourceCreated(R created) {
      // The objects that it refers to wait only for deletions and for resources in ECS.
      trigger.enqueueReferrers(created);
    }

    @Override
    public void onResourceUpdated(R now, R before) {
      cancelOutdatedCalls(now, before);
      if (!usable(now).equals(usable(before))) {
        trigger.enqueueReferrers(now);
      } else if (isReady(now) && !isReady(before)) {
        trigger.enqueueFailedReferrers(now);
      }
      if (!Annotations.releaseTo(now).equals(Annotations.releaseTo(before))) {
        trigger.enqueueTaker(now);
      }
      if (!use(now).equals(use(before))) {
        // An object that is Ready and stays waits for the end of its use, and not for the begin.
        trigger.enqueueReferred(
            now,
            beginsToUse(now, before)
                ? referred -> referred.isMarkedForDeletion() || !isReady(referred)
                : referred -> true);
      }
    }

    @Override
    public void onResourceDeleted(R deleted) {
      calls.drop(ObjectKey.of(deleted));
      trigger.enqueueReferrers(deleted);
      trigger.enqueueReferred(deleted);
    }

    private void cancelOutdatedCalls(R now, R before) {
      if (now.isMarkedForDeletion() && !before.isMarkedForDeletion()) {
        calls.drop(ObjectKey.of(now));
      } else if (relevant.accept(now, before)) {
        calls.interrupt(ObjectKey.of(now));
      }
    }

    /** What objects that refer to this one depend on; counts and progress concern it alone. */
    private static List<Object> usable(EcsResource<?> object) {
      Optional<CommonStatus> status = status(object);
      return List.of(
          object.isMarkedForDeletion(),
          Objects.toString(object.getMetadata().getGeneration()),
          status.map(CommonStatus::arn),
          status.map(CommonStatus::effectiveGeneration),
          object.planned(),
          status
              .flatMap(known -> Conditions.find(known, Conditions.STALLED))
              .map(Condition::message));
    }

    /** What objects that this one refers to depend on. */
    private static List<Object> use(EcsResource<?> object) {
      return List.of(
          object.isMarkedForDeletion(),
          object.released(),
          status(object).map(CommonStatus::arn),
          object.getStatus() == null ? "" : object.getStatus().seenByOthers());
    }

    /** Whether nothing has changed but that the object has, or may get, its resource in ECS. */
    private static boolean beginsToUse(EcsResource<?> now, EcsResource<?> before) {
      boolean nothingBegun = status(before).filter(known -> known.awsLocation() != null).isEmpty();
      return now.isMarkedForDeletion() == before.isMarkedForDeletion()
          && now.released() == before.released()
          && arn(before).isEmpty()
          && (nothingBegun || arn(now).isPresent());
    }

    private static Optional<String> arn(EcsResource<?> object) {
      return status(object).map(CommonStatus::arn);
    }

    private static boolean isReady(EcsResource<?> object) {
      return status(object).filter(known -> Conditions.isTrue(known, Conditions.READY)).isPresent();
    }

    private static Optional<CommonStatus> status(EcsResource<?> object) {
      return Optional.ofNullable(object.getStatus()).map(EcsStatus::common);
    }
  }
}
