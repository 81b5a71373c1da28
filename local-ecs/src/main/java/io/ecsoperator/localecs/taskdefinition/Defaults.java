package io.ecsoperator.localecs.taskdefinition;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DockerVolumeConfiguration;
import software.amazon.awssdk.services.ecs.model.EFSVolumeConfiguration;
import software.amazon.awssdk.services.ecs.model.HealthCheck;
import software.amazon.awssdk.services.ecs.model.HostVolumeProperties;
import software.amazon.awssdk.services.ecs.model.KernelCapabilities;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.Volume;

/**
 * What ECS adds to a task definition that is registered. It does not add {@code networkMode} or
 * {@code requiresCompatibilities}.
 *
 * <p>Sources: ContainerDefinition, PortMapping, HealthCheck, Volume, EFSVolumeConfiguration and
 * DockerVolumeConfiguration in the ECS API reference. For {@code user} of a FireLens container:
 * answers of ECS that users report.
 */
final class Defaults implements UnaryOperator<TaskDefinition> {
  private static final int HEALTH_INTERVAL_SECONDS = 30;
  private static final int HEALTH_TIMEOUT_SECONDS = 5;
  private static final int HEALTH_RETRIES = 3;

  @Override
  public TaskDefinition apply(TaskDefinition written) {
    return written.toBuilder()
        .cpu(TaskSize.cpu(written.cpu()))
        .memory(TaskSize.memory(written.memory()))
        .volumes(written.volumes().stream().map(Defaults::volume).toList())
        .placementConstraints(List.copyOf(written.placementConstraints()))
        .containerDefinitions(
            written.containerDefinitions().stream()
                .map(container -> container(container, written.networkMode()))
                .toList())
        .build();
  }

  private static ContainerDefinition container(ContainerDefinition written, NetworkMode mode) {
    return written.toBuilder()
        .cpu(written.cpu() == null ? 0 : written.cpu())
        .essential(written.essential() == null || written.essential())
        .environment(List.copyOf(written.environment()))
        .mountPoints(List.copyOf(written.mountPoints()))
        .volumesFrom(List.copyOf(written.volumesFrom()))
        .systemControls(List.copyOf(written.systemControls()))
        .portMappings(written.portMappings().stream().map(port -> port(port, mode)).toList())
        .healthCheck(healthCheck(written.healthCheck()))
        .user(user(written))
        .linuxParameters(
            written.linuxParameters() == null
                ? null
                : written.linuxParameters().toBuilder()
                    .capabilities(capabilities(written.linuxParameters().capabilities()))
                    .build())
        .build();
  }

  /** A log router runs as root; ECS refuses every other user. */
  private static @Nullable String user(ContainerDefinition written) {
    boolean unset = written.user() == null || written.user().isEmpty();
    return unset && written.firelensConfiguration() != null
        ? ContainerRules.FIRELENS_USER
        : written.user();
  }

  private static Volume volume(Volume written) {
    Volume.Builder volume = written.toBuilder();
    EFSVolumeConfiguration efs = written.efsVolumeConfiguration();
    DockerVolumeConfiguration docker = written.dockerVolumeConfiguration();
    if (efs != null && efs.rootDirectory() == null) {
      volume.efsVolumeConfiguration(efs.toBuilder().rootDirectory("/").build());
    } else if (docker != null) {
      volume.dockerVolumeConfiguration(
          docker.toBuilder()
              .scope(docker.scopeAsString() == null ? "task" : docker.scopeAsString())
              .driver(docker.driver() == null ? "local" : docker.driver())
              .build());
    } else if (isBindMount(written)) {
      volume.host(HostVolumeProperties.builder().build());
    }
    return volume.build();
  }

  /** A volume that has only a name is a bind mount, which ECS shows as {@code host: {}}. */
  private static boolean isBindMount(Volume written) {
    return written.host() == null
        && written.efsVolumeConfiguration() == null
        && written.fsxWindowsFileServerVolumeConfiguration() == null
        && written.s3filesVolumeConfiguration() == null
        && !Boolean.TRUE.equals(written.configuredAtLaunch());
  }

  private static PortMapping port(PortMapping written, NetworkMode mode) {
    PortMapping.Builder port = written.toBuilder();
    if (written.protocol() == null) {
      port.protocol("tcp");
    }
    boolean sameAsContainer = mode == NetworkMode.AWSVPC || mode == NetworkMode.HOST;
    boolean unset = written.hostPort() == null || (sameAsContainer && written.hostPort() == 0);
    if (unset && written.containerPort() != null) {
      port.hostPort(sameAsContainer ? written.containerPort() : Integer.valueOf(0));
    }
    return port.build();
  }

  private static @Nullable HealthCheck healthCheck(@Nullable HealthCheck written) {
    return written == null
        ? null
        : written.toBuilder()
            .interval(written.interval() == null ? HEALTH_INTERVAL_SECONDS : written.interval())
            .timeout(written.timeout() == null ? HEALTH_TIMEOUT_SECONDS : written.timeout())
            .retries(written.retries() == null ? HEALTH_RETRIES : written.retries())
            .build();
  }

  private static @Nullable KernelCapabilities capabilities(@Nullable KernelCapabilities written) {
    return written == null || !written.hasDrop() || written.hasAdd()
        ? written
        : written.toBuilder().add(List.of()).build();
  }
}
