package io.ecsoperator.operator.reconcile;

import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.replica.Freshness;
import java.time.Instant;

/**
 * What a kind is shown of an object.
 *
 * @param status as it was last written
 * @param freshness how old what is known of ECS may be
 * @param mayTag whether ECS takes this operator's own tags; where it does not, they are left alone
 */
public record View<S extends EcsStatus>(
    Desired desired, S status, Freshness freshness, boolean mayTag, Instant now) {

  public boolean deleting() {
    return desired.deletedAt().isPresent();
  }
}
