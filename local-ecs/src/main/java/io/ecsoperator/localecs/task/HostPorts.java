package io.ecsoperator.localecs.task;

import java.util.List;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.NetworkBinding;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/** The ports of a container on its host: those asked for, else one of the ephemeral ones. */
final class HostPorts {
  private static final int FIRST_EPHEMERAL = 32_768;
  private static final int EPHEMERAL = 28_232;

  private HostPorts() {}

  /** In awsvpc mode there are none: ports are those of the task's own network interface. */
  static List<NetworkBinding> bindings(
      TaskDefinition definition, ContainerDefinition container, String taskArn) {
    return definition.networkMode() == NetworkMode.AWSVPC
        ? List.of()
        : container.portMappings().stream().map(port -> binding(port, taskArn)).toList();
  }

  private static NetworkBinding binding(PortMapping port, String taskArn) {
    boolean chosen = port.hostPort() != null && port.hostPort() > 0;
    return NetworkBinding.builder()
        .bindIP("0.0.0.0")
        .containerPort(port.containerPort())
        .hostPort(
            chosen
                ? port.hostPort()
                // Follows from the task, so that the same world has the same ones.
                : FIRST_EPHEMERAL
                    + Math.floorMod((taskArn + port.containerPort()).hashCode(), EPHEMERAL))
        .protocol(port.protocol())
        .build();
  }
}
