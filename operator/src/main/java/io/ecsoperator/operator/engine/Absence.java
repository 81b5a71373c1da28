package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a read that does not show a resource proves that there is none. ECS is eventually
 * consistent, and the answer of a call that creates a resource may be lost. Nothing is created for
 * a terminating object, so a read that begins a grace period after the deletion was requested shows
 * everything that was created for it.
 */
public final class Absence {
  private final Duration grace;

  /**
   * @param grace how far a read may be behind a write
   */
  public Absence(Duration grace) {
    this.grace = grace;
  }

  /**
   * Releases a terminating object of which ECS shows nothing, as soon as that is proved.
   *
   * @param mayExist whether something may have been created for the object that ECS does not show;
   *     if not, nothing has to be proved
   */
  public <S extends EcsStatus> Decision<S> release(
      ReconcileContext<S> context, S status, boolean mayExist) {
    Instant proved = provedFrom(context).orElseThrow();
    if (!mayExist || !context.now().isBefore(proved)) {
      return new Decision.Released<>(status);
    }
    return Decision.done(
        status,
        new ReadyState.Reconciling(
            Reason.DELETING,
            "ECS shows nothing of this object, but may not show yet what was created last: it is"
                + " read again at %s.".formatted(proved),
            Duration.between(context.now(), proved)));
  }

  /**
   * Releases a terminating object whose resource is gone.
   *
   * @param ended whether ECS still describes the resource that the object had, as deleted: then
   *     nothing else was created for it
   */
  public <S extends EcsStatus> Decision<S> releaseEnded(
      ReconcileContext<S> context, S status, boolean ended) {
    return release(context, status, !ended && context.mayHaveCreated());
  }

  /**
   * How old an observation may be: at most {@code age}, and not from before the instant of the
   * proof once that has come.
   */
  <S extends EcsStatus> EcsReader.Freshness freshness(ReconcileContext<S> context, Duration age) {
    return freshness(provedFrom(context), context.now(), age);
  }

  /** The same, with the instant from which a read is a proof. */
  static EcsReader.Freshness freshness(Optional<Instant> provedFrom, Instant now, Duration age) {
    return provedFrom
        .filter(proved -> proved.isAfter(now.minus(age)))
        .filter(proved -> !proved.isAfter(now))
        .<EcsReader.Freshness>map(EcsReader.Freshness.Since::new)
        .orElseGet(() -> new EcsReader.Freshness.MaxAge(age));
  }

  private <S extends EcsStatus> Optional<Instant> provedFrom(ReconcileContext<S> context) {
    return context.desired().deletedAt().map(deletedAt -> deletedAt.plus(grace));
  }
}
