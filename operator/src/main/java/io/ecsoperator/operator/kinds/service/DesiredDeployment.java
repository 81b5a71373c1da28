package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;

/** How a spec asks ECS to deploy. */
record DesiredDeployment(JsonNode configuration) {
  private static final EcsMember CONFIGURATION =
      EcsType.request("CreateService").member("deploymentConfiguration");

  private static final EcsType TYPE = EcsType.of("DeploymentConfiguration");
  private static final EcsMember BAKE_TIME = TYPE.member("bakeTimeInMinutes");
  private static final EcsMember LIFECYCLE_HOOKS = TYPE.member("lifecycleHooks");
  private static final EcsMember STRATEGY = TYPE.member("strategy");

  static DesiredDeployment of(Desired desired) {
    return new DesiredDeployment(CONFIGURATION.of(desired.aws()));
  }

  /** Whether a rollout may pause with all tasks running, for a bake time or a lifecycle hook. */
  boolean mayPause() {
    return BAKE_TIME.number(configuration) > 0
        || LIFECYCLE_HOOKS.isIn(configuration)
        || STRATEGY.optionalText(configuration).filter(name -> !name.equals("ROLLING")).isPresent();
  }
}
