package io.ecsoperator.operator.cache;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.localecs.world.WorldClock;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.aws.InProcessEcs;
import io.ecsoperator.operator.aws.MessageQueue;
import io.ecsoperator.operator.aws.SdkEcs;
import io.ecsoperator.operator.aws.SqsQueue;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.PlanExecutor;
import io.ecsoperator.operator.engine.ReconcileMetrics;
import io.ecsoperator.operator.engine.Reconciliation;
import io.ecsoperator.operator.engine.ReferenceCheck;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.events.EventIntake;
import io.ecsoperator.operator.status.Conditions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Objects that tests reconcile, while a cache sweeps a local-ecs on a virtual clock. */
final class ObjectsOnLocalEcs implements AutoCloseable {
  static final Timing TIMING = TestKinds.TIMING;

  private static final Duration WINDOW = Duration.ofMillis(30);

  private final VirtualTime time = new VirtualTime();
  private final LocalEcs local =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final SdkEcs ecs = InProcessEcs.of(local);

  /** Makes the calls that reconciliations wait for; nothing else runs beside the test. */
  private final ExecutorService calls = Executors.newSingleThreadExecutor();

  private final List<ObjectKey> enqueued = new ArrayList<>();
  private final EcsCache cache =
      new EcsCache(
          new EcsCache.Dependencies(
              ecs, time, Keys.RESOURCES, enqueued::add, new SimpleMeterRegistry()),
          new EcsCache.Settings(
              WINDOW, Duration.ofSeconds(60), TIMING.poll(), TIMING.resync(), Duration.ofHours(5)),
          new EcsCache.Execution(new Random(1), calls, this::later));

  ObjectsOnLocalEcs() {
    cache.start();
  }

  LocalEcs local() {
    return local;
  }

  /** From now on the cache gets ECS's events as well. */
  void receiveEvents() {
    local.sendEventsTo("ecs-events");
    SqsClient client = local.sqsClient();
    SqsQueue queue =
        SqsQueue.of(
            client, URI.create(client.getQueueUrl(get -> get.queueName("ecs-events")).queueUrl()));
    new EventIntake(
            new UnwaitingQueue(queue),
            cache,
            cache::location,
            time,
            this::later,
            new SimpleMeterRegistry())
        .started();
  }

  /** Waits for no message: the time in which one may come passes in the test's own thread. */
  private record UnwaitingQueue(MessageQueue queue) implements MessageQueue {
    @Override
    public List<Message> receive(Duration wait, Duration hiddenFor) {
      return queue.receive(Duration.ZERO, hiddenFor);
    }

    @Override
    public void delete(List<Message> messages) {
      queue.delete(messages);
    }

    @Override
    public void hide(List<Message> messages, Duration hiddenFor) {
      queue.hide(messages, hiddenFor);
    }
  }

  /** The objects that were enqueued since the last call of this method. */
  List<ObjectKey> enqueued() {
    List<ObjectKey> since = List.copyOf(enqueued);
    enqueued.clear();
    return since;
  }

  /** The operations that ECS was called with since. */
  List<String> calledAfter(long sequence) {
    return local.calls().after(sequence).stream().map(Call::operation).toList();
  }

  <R extends EcsResource<S>, S extends EcsStatus> ReconciledObject<R, S> object(
      Wanted wanted, Kind<R, S, ?> kind) {
    return new ReconciledObject<>(wanted, kind);
  }

  @Override
  public void close() {
    cache.stop();
    calls.shutdownNow();
    ecs.close();
    local.close();
  }

  private void later(Duration delay, Runnable task) {
    if (delay.equals(WINDOW)) {
      calls.execute(task);
    } else {
      time.after(delay, task);
    }
  }

  /** Lets time pass; the calls that begin meanwhile have ended when this returns. */
  void pass(Duration duration) throws Exception {
    Duration step = Duration.ofSeconds(1);
    for (Duration gone = Duration.ZERO; gone.compareTo(duration) < 0; gone = gone.plus(step)) {
      time.pass(step);
      local.advance(step);
      // A window closes, its call is answered, and perhaps a resource is described alone.
      for (int chained = 0; chained < 3; chained++) {
        calls.submit(() -> {}).get();
      }
    }
  }

  /** An object and its status. */
  final class ReconciledObject<R extends EcsResource<S>, S extends EcsStatus> {
    private final Wanted wanted;
    private final Reconciliation<R, S, ?> reconciliation;
    private S status;
    private boolean firstReconcile;

    private ReconciledObject(Wanted wanted, Kind<R, S, ?> kind) {
      this.wanted = wanted;
      this.status = kind.emptyStatus();
      this.firstReconcile = true;
      this.reconciliation =
          new Reconciliation<>(
              kind,
              new Reconciliation.Dependencies(
                  cache,
                  new ReferenceCheck(new Objects(), Duration.ZERO, time),
                  new PlanExecutor(ecs, cache, time),
                  TIMING,
                  time,
                  new Random(1),
                  new ReconcileMetrics(new SimpleMeterRegistry())));
    }

    void reconcile() {
      status =
          reconciliation
              .reconcile(wanted.desired(), status, firstReconcile, intent -> status = intent)
              .status();
      firstReconcile = false;
    }

    S status() {
      return status;
    }

    boolean isReady() {
      return Conditions.isTrue(status.common(), Conditions.READY);
    }
  }
}
