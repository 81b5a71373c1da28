package io.ecsoperator.localecs.task;

import io.ecsoperator.localecs.instance.Demand;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.ResourceRequirement;
import software.amazon.awssdk.services.ecs.model.ResourceType;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskOverride;
import software.amazon.awssdk.services.ecs.model.TransportProtocol;

/**
 * The demand of a task on a container instance: the task's size, else the sum of its containers.
 */
final class TaskDemand {
  private TaskDemand() {}

  static Demand of(TaskDefinition definition, TaskOverride overrides) {
    boolean awsvpc = definition.networkMode() == NetworkMode.AWSVPC;
    Set<Integer> tcp = new HashSet<>();
    Set<Integer> udp = new HashSet<>();
    int cpu = 0;
    int memory = 0;
    int gpus = 0;
    for (ContainerDefinition container : definition.containerDefinitions()) {
      Optional<ContainerOverride> override = override(container, overrides);
      cpu += number(override.map(ContainerOverride::cpu).orElse(container.cpu()));
      memory += memory(container, override);
      gpus += gpus(container, override);
      if (!awsvpc) {
        container.portMappings().stream()
            .filter(port -> number(port.hostPort()) > 0)
            .forEach(port -> (isUdp(port) ? udp : tcp).add(port.hostPort()));
      }
    }
    return new Demand(
        size(overrides.cpu(), definition.cpu()).orElse(cpu),
        size(overrides.memory(), definition.memory()).orElse(memory),
        gpus,
        tcp,
        udp,
        awsvpc ? 1 : 0);
  }

  private static Optional<ContainerOverride> override(
      ContainerDefinition container, TaskOverride overrides) {
    return overrides.containerOverrides().stream()
        .filter(candidate -> container.name().equals(candidate.name()))
        .findFirst();
  }

  /** The soft memory limit if there is one, else the hard limit. */
  private static int memory(ContainerDefinition container, Optional<ContainerOverride> override) {
    Integer soft =
        override.map(ContainerOverride::memoryReservation).orElse(container.memoryReservation());
    Integer hard = override.map(ContainerOverride::memory).orElse(container.memory());
    return number(soft == null ? hard : soft);
  }

  private static int gpus(ContainerDefinition container, Optional<ContainerOverride> override) {
    List<ResourceRequirement> requirements =
        override
            .filter(ContainerOverride::hasResourceRequirements)
            .map(ContainerOverride::resourceRequirements)
            .orElse(container.resourceRequirements());
    return requirements.stream()
        .filter(requirement -> requirement.type() == ResourceType.GPU)
        .mapToInt(requirement -> Integer.parseInt(requirement.value()))
        .sum();
  }

  private static boolean isUdp(PortMapping port) {
    return port.protocol() == TransportProtocol.UDP;
  }

  private static Optional<Integer> size(String override, String defined) {
    return Optional.ofNullable(override)
        .or(() -> Optional.ofNullable(defined))
        .map(Integer::valueOf);
  }

  private static int number(@Nullable Integer value) {
    return value == null ? 0 : value;
  }
}
