package io.ecsoperator.controlplane;

/** One way to get an API server does not work on this machine; the message says why. */
final class UnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  UnavailableException(String why) {
    super(why);
  }

  UnavailableException(String why, Throwable cause) {
    super(why, cause);
  }
}
