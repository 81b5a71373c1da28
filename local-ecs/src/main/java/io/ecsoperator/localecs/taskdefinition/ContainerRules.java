package io.ecsoperator.localecs.taskdefinition;

import io.ecsoperator.localecs.protocol.EcsError;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.ContainerCondition;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerDependency;
import software.amazon.awssdk.services.ecs.model.ContainerRestartPolicy;
import software.amazon.awssdk.services.ecs.model.HealthCheck;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/** Validates container definitions, for all launch types. */
final class ContainerRules {
  /** The user of a container with a FireLens configuration. */
  static final String FIRELENS_USER = "0";

  private static final int MOST_CONTAINERS = 10;
  private static final int LEAST_TIMEOUT_SECONDS = 2;
  private static final int LEAST_RESTART_SECONDS = 60;
  private static final int MOST_RESTART_SECONDS = 1800;
  private static final int MOST_IGNORED_EXIT_CODES = 50;
  private static final int MOST_PORT = 65_535;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,255}");
  private static final Set<String> HEALTH_COMMANDS = Set.of("CMD", "CMD-SHELL", "NONE");

  private ContainerRules() {}

  /** Checks the definition with defaults filled in. */
  static void check(TaskDefinition definition) {
    List<ContainerDefinition> containers = definition.containerDefinitions();
    if (containers.isEmpty()) {
      throw EcsError.client("Container list cannot be empty.");
    }
    if (containers.size() > MOST_CONTAINERS) {
      throw EcsError.client(
          "Task definition can not have more than " + MOST_CONTAINERS + " containers.");
    }
    Map<String, ContainerDefinition> byName = new HashMap<>();
    for (ContainerDefinition container : containers) {
      checkOne(container, definition);
      if (byName.put(container.name(), container) != null) {
        throw EcsError.client(
            "Container names must be unique within a task definition: "
                + container.name()
                + " is there more than once.");
      }
    }
    if (containers.stream().noneMatch(ContainerDefinition::essential)) {
      throw EcsError.client("Task definition doesn't have any essential container.");
    }
    containers.forEach(container -> checkDependencies(container, byName));
    checkNoCycle(byName);
  }

  private static void checkOne(ContainerDefinition container, TaskDefinition definition) {
    if (container.name() == null || !NAME.matcher(container.name()).matches()) {
      throw EcsError.client("Container.name contains invalid characters.");
    }
    if (container.image() == null || container.image().isEmpty()) {
      throw EcsError.client("Container.image should not be null or empty.");
    }
    checkMemory(container, definition);
    atLeast(container, "startTimeout", container.startTimeout());
    atLeast(container, "stopTimeout", container.stopTimeout());
    if (container.restartPolicy() != null) {
      checkRestarts(container, container.restartPolicy());
    }
    container.portMappings().forEach(port -> checkPort(container, port, definition.networkMode()));
    if (!container.links().isEmpty() && !isBridge(definition.networkMode())) {
      throw EcsError.client("Links are only supported with network mode 'bridge'.");
    }
    checkUser(container);
    if (container.healthCheck() != null) {
      checkHealth(container, container.healthCheck());
    }
  }

  private static void checkUser(ContainerDefinition container) {
    String user = container.user();
    if (container.firelensConfiguration() != null
        && user != null
        && !user.equals(FIRELENS_USER)
        && !user.startsWith(FIRELENS_USER + ":")) {
      throw EcsError.client(
          "If 'user' field is specified on firelens container, then 'UID' has to be '0'.");
    }
  }

  private static void checkMemory(ContainerDefinition container, TaskDefinition definition) {
    if (container.memory() == null
        && container.memoryReservation() == null
        && definition.memory() == null) {
      throw invalid(
          container, "At least one of 'memory' or 'memoryReservation' must be specified.");
    }
    if (container.memory() != null
        && container.memoryReservation() != null
        && container.memory() < container.memoryReservation()) {
      throw invalid(container, "'memory' must not be less than 'memoryReservation'.");
    }
    if (container.memory() != null
        && definition.memory() != null
        && container.memory() > Long.parseLong(definition.memory())) {
      throw invalid(container, "'memory' must not be more than the memory of the task.");
    }
  }

  private static void atLeast(
      ContainerDefinition container, String what, @Nullable Integer seconds) {
    if (seconds != null && seconds < LEAST_TIMEOUT_SECONDS) {
      throw invalid(container, "'" + what + "' must be at least " + LEAST_TIMEOUT_SECONDS + ".");
    }
  }

  private static void checkRestarts(ContainerDefinition container, ContainerRestartPolicy policy) {
    Integer period = policy.restartAttemptPeriod();
    if (period != null && (period < LEAST_RESTART_SECONDS || period > MOST_RESTART_SECONDS)) {
      throw invalid(
          container,
          "'restartAttemptPeriod' must be between "
              + LEAST_RESTART_SECONDS
              + " and "
              + MOST_RESTART_SECONDS
              + ".");
    }
    if (policy.ignoredExitCodes().size() > MOST_IGNORED_EXIT_CODES) {
      throw invalid(
          container, "'ignoredExitCodes' can have at most " + MOST_IGNORED_EXIT_CODES + " items.");
    }
  }

  private static void checkPort(ContainerDefinition container, PortMapping port, NetworkMode mode) {
    if (mode == NetworkMode.NONE) {
      throw EcsError.client("Port mappings are not supported with network mode 'none'.");
    }
    for (Integer number : new Integer[] {port.containerPort(), port.hostPort()}) {
      if (number != null && (number < 0 || number > MOST_PORT)) {
        throw invalid(container, "Port mappings use ports from 0 to " + MOST_PORT + ".");
      }
    }
    if (port.containerPort() == null && port.containerPortRange() == null) {
      throw invalid(container, "A port mapping needs 'containerPort' or 'containerPortRange'.");
    }
    if ((mode == NetworkMode.AWSVPC || mode == NetworkMode.HOST)
        && port.containerPort() != null
        && !port.containerPort().equals(port.hostPort())) {
      throw EcsError.client(
          "When networkMode="
              + mode
              + ", the host ports and container ports in port mappings must match.");
    }
  }

  private static boolean isBridge(@Nullable NetworkMode mode) {
    return mode == null || mode == NetworkMode.BRIDGE;
  }

  private static void checkHealth(ContainerDefinition container, HealthCheck check) {
    if (check.command().isEmpty() || !HEALTH_COMMANDS.contains(check.command().getFirst())) {
      throw invalid(container, "A health check command begins with CMD or CMD-SHELL.");
    }
    within(container, "interval", check.interval(), 5, 300);
    within(container, "timeout", check.timeout(), 2, 60);
    within(container, "retries", check.retries(), 1, 10);
    within(container, "startPeriod", check.startPeriod(), 0, 300);
  }

  private static void within(
      ContainerDefinition container, String what, @Nullable Integer value, int least, int most) {
    if (value != null && (value < least || value > most)) {
      throw invalid(
          container,
          "The health check's '" + what + "' must be between " + least + " and " + most + ".");
    }
  }

  private static void checkDependencies(
      ContainerDefinition container, Map<String, ContainerDefinition> byName) {
    for (ContainerDependency dependency : container.dependsOn()) {
      ContainerDefinition target = byName.get(dependency.containerName());
      if (target == null) {
        throw invalid(
            container,
            "It depends on container '"
                + dependency.containerName()
                + "', which is not in the task definition.");
      }
      ContainerCondition condition = dependency.condition();
      if (condition == null || condition == ContainerCondition.UNKNOWN_TO_SDK_VERSION) {
        throw invalid(
            container, "A dependency's condition is START, COMPLETE, SUCCESS or HEALTHY.");
      }
      boolean waitsForEnd =
          condition == ContainerCondition.COMPLETE || condition == ContainerCondition.SUCCESS;
      if (waitsForEnd && target.essential()) {
        throw invalid(
            container, "Condition " + condition + " is not allowed on an essential container.");
      }
      if (condition == ContainerCondition.HEALTHY && target.healthCheck() == null) {
        throw invalid(
            container, "Condition HEALTHY needs a health check in '" + target.name() + "'.");
      }
    }
  }

  private static void checkNoCycle(Map<String, ContainerDefinition> byName) {
    Set<String> done = new HashSet<>();
    byName.keySet().forEach(name -> follow(name, byName, new HashSet<>(), done));
  }

  private static void follow(
      String name, Map<String, ContainerDefinition> byName, Set<String> path, Set<String> done) {
    if (done.contains(name)) {
      return;
    }
    if (!path.add(name)) {
      throw EcsError.client("Container dependsOn contains a cycle");
    }
    Objects.requireNonNull(byName.get(name), "Each dependency is a known container.")
        .dependsOn()
        .forEach(dependency -> follow(dependency.containerName(), byName, path, done));
    path.remove(name);
    done.add(name);
  }

  private static EcsError invalid(ContainerDefinition container, String problem) {
    return EcsError.client("Invalid setting for container '" + container.name() + "'. " + problem);
  }
}
