package io.ecsoperator.localecs.service;

import software.amazon.awssdk.services.ecs.model.ServiceDeploymentLifecycleStage;

/** The lifecycle stages of a blue/green, linear or canary deployment, in their order. */
enum Stage {
  /** Stops the tasks of abandoned deployments; skipped when there are none. */
  RECONCILE_SERVICE,
  PRE_SCALE_UP,
  SCALE_UP,
  POST_SCALE_UP,
  TEST_TRAFFIC_SHIFT,
  POST_TEST_TRAFFIC_SHIFT,
  /** Runs hooks only. The deployment keeps showing the stage before. */
  PRE_PRODUCTION_TRAFFIC_SHIFT,
  PRODUCTION_TRAFFIC_SHIFT,
  POST_PRODUCTION_TRAFFIC_SHIFT,
  BAKE_TIME,
  CLEAN_UP;

  /** Whether the new revision has all its tasks. */
  boolean isScaledUp() {
    return compareTo(SCALE_UP) >= 0;
  }

  /** Whether test traffic goes to the new revision. */
  boolean isTested() {
    return compareTo(TEST_TRAFFIC_SHIFT) >= 0;
  }

  Stage next() {
    return values()[ordinal() + 1];
  }

  /** The stage as the service deployment shows it. */
  ServiceDeploymentLifecycleStage shown(boolean shifting) {
    if (this == PRE_PRODUCTION_TRAFFIC_SHIFT) {
      return shifting
          ? ServiceDeploymentLifecycleStage.PRODUCTION_TRAFFIC_SHIFT
          : ServiceDeploymentLifecycleStage.POST_TEST_TRAFFIC_SHIFT;
    }
    return ServiceDeploymentLifecycleStage.fromValue(name());
  }
}
