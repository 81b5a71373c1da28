package io.ecsoperator.localecs.task;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.NetworkBinding;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.PortMapping;

/**
 * Assigns host ports to containers: the requested port, else the next ephemeral port that is free
 * on the host. Belongs to the world's thread.
 */
final class HostPorts {
  private static final int FIRST_EPHEMERAL = 32_768;
  private static final int EPHEMERAL = 28_232;

  private final Map<String, Integer> givenByHost = new HashMap<>();

  /**
   * The bindings of a container; none in awsvpc mode, where tasks have their own network interface.
   */
  List<NetworkBinding> bind(ContainerDefinition container, TaskState state) {
    return state.definition().networkMode() == NetworkMode.AWSVPC
        ? List.of()
        : container.portMappings().stream()
            .map(port -> binding(port, state.task().containerInstanceArn()))
            .toList();
  }

  private NetworkBinding binding(PortMapping port, String host) {
    boolean chosen = port.hostPort() != null && port.hostPort() > 0;
    return NetworkBinding.builder()
        .bindIP("0.0.0.0")
        .containerPort(port.containerPort())
        .hostPort(chosen ? port.hostPort() : Integer.valueOf(next(host)))
        .protocol(port.protocol())
        .build();
  }

  private int next(String host) {
    int given = givenByHost.merge(host, 1, Integer::sum) - 1;
    return FIRST_EPHEMERAL + given % EPHEMERAL;
  }
}
