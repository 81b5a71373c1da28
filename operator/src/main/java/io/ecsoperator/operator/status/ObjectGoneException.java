package io.ecsoperator.operator.status;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.ObjectKey;

/** The object was deleted; Kubernetes may have another one of its name. */
public final class ObjectGoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ObjectGoneException(EcsResource<?> object, Throwable cause) {
    super(ObjectKey.of(object) + " is gone", cause);
  }
}
