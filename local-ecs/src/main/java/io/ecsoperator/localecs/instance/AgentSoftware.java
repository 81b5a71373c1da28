package io.ecsoperator.localecs.instance;

import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ecs.model.Attribute;
import software.amazon.awssdk.services.ecs.model.VersionInfo;

/** The container agent of simulated instances: its version and capabilities. */
final class AgentSoftware {
  /** The newest version; UpdateContainerAgent updates to it. */
  static final VersionInfo CURRENT =
      VersionInfo.builder()
          .agentVersion("1.98.0")
          .agentHash("a1b2c3d4")
          .dockerVersion("DockerVersion: 25.0.8")
          .build();

  /** Ports that SSH, Docker and the agent use. */
  static final List<String> PORTS = List.of("22", "2375", "2376", "51678", "51679");

  private static final String OF_DOCKER = "com.amazonaws.ecs.capability.";
  private static final String OF_AGENT = "ecs.capability.";

  private AgentSoftware() {}

  static boolean isCapability(Attribute attribute) {
    return attribute.name() != null
        && (attribute.name().startsWith(OF_DOCKER) || attribute.name().startsWith(OF_AGENT));
  }

  static List<Attribute> capabilities() {
    return Stream.concat(
            Stream.of(
                    "docker-remote-api.1.18",
                    "docker-remote-api.1.21",
                    "docker-remote-api.1.24",
                    "ecr-auth",
                    "logging-driver.awsfirelens",
                    "logging-driver.awslogs",
                    "logging-driver.fluentd",
                    "logging-driver.gelf",
                    "logging-driver.journald",
                    "logging-driver.json-file",
                    "logging-driver.none",
                    "logging-driver.splunk",
                    "logging-driver.syslog",
                    "privileged-container",
                    "task-iam-role",
                    "task-iam-role-network-host")
                .map(OF_DOCKER::concat),
            Stream.of(
                    "container-health-check",
                    "container-ordering",
                    "efs",
                    "execution-role-awslogs",
                    "execution-role-ecr-pull",
                    "firelens.fluentbit",
                    "firelens.fluentd",
                    "pid-ipc-namespace-sharing",
                    "secrets.asm.environment-variables",
                    "secrets.ssm.environment-variables",
                    "task-eni")
                .map(OF_AGENT::concat))
        .map(name -> Attribute.builder().name(name).build())
        .toList();
  }
}
