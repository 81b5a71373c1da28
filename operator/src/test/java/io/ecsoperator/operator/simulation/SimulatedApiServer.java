package io.ecsoperator.operator.simulation;

import io.ecsoperator.controlplane.model.ApiRequest;
import io.ecsoperator.controlplane.model.ApiResponse;
import io.ecsoperator.controlplane.model.ApiServerModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The model of the API server, and who watches it. */
final class SimulatedApiServer {
  private static final Duration GARBAGE = Duration.ofSeconds(1);

  private final ApiServerModel model;
  private final SimulatedThreads threads;
  private final List<SimulatedWatch<?>> watches = new ArrayList<>();
  private boolean collecting;

  SimulatedApiServer(SimulatedThreads threads) {
    this.threads = threads;
    this.model = new ApiServerModel(threads::instant);
  }

  ApiServerModel model() {
    return model;
  }

  ApiResponse handle(ApiRequest request) {
    long before = model.version();
    ApiResponse response = model.handle(request);
    if (model.version() != before) {
      changed();
    }
    return response;
  }

  private void changed() {
    List.copyOf(watches).forEach(SimulatedWatch::changed);
    if (!collecting) {
      collecting = true;
      threads.after(GARBAGE, this::collectGarbage);
    }
  }

  private void collectGarbage() {
    collecting = false;
    if (model.collectGarbage()) {
      changed();
    }
  }

  void add(SimulatedWatch<?> watch) {
    watches.add(watch);
  }

  void remove(SimulatedWatch<?> watch) {
    watches.remove(watch);
  }

  void cutWatches() {
    List.copyOf(watches).forEach(SimulatedWatch::cut);
  }

  void restore(ApiServerModel.Backup backup) {
    model.restore(backup);
    cutWatches();
    changed();
  }
}
