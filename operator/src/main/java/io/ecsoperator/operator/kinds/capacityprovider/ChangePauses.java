package io.ecsoperator.operator.kinds.capacityprovider;

import io.ecsoperator.crds.capacityprovider.EcsCapacityProviderStatus;
import io.ecsoperator.crds.capacityprovider.RequestedChange;
import io.ecsoperator.operator.Backoff;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/**
 * Growing pauses between requests for a change that fails. ECS accepts such a request and reports
 * the failure later, as state of the capacity provider, so the status counts the requests.
 */
final class ChangePauses {

  private final Timing timing;

  ChangePauses(Timing timing) {
    this.timing = timing;
  }

  /** The status with one more request for a change. */
  EcsCapacityProviderStatus requested(
      ReconcileContext<?> context, EcsCapacityProviderStatus status, String operation) {
    int before = same(context, status, operation).map(RequestedChange::attempts).orElse(0);
    return status.withLastChange(
        new RequestedChange(
            operation,
            context.desired().generation(),
            before + 1,
            context.now().truncatedTo(ChronoUnit.MILLIS).toString()));
  }

  /**
   * How long to wait before a failed change is requested again; empty if it may be requested now. A
   * new generation of the spec does not wait.
   */
  Optional<Duration> left(
      ReconcileContext<?> context, EcsCapacityProviderStatus status, String operation) {
    return same(context, status, operation)
        .map(last -> Duration.between(context.now(), nextAt(last)))
        .filter(Duration::isPositive);
  }

  private Instant nextAt(RequestedChange last) {
    return Instant.parse(last.requestedAt())
        .plus(Backoff.doubled(timing.poll(), last.attempts(), timing.maxBackoff()));
  }

  private static Optional<RequestedChange> same(
      ReconcileContext<?> context, EcsCapacityProviderStatus status, String operation) {
    return Optional.ofNullable(status.lastChange())
        .filter(last -> operation.equals(last.operation()))
        .filter(last -> Objects.equals(last.generation(), context.desired().generation()));
  }
}
