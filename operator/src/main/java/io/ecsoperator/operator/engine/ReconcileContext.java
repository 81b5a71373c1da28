package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.cache.Freshness;
import io.ecsoperator.operator.desired.Desired;
import java.time.Instant;

/**
 * What a kind is shown of an object.
 *
 * @param status as it was last written
 * @param untouched whether nobody can have made anything in ECS for the object before this look
 * @param freshness how old what is known of ECS may be
 * @param mayTag whether ECS takes this operator's own tags; where it does not, they are left alone
 */
public record ReconcileContext<S extends EcsStatus>(
    Desired desired,
    S status,
    boolean firstReconcile,
    Freshness freshness,
    boolean mayTag,
    Instant now) {

  /** Whether no look has ever come to an end. */
  public boolean withoutStatus() {
    return status.common().conditions() == null;
  }

  public boolean deleting() {
    return desired.deletedAt().isPresent();
  }
}
