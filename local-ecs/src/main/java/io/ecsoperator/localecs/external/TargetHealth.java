package io.ecsoperator.localecs.external;

/** The health that a load balancer reports for a target. */
public enum TargetHealth {
  HEALTHY,
  UNHEALTHY,
  /** The health checks have not decided yet. */
  INITIAL
}
