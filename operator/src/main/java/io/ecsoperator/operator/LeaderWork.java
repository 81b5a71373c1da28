package io.ecsoperator.operator;

import io.ecsoperator.operator.aws.quota.QuotaEcs;
import io.ecsoperator.operator.cache.EcsCache;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.ReconcileTrigger;
import io.ecsoperator.operator.leader.LeadershipListener;
import io.ecsoperator.operator.status.StatusStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * What begins and ends with leadership.
 *
 * @param threads run what may take long
 */
record LeaderWork(
    StatusStore statuses,
    List<Kind<?, ?, ?>> kinds,
    EcsCache cache,
    ReconcileTrigger trigger,
    QuotaEcs ecs,
    Executor threads)
    implements LeadershipListener {

  @Override
  public void elected() {
    statuses.reset();
    kinds.forEach(Kind::reset);
    cache.start();
  }

  @Override
  public void started() {
    trigger.start();
    // Wrong credentials show in the log before an object needs them.
    CompletableFuture.runAsync(cache::location, threads);
  }

  @Override
  public void stopped() {
    trigger.stop();
    ecs.interruptAll();
    cache.stop();
  }
}
