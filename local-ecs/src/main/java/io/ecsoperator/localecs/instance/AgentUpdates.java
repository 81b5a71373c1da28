package io.ecsoperator.localecs.instance;

import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.util.Set;
import software.amazon.awssdk.services.ecs.model.AgentUpdateStatus;

/** Simulates agent updates: PENDING, STAGING, STAGED, UPDATING, UPDATED, at equal intervals. */
final class AgentUpdates {
  private static final Duration STEP = Duration.ofSeconds(20);
  private static final Set<AgentUpdateStatus> OVER =
      Set.of(AgentUpdateStatus.UPDATED, AgentUpdateStatus.FAILED);

  private final World world;
  private final ContainerInstances instances;

  AgentUpdates(World world, ContainerInstances instances) {
    this.world = world;
    this.instances = instances;
  }

  InstanceState begin(InstanceState instance) {
    AgentUpdateStatus status = instance.facts().agentUpdateStatus();
    if (status != null && !OVER.contains(status)) {
      throw new EcsError(
          "UpdateInProgressException",
          "There is already an update in progress for the container agent on the specified"
              + " container instance.");
    }
    String version = instance.facts().versionInfo().agentVersion();
    if (version == null) {
      throw new EcsError(
          "MissingVersionException",
          "Amazon ECS could not determine the current version of the container agent on the"
              + " specified container instance.");
    }
    if (!instance.facts().agentConnected()) {
      throw EcsError.client("The agent of the specified container instance is not connected.");
    }
    if (version.equals(AgentSoftware.CURRENT.agentVersion())) {
      throw new EcsError(
          "NoUpdateAvailableException",
          "There is no update available for the container agent on the specified container"
              + " instance.");
    }
    return step(instance, AgentUpdateStatus.PENDING);
  }

  private InstanceState step(InstanceState instance, AgentUpdateStatus to) {
    InstanceState changed =
        instances.changeFacts(
            instance.clusterArn(),
            instance.arn(),
            facts ->
                to == AgentUpdateStatus.UPDATED
                    ? facts.toBuilder()
                        .agentUpdateStatus(to)
                        .versionInfo(AgentSoftware.CURRENT)
                        .build()
                    : facts.toBuilder().agentUpdateStatus(to).build());
    if (to != AgentUpdateStatus.UPDATED) {
      world.after(STEP, () -> goOn(changed, next(to)));
    }
    return changed;
  }

  private void goOn(InstanceState begun, AgentUpdateStatus to) {
    instances
        .find(begun.clusterArn(), begun.arn())
        .filter(instance -> !instance.facts().status().equals(InstanceState.INACTIVE))
        .ifPresent(instance -> step(instance, to));
  }

  private static AgentUpdateStatus next(AgentUpdateStatus status) {
    return switch (status) {
      case PENDING -> AgentUpdateStatus.STAGING;
      case STAGING -> AgentUpdateStatus.STAGED;
      case STAGED -> AgentUpdateStatus.UPDATING;
      default -> AgentUpdateStatus.UPDATED;
    };
  }
}
