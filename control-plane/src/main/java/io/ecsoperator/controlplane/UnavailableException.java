package io.ecsoperator.controlplane;

/** One way to an API server is not open on this machine; the message says why, in one clause. */
final class UnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  UnavailableException(String why) {
    super(why);
  }

  UnavailableException(String why, Throwable cause) {
    super(why, cause);
  }
}
