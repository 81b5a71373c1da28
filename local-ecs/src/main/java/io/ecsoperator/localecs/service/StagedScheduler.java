package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.external.ExternalDependencies;
import io.ecsoperator.localecs.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * Carries out blue/green, linear and canary deployments. Both revisions keep all their tasks during
 * the traffic shift, so the minimum and maximum percent do not apply.
 */
final class StagedScheduler {
  private final World world;
  private final Scaling scaling;
  private final RollingScheduler rolling;
  private final Rollbacks rollbacks;
  private final ExternalDependencies external;
  private final BiConsumer<ServiceState, Instant> triggerAt;

  /**
   * @param triggerAt schedules a reconcile of a service at a later time
   */
  StagedScheduler(
      World world,
      Scaling scaling,
      RollingScheduler rolling,
      Rollbacks rollbacks,
      ExternalDependencies external,
      BiConsumer<ServiceState, Instant> triggerAt) {
    this.world = world;
    this.scaling = scaling;
    this.rolling = rolling;
    this.rollbacks = rollbacks;
    this.external = external;
    this.triggerAt = triggerAt;
  }

  /** Reconciles a service with a deployment in stages. */
  void reconcile(ServiceState service) {
    DeploymentRecord record = service.ongoing().orElseThrow();
    StagedProgress progress = record.progress().orElseThrow();
    Rollout green = service.primary();
    Optional<Rollout> blue = blue(service);
    scale(service, progress, green, blue);
    StagedProgress.Next next =
        progress.step(
            record.facts().deploymentConfiguration(),
            situation(service, green, blue),
            external::function,
            this::hookId);
    switch (next) {
      case StagedProgress.Next.Go(StagedProgress reached) -> {
        record.reached(reached);
        triggerAt.accept(service, world.now());
      }
      case StagedProgress.Next.Wait(StagedProgress reached, Optional<Instant> until) -> {
        record.reached(reached);
        until.ifPresent(time -> triggerAt.accept(service, time));
      }
      case StagedProgress.Next.RollBack(StagedProgress reached) -> {
        record.reached(reached);
        rollbacks.end(service, DeploymentFailure.HOOK_FAILED, true);
      }
      case StagedProgress.Next.Done(StagedProgress reached) -> {
        record.reached(reached);
        rolling.complete(service);
      }
    }
  }

  /** The blue revision, which serves until the traffic shift: the last completed one. */
  private static Optional<Rollout> blue(ServiceState service) {
    return service.older().stream()
        .filter(rollout -> service.lastCompleted().filter(rollout.revision()::equals).isPresent())
        .findFirst();
  }

  private void scale(
      ServiceState service, StagedProgress progress, Rollout green, Optional<Rollout> blue) {
    if (progress.stage().isScaledUp() && !green.hasFailed()) {
      scaling.bring(service, green, service.desired());
    }
    for (Rollout older : List.copyOf(service.older())) {
      boolean serves = blue.filter(older::equals).isPresent() && progress.stage() != Stage.CLEAN_UP;
      scaling.bring(service, older, serves ? service.desired() : 0);
    }
  }

  private StagedProgress.Situation situation(
      ServiceState service, Rollout green, Optional<Rollout> blue) {
    return new StagedProgress.Situation(
        world.now(),
        blue.isPresent(),
        service.older().stream()
            .filter(rollout -> blue.filter(rollout::equals).isEmpty())
            .allMatch(RevisionTasks::isDrained),
        green.count(ServiceTask::isWanted) == service.desired()
            && green.count(ServiceTask::isHealthy) == service.desired(),
        service.older().stream().allMatch(RevisionTasks::isDrained));
  }

  private String hookId() {
    return UUID.nameUUIDFromBytes(
            Long.toString(world.random().nextLong()).getBytes(StandardCharsets.UTF_8))
        .toString();
  }
}
