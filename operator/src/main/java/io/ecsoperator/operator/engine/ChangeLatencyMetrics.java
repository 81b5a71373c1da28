package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.leader.Leadership;
import io.ecsoperator.operator.status.Conditions;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How long it takes from a change of a spec to the first write to AWS for it, and to Ready.
 *
 * <p>Measured from the moment when the informer delivered the change, because the API server's own
 * times are whole seconds. A standby replica notices changes too, so that after a change of leader
 * the time before it counts; only the leader records.
 */
public final class ChangeLatencyMetrics {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofMinutes(1),
    Duration.ofMinutes(2),
    Duration.ofMinutes(5),
    Duration.ofMinutes(10),
    Duration.ofMinutes(20)
  };

  private record Change(long generation, Timer.Sample since, AtomicBoolean called) {}

  private final MeterRegistry registry;
  private final Leadership leadership;
  private final MeterProvider<Timer> toCall;
  private final MeterProvider<Timer> toReady;
  private final Map<ObjectKey, Change> open = new ConcurrentHashMap<>();

  public ChangeLatencyMetrics(MeterRegistry registry, Leadership leadership) {
    this.registry = registry;
    this.leadership = leadership;
    this.toCall =
        Timer.builder("ecs.operator.change.to.call")
            .description("From a change of a spec to the first write to AWS for it")
            .serviceLevelObjectives(BUCKETS)
            .withRegistry(registry);
    this.toReady =
        Timer.builder("ecs.operator.change.to.ready")
            .description("From a change of a spec to the object being Ready with it")
            .serviceLevelObjectives(BUCKETS)
            .withRegistry(registry);
  }

  /** The first call that changes AWS for an object begins. */
  public void callStarts(ObjectKey object) {
    Change change = open.get(object);
    if (change != null && change.called().compareAndSet(false, true)) {
      change.since().stop(toCall.withTag("kind", object.kind()));
    }
  }

  /** Observes the events of a controller's objects at once; it triggers no reconcile. */
  <R extends EcsResource<?>> SimpleInboundEventSource<R> source() {
    return new Source<>(this);
  }

  /** Records the present state of an object. */
  void observe(EcsResource<?> object) {
    ObjectKey key = ObjectKey.of(object);
    long generation = object.getMetadata().getGeneration();
    if (!isObserved(object, generation)) {
      open.compute(
          key,
          (same, known) ->
              known != null && known.generation() == generation
                  ? known
                  : new Change(generation, Timer.start(registry), new AtomicBoolean()));
    } else if (isReady(object)) {
      Change change = open.remove(key);
      if (change != null && leadership.held()) {
        change.since().stop(toReady.withTag("kind", key.kind()));
      }
    } else if (isHeldBack(object)) {
      open.remove(key);
    }
  }

  void gone(ObjectKey object) {
    open.remove(object);
  }

  private static boolean isObserved(EcsResource<?> object, long generation) {
    return object.getStatus() != null
        && Long.valueOf(generation).equals(object.getStatus().common().observedGeneration());
  }

  private static boolean isReady(EcsResource<?> object) {
    return Conditions.isTrue(object.getStatus().common(), Conditions.READY);
  }

  /** Policy or a pause keeps the object from becoming Ready, so a duration means nothing. */
  private static boolean isHeldBack(EcsResource<?> object) {
    CommonStatus status = object.getStatus().common();
    return Conditions.isTrue(status, Conditions.PAUSED)
        || Conditions.isTrue(status, Conditions.Main.PLANNED.type())
        || Conditions.isTrue(status, Conditions.Main.OBSERVED.type());
  }

  private static final class Source<R extends EcsResource<?>> extends SimpleInboundEventSource<R>
      implements ResourceEventAware<R> {
    private final ChangeLatencyMetrics times;

    Source(ChangeLatencyMetrics times) {
      super("changes");
      this.times = times;
    }

    @Override
    public void onResourceCreated(R created) {
      times.observe(created);
    }

    @Override
    public void onResourceUpdated(R now, R before) {
      times.observe(now);
    }

    @Override
    public void onResourceDeleted(R deleted) {
      times.gone(ObjectKey.of(deleted));
    }
  }
}
