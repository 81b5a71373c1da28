package io.ecsoperator.operator.reconcile;

import io.ecsoperator.operator.aws.Place;
import io.ecsoperator.operator.replica.EcsReader;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.operator.status.Verdict;
import java.util.Optional;

/**
 * Keeps an operator that was started for another account or region from touching anything: there
 * the object's resource is not gone, it is only not to be seen.
 */
final class PlaceCheck {
  private final EcsReader ecs;
  private final Timing timing;

  PlaceCheck(EcsReader ecs, Timing timing) {
    this.ecs = ecs;
    this.timing = timing;
  }

  /** Why nothing may be done for an object whose status names {@code arn}; empty if it may. */
  Optional<Verdict> objection(Optional<String> arn) {
    Optional<Place> recorded = arn.flatMap(Place::ofArn);
    if (recorded.isEmpty()) {
      return Optional.empty();
    }
    Optional<Place> here = ecs.place();
    if (here.isEmpty()) {
      return Optional.of(
          new Verdict.Reconciling(
              Reason.AWS_UNAVAILABLE,
              "ECS has not answered yet, so the account behind the credentials is not known.",
              timing.poll()));
    }
    if (here.equals(recorded)) {
      return Optional.empty();
    }
    return Optional.of(
        new Verdict.Stalled(
            Reason.WRONG_ACCOUNT,
            "The resource is in "
                + recorded.get()
                + ", but the operator runs for "
                + here.get()
                + ": run it for the account and region of the resource again, or delete this"
                + " object with deletionPolicy: Retain."));
  }
}
