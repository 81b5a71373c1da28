package io.ecsoperator.benchmarks;

import io.ecsoperator.benchmarks.localecs.StartCase;
import io.ecsoperator.benchmarks.localecs.StateCase;
import io.ecsoperator.benchmarks.localecs.WorldCase;
import io.ecsoperator.benchmarks.operator.CreateCase;
import io.ecsoperator.benchmarks.operator.DriftCase;
import io.ecsoperator.benchmarks.operator.PlacementCase;
import io.ecsoperator.benchmarks.operator.QuotaCase;
import io.ecsoperator.benchmarks.operator.RestartCase;
import io.ecsoperator.benchmarks.operator.SteadyCase;
import io.ecsoperator.benchmarks.operator.WaitingCase;
import java.util.List;

/** All cases, in the order in which they run. */
final class Cases {
  private Cases() {}

  static List<BenchmarkCase> all() {
    return List.of(
        new WorldCase(),
        new StartCase(),
        new StateCase(),
        new CreateCase(),
        new QuotaCase(),
        new WaitingCase(),
        new SteadyCase(),
        new RestartCase(),
        new DriftCase(),
        new PlacementCase());
  }

  /** The cases that are named {@code prefix} or {@code prefix-...}. */
  static List<BenchmarkCase> startingWith(String prefix) {
    return all().stream().filter(one -> (one.name() + "-").startsWith(prefix + "-")).toList();
  }

  static BenchmarkCase named(String name) {
    return all().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("There is no case " + name + "."));
  }
}
