package io.ecsoperator.operator.placement;

/**
 * A reason why a task does not fit on an instance.
 *
 * @param detail what is needed and what there is
 */
public record Misfit(Code code, String detail) {

  /** What does not fit. */
  public enum Code {
    STATUS,
    AGENT,
    CPU,
    MEMORY,
    TCP_PORTS,
    UDP_PORTS,
    GPU,
    ENI,
    ATTRIBUTE,
    ARCHITECTURE,
    OPERATING_SYSTEM,
    MEMBER_OF,
    DISTINCT_INSTANCE
  }
}
