package io.ecsoperator.plan;

/**
 * The comparable shapes: what create, describe and update answers of one thing are projected to.
 */
public enum Shape {
  CLUSTER,
  SERVICE,
  TASK_DEFINITION
}
