package io.ecsoperator.controlplane.process;

/** A process cannot start, has ended by itself, or did not write a line in time. */
public final class ProcessException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ProcessException(String message) {
    super(message);
  }
}
