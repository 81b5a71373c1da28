package io.ecsoperator.localecs.taskdefinition;

import io.ecsoperator.localecs.protocol.EcsError;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.LogConfiguration;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.OSFamily;
import software.amazon.awssdk.services.ecs.model.PidMode;
import software.amazon.awssdk.services.ecs.model.ResourceType;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/** Validates task definitions for Fargate. */
final class FargateRules {
  private static final Set<String> LOG_DRIVERS = Set.of("awslogs", "splunk", "awsfirelens");
  private static final int MOST_STOP_SECONDS = 120;
  private static final int LEAST_STORAGE_GIB = 21;
  private static final int MOST_STORAGE_GIB = 200;

  private FargateRules() {}

  /** Refuses a definition that requires Fargate and cannot run there. */
  static void check(TaskDefinition definition) {
    if (!definition.requiresCompatibilities().contains(Compatibility.FARGATE)) {
      return;
    }
    if (definition.networkMode() != NetworkMode.AWSVPC) {
      throw EcsError.client("Fargate only supports network mode ‘awsvpc’.");
    }
    TaskSize.checkOnFargate(definition.cpu(), definition.memory(), isWindows(definition));
    problem(definition)
        .ifPresent(
            problem -> {
              throw EcsError.client(problem);
            });
  }

  /** Whether the definition can run on Fargate, whether it requires it or not. */
  static boolean qualifies(TaskDefinition definition) {
    return definition.networkMode() == NetworkMode.AWSVPC
        && TaskSize.fitsFargate(definition.cpu(), definition.memory(), isWindows(definition))
        && problem(definition).isEmpty();
  }

  private static boolean isWindows(TaskDefinition definition) {
    return definition.runtimePlatform() != null
        && definition.runtimePlatform().operatingSystemFamily() != null
        && definition.runtimePlatform().operatingSystemFamily() != OSFamily.LINUX;
  }

  private static Optional<String> problem(TaskDefinition definition) {
    return Stream.concat(
            ofTask(definition),
            definition.containerDefinitions().stream()
                .flatMap(container -> ofContainer(definition, container)))
        .findFirst();
  }

  private static Stream<String> ofTask(TaskDefinition definition) {
    return Stream.of(
            unsupported(!definition.placementConstraints().isEmpty(), "placementConstraints"),
            unsupported(definition.ipcMode() != null, "ipcMode"),
            unsupported(
                definition.pidMode() != null && definition.pidMode() != PidMode.TASK,
                "pidMode other than task"),
            unsupported(
                definition.volumes().stream()
                    .anyMatch(
                        volume -> volume.host() != null && volume.host().sourcePath() != null),
                "host.sourcePath in volumes"),
            storage(definition))
        .flatMap(Optional::stream);
  }

  private static Optional<String> storage(TaskDefinition definition) {
    if (definition.ephemeralStorage() == null) {
      return Optional.empty();
    }
    Integer size = definition.ephemeralStorage().sizeInGiB();
    return size != null && size >= LEAST_STORAGE_GIB && size <= MOST_STORAGE_GIB
        ? Optional.empty()
        : Optional.of(
            "Ephemeral storage on Fargate must be between "
                + LEAST_STORAGE_GIB
                + " and "
                + MOST_STORAGE_GIB
                + " GiB.");
  }

  private static Stream<String> ofContainer(
      TaskDefinition definition, ContainerDefinition container) {
    return Stream.of(
            unsupported(!container.links().isEmpty(), "links"),
            unsupported(Boolean.TRUE.equals(container.privileged()), "privileged"),
            unsupported(!container.extraHosts().isEmpty(), "extraHosts"),
            unsupported(!container.dnsServers().isEmpty(), "dnsServers"),
            unsupported(!container.dnsSearchDomains().isEmpty(), "dnsSearchDomains"),
            unsupported(
                container.resourceRequirements().stream()
                    .anyMatch(requirement -> requirement.type() == ResourceType.GPU),
                "GPU"),
            unsupported(
                container.linuxParameters() != null
                    && (container.linuxParameters().maxSwap() != null
                        || container.linuxParameters().swappiness() != null),
                "swap"),
            container.stopTimeout() != null && container.stopTimeout() > MOST_STOP_SECONDS
                ? Optional.of("On Fargate stopTimeout must be at most " + MOST_STOP_SECONDS + ".")
                : Optional.<String>empty(),
            log(definition, container.logConfiguration()))
        .flatMap(Optional::stream);
  }

  private static Optional<String> log(TaskDefinition definition, @Nullable LogConfiguration log) {
    if (log == null) {
      return Optional.empty();
    }
    if (!LOG_DRIVERS.contains(log.logDriverAsString())) {
      return Optional.of(
          "Log driver " + log.logDriverAsString() + " is disallowed for Fargate tasks.");
    }
    if (!log.logDriverAsString().equals("awslogs")) {
      return Optional.empty();
    }
    Map<String, String> options = log.options();
    for (String option : new String[] {"awslogs-group", "awslogs-region"}) {
      if (!options.containsKey(option)) {
        return Optional.of("Log driver awslogs requires options: " + option);
      }
    }
    return definition.executionRoleArn() == null
        ? Optional.of(
            "Fargate requires task definition to have execution role ARN to support log driver"
                + " awslogs.")
        : Optional.empty();
  }

  private static Optional<String> unsupported(boolean used, String what) {
    return used ? Optional.of("Fargate does not support " + what + ".") : Optional.empty();
  }
}
