package io.ecsoperator.operator.informer;

import java.io.IOException;

/** The API server answered a list or a watch with an error. */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int code;

  RefusedException(int code, String message) {
    super("HTTP status " + code + ": " + message);
    this.code = code;
  }

  int code() {
    return code;
  }
}
