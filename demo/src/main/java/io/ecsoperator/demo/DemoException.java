package io.ecsoperator.demo;

/** The demo cannot continue; the message says why. */
final class DemoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DemoException(String message) {
    super(message);
  }
}
