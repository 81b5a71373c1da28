package io.ecsoperator.operator.status;

import io.ecsoperator.operator.ObjectKey;

/** Kubernetes has no such object any more, or another one of its name. */
public final class ObjectGoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ObjectGoneException(ObjectKey object, Throwable cause) {
    super(object + " is gone", cause);
  }
}
