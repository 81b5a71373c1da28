package io.ecsoperator.localecs.taskdefinition;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.ecs.model.Attribute;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/** The compatibilities of a task definition, and the attributes that it requires of an instance. */
final class Capabilities {
  private static final String OF_DOCKER = "com.amazonaws.ecs.capability.";
  private static final String OF_AGENT = "ecs.capability.";

  private Capabilities() {}

  static List<Compatibility> compatibilities(TaskDefinition definition) {
    if (definition.networkMode() != NetworkMode.AWSVPC) {
      return List.of(Compatibility.EXTERNAL, Compatibility.EC2);
    }
    List<Compatibility> places = new ArrayList<>();
    places.add(Compatibility.EC2);
    places.add(Compatibility.MANAGED_INSTANCES);
    if (FargateRules.qualifies(definition)) {
      places.add(Compatibility.FARGATE);
    }
    return places;
  }

  static List<Attribute> required(TaskDefinition definition) {
    Set<String> names = new TreeSet<>();
    names.add(OF_DOCKER + "docker-remote-api.1.18");
    if (definition.networkMode() == NetworkMode.AWSVPC) {
      names.add(OF_AGENT + "task-eni");
    }
    if (definition.taskRoleArn() != null) {
      names.add(
          OF_DOCKER
              + (definition.networkMode() == NetworkMode.HOST
                  ? "task-iam-role-network-host"
                  : "task-iam-role"));
    }
    if (definition.pidMode() != null || definition.ipcMode() != null) {
      names.add(OF_AGENT + "pid-ipc-namespace-sharing");
    }
    if (definition.volumes().stream().anyMatch(volume -> volume.efsVolumeConfiguration() != null)) {
      names.add(OF_AGENT + "efs");
    }
    definition
        .containerDefinitions()
        .forEach(container -> addFor(container, definition.executionRoleArn() != null, names));
    return names.stream().map(name -> Attribute.builder().name(name).build()).toList();
  }

  private static void addFor(
      ContainerDefinition container, boolean executionRole, Set<String> names) {
    if (container.logConfiguration() != null) {
      String driver = container.logConfiguration().logDriverAsString();
      names.add(OF_DOCKER + "logging-driver." + driver);
      if (executionRole && "awslogs".equals(driver)) {
        names.add(OF_AGENT + "execution-role-awslogs");
      }
    }
    if (container.image().contains(".dkr.ecr.")) {
      names.add(OF_DOCKER + "ecr-auth");
      if (executionRole) {
        names.add(OF_AGENT + "execution-role-ecr-pull");
      }
    }
    container
        .secrets()
        .forEach(
            secret ->
                names.add(
                    OF_AGENT
                        + (String.valueOf(secret.valueFrom()).contains(":secretsmanager:")
                            ? "secrets.asm.environment-variables"
                            : "secrets.ssm.environment-variables")));
    if (container.healthCheck() != null) {
      names.add(OF_AGENT + "container-health-check");
      names.add(OF_DOCKER + "docker-remote-api.1.24");
    }
    if (!container.dependsOn().isEmpty()) {
      names.add(OF_AGENT + "container-ordering");
    }
    if (container.firelensConfiguration() != null) {
      names.add(OF_AGENT + "firelens." + container.firelensConfiguration().typeAsString());
    }
    if (Boolean.TRUE.equals(container.privileged())) {
      names.add(OF_DOCKER + "privileged-container");
    }
    if (container.memoryReservation() != null) {
      names.add(OF_DOCKER + "docker-remote-api.1.21");
    }
  }
}
