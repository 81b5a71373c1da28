package io.ecsoperator.e2e.demo;

/** The demo cannot go on; the message says why, for a person. */
final class DemoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DemoException(String message) {
    super(message);
  }
}
