package io.ecsoperator.operator.status;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.ObjectKey;

/** Another replica has written a status that this replica has not seen yet. */
public final class StaleStatusException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StaleStatusException(EcsResource<?> object) {
    super("The status of " + ObjectKey.of(object) + " is newer than what is known of it here");
  }
}
