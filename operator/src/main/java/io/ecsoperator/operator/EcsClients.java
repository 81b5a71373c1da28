package io.ecsoperator.operator;

import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.OneAccountEcs;
import io.ecsoperator.operator.aws.WriteNotifyingEcs;
import io.ecsoperator.operator.aws.quota.QuotaEcs;
import io.ecsoperator.operator.aws.quota.QuotaSettings;
import io.ecsoperator.operator.leader.LeaderOnlyEcs;
import io.ecsoperator.operator.leader.Leadership;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.function.Consumer;

/** Assembles the chain of ECS clients through which every call of the operator goes. */
final class EcsClients {
  private static final int QUERY_SHARE_PERCENT = 10;

  private EcsClients() {}

  /**
   * Decorates the client that sends calls to AWS. {@link io.ecsoperator.operator.aws.OutageEcs}
   * comes before all of these: a call that is not sent because ECS is away waits for no quota. A
   * call passes the decorators from the last line of the body to the first:
   *
   * <ol>
   *   <li>{@link QuotaEcs} waits for quota. It comes first, because everything behind it happens
   *       when the call is sent, not when it begins to wait.
   *   <li>{@link OneAccountEcs} checks every answer, and rejects a write while the credentials are
   *       those of another account. It comes after the wait, because they can change during it.
   *   <li>{@link LeaderOnlyEcs} rejects the call unless this replica leads. It comes after the wait
   *       and after the check of the credentials, which may ask AWS, because leadership can be lost
   *       during both: between this check and the call there must be nothing that blocks.
   *   <li>{@link WriteNotifyingEcs} reports a write. It comes after the check of leadership, so
   *       that only writes that are sent are reported.
   *   <li>{@code client} sends the call and measures its duration, without the wait for quota.
   * </ol>
   *
   * @param client sends calls to ECS
   * @param onWrite receives the object of each write that is sent
   * @param scheduler runs what waits for quota
   * @param enqueue reconciles an object when there is quota for its deferred call
   */
  static QuotaEcs decorate(
      Ecs client,
      Consumer<ObjectKey> onWrite,
      Leadership leadership,
      QuotaSettings quotas,
      Clock clock,
      Scheduler scheduler,
      Consumer<ObjectKey> enqueue,
      MeterRegistry metrics) {
    Ecs leaderOnly = new LeaderOnlyEcs(new WriteNotifyingEcs(client, onWrite), leadership);
    return new QuotaEcs(new OneAccountEcs(leaderOnly), quotas, clock, scheduler, enqueue, metrics);
  }

  /**
   * The client that reads the copy of ECS for queries, also in a replica that does not lead. It
   * uses a tenth of AWS's quotas at most, beside the share of the reconciles.
   */
  static Ecs forQueries(Ecs client, QuotaSettings quotas, Clock clock) {
    return new QuotaEcs(
        new OneAccountEcs(client),
        quotas.enforced() ? QuotaSettings.share(QUERY_SHARE_PERCENT) : QuotaSettings.off(),
        clock,
        new VirtualThreadScheduler("query-quota-"),
        object -> {},
        // The metrics of quotas are those of the reconciles.
        new SimpleMeterRegistry());
  }
}
