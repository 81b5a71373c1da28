package io.ecsoperator.operator.cache;

import io.ecsoperator.operator.Scheduler;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** The cache on the threads of a simulation. */
public final class SimulatedCache {
  private SimulatedCache() {}

  public static EcsCache of(
      EcsCache.Dependencies dependencies,
      EcsCache.Settings settings,
      RandomGenerator random,
      Executor threads,
      Scheduler scheduler) {
    return new EcsCache(dependencies, settings, new EcsCache.Execution(random, threads, scheduler));
  }
}
