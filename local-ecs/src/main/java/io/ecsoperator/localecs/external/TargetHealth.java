package io.ecsoperator.localecs.external;

/** What a load balancer's health checks say of a target. */
public enum TargetHealth {
  HEALTHY,
  UNHEALTHY,
  /** Not decided yet. */
  INITIAL
}
