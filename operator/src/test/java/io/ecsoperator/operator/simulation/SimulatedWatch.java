package io.ecsoperator.operator.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.controlplane.model.ApiServerModel;
import io.ecsoperator.operator.informer.InformerListener;
import io.ecsoperator.operator.informer.SimulatedInformer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Keeps an informer's cache up to date as the operator's list and watch does: it lists, watches
 * from there, and begins anew when the watch is cut or its version is too old.
 */
final class SimulatedWatch<R extends HasMetadata> {
  private static final int REOPENED_MILLIS = 3000;

  private final SimulatedThreads threads;
  private final SimulatedThreads.Process process;
  private final SimulatedApiServer server;
  private final String resource;
  private final SimulatedInformer<R> informer;
  private final InformerListener listener;
  private final Faults faults;
  private final Random random;

  private long version = -1;
  private int session;
  private boolean open;
  private boolean delivering;

  SimulatedWatch(
      SimulatedThreads threads,
      SimulatedThreads.Process process,
      SimulatedApiServer server,
      String resource,
      SimulatedInformer<R> informer,
      InformerListener listener,
      Faults faults) {
    this.threads = threads;
    this.process = process;
    this.server = server;
    this.resource = resource;
    this.informer = informer;
    this.listener = listener;
    this.faults = faults;
    this.random = faults.random();
    server.add(this);
  }

  void open() {
    if (!process.isAlive()) {
      return;
    }
    ApiServerModel model = server.model();
    Optional<List<ApiServerModel.Event>> missed =
        version < 0 || version > model.version()
            ? Optional.empty()
            : model.since(resource, version);
    if (missed.isEmpty()) {
      list();
    }
    open = true;
    session++;
    changed();
  }

  private void list() {
    List<byte[]> objects =
        server.model().list(resource).stream().map(SimulatedWatch::json).toList();
    version = server.model().version();
    if (informer.list(objects, Long.toString(version))) {
      process.execute(listener::restored);
    }
  }

  private static byte[] json(ObjectNode object) {
    return object.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Something was written: its events arrive later. */
  void changed() {
    if (!process.isAlive()) {
      server.remove(this);
    } else if (open && !delivering) {
      delivering = true;
      int current = session;
      threads.after(
          faults.watchLag(),
          () -> {
            delivering = false;
            deliver(current);
          });
    }
  }

  private void deliver(int of) {
    if (!process.isAlive() || !open) {
      return;
    }
    if (of != session) {
      changed();
      return;
    }
    Optional<List<ApiServerModel.Event>> events = server.model().since(resource, version);
    if (events.isEmpty()) {
      cut();
      return;
    }
    for (ApiServerModel.Event event : events.get()) {
      informer.event(event.type(), json(event.object()));
      version = event.version();
    }
  }

  /** The connection is lost; it is opened again after a while. */
  void cut() {
    if (open) {
      open = false;
      threads.after(Duration.ofMillis(100 + random.nextInt(REOPENED_MILLIS)), this::open);
    }
  }
}
