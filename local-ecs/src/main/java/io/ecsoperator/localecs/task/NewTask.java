package io.ecsoperator.localecs.task;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import software.amazon.awssdk.services.ecs.model.Attribute;
import software.amazon.awssdk.services.ecs.model.CPUArchitecture;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.EphemeralStorage;
import software.amazon.awssdk.services.ecs.model.HealthStatus;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskEphemeralStorage;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

/** Creates tasks with all members that ECS fills in. */
final class NewTask {
  private static final int FARGATE_STORAGE_GIB = 20;

  private NewTask() {}

  /**
   * @param sequence the number of tasks before it; selects the subnet by round robin
   * @param zones the known availability zones of subnets
   */
  static Task of(
      TaskLaunch launch,
      PlacementResult result,
      String arn,
      int sequence,
      Instant now,
      Function<String, Optional<String>> zones) {
    Optional<String> subnet = subnet(launch, result, sequence, zones);
    TaskDefinition definition = launch.definition();
    TaskOverride overrides = overrides(launch);
    Task.Builder task =
        Task.builder()
            .taskArn(arn)
            .clusterArn(launch.cluster().clusterArn())
            .taskDefinitionArn(definition.taskDefinitionArn())
            .group(launch.settings().group())
            .startedBy(launch.settings().startedBy().orElse(null))
            .version(1L)
            .lastStatus(firstStatus(launch, result).name())
            .desiredStatus("RUNNING")
            .createdAt(now)
            .cpu(overrides.cpu() == null ? definition.cpu() : overrides.cpu())
            .memory(overrides.memory() == null ? definition.memory() : overrides.memory())
            .capacityProviderName(launch.capacityProvider().orElse(null))
            .enableExecuteCommand(launch.settings().enableExecuteCommand())
            .healthStatus(HealthStatus.UNKNOWN)
            .overrides(overrides)
            .attributes(
                Attribute.builder()
                    .name("ecs.cpu-architecture")
                    .value(architecture(definition))
                    .build())
            .attachments(
                subnet.stream()
                    .map(name -> ElasticNetworkInterface.precreated(id("attachment", arn), name))
                    .toList())
            .containers(
                definition.containerDefinitions().stream()
                    .map(container -> container(container, overrides, arn))
                    .toList());
    subnet
        .map(name -> zones.apply(name).orElseGet(() -> anyZone(launch, name)))
        .ifPresent(task::availabilityZone);
    if (launch.placement().isFargate()) {
      int storage = storage(definition, overrides);
      task.launchType(LaunchType.FARGATE)
          .platformVersion(launch.placement().concretePlatformVersion().orElseThrow())
          .platformFamily(launch.placement().platformFamily(definition).orElseThrow())
          .ephemeralStorage(EphemeralStorage.builder().sizeInGiB(storage).build())
          .fargateEphemeralStorage(TaskEphemeralStorage.builder().sizeInGiB(storage).build());
    } else {
      task.launchType(launch.placement().launchType().orElse(LaunchType.EC2));
    }
    if (result instanceof PlacementResult.Instance(String instance, String zone)) {
      task.containerInstanceArn(instance).availabilityZone(zone);
    }
    return task.build();
  }

  /**
   * PENDING for a task that needs only an instance, PROVISIONING for one that also needs a network
   * interface.
   */
  private static TaskStatus firstStatus(TaskLaunch launch, PlacementResult result) {
    return result instanceof PlacementResult.Instance && launch.placement().network().isEmpty()
        ? TaskStatus.PENDING
        : TaskStatus.PROVISIONING;
  }

  private static int storage(TaskDefinition definition, TaskOverride overrides) {
    return Optional.ofNullable(overrides.ephemeralStorage())
        .or(() -> Optional.ofNullable(definition.ephemeralStorage()))
        .map(EphemeralStorage::sizeInGiB)
        .orElse(FARGATE_STORAGE_GIB);
  }

  private static String architecture(TaskDefinition definition) {
    return definition.runtimePlatform() != null
            && definition.runtimePlatform().cpuArchitecture() == CPUArchitecture.ARM64
        ? "arm64"
        : "x86_64";
  }

  /** ECS shows one override entry for each container, also an empty one. */
  private static TaskOverride overrides(TaskLaunch launch) {
    return launch.settings().overrides().toBuilder()
        .containerOverrides(
            launch.definition().containerDefinitions().stream()
                .map(
                    container ->
                        launch.settings().overrides().containerOverrides().stream()
                            .filter(override -> container.name().equals(override.name()))
                            .findFirst()
                            .orElseGet(
                                () -> ContainerOverride.builder().name(container.name()).build()))
                .toList())
        .inferenceAcceleratorOverrides(List.of())
        .build();
  }

  /** The subnet of the task. On an instance, a subnet in the instance's zone is preferred. */
  private static Optional<String> subnet(
      TaskLaunch launch,
      PlacementResult result,
      int sequence,
      Function<String, Optional<String>> zones) {
    List<String> subnets = launch.placement().subnets();
    if (subnets.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> near =
        result instanceof PlacementResult.Instance(String _, String zone)
            ? subnets.stream()
                .filter(subnet -> zones.apply(subnet).filter(zone::equals).isPresent())
                .findFirst()
            : Optional.empty();
    return near.or(() -> Optional.of(subnets.get(sequence % subnets.size())));
  }

  private static String anyZone(TaskLaunch launch, String subnet) {
    String region = launch.cluster().clusterArn().split(":")[3];
    return region + (char) ('a' + launch.placement().subnets().indexOf(subnet) % 3);
  }

  private static Container container(
      ContainerDefinition definition, TaskOverride overrides, String taskArn) {
    Optional<ContainerOverride> override =
        overrides.containerOverrides().stream()
            .filter(candidate -> candidate.name().equals(definition.name()))
            .findFirst();
    Integer cpu = override.map(ContainerOverride::cpu).orElse(definition.cpu());
    Integer memory = override.map(ContainerOverride::memory).orElse(definition.memory());
    Integer reservation =
        override.map(ContainerOverride::memoryReservation).orElse(definition.memoryReservation());
    return Container.builder()
        .containerArn(
            taskArn.replace(":task/", ":container/") + "/" + id(definition.name(), taskArn))
        .taskArn(taskArn)
        .name(definition.name())
        .image(definition.image())
        .lastStatus("PENDING")
        .networkInterfaces(List.of())
        .healthStatus(HealthStatus.UNKNOWN)
        .cpu(String.valueOf(cpu))
        .memory(memory == null ? null : memory.toString())
        .memoryReservation(reservation == null ? null : reservation.toString())
        .build();
  }

  /** A deterministic id, so that the same seed gives the same world. */
  private static String id(String what, String taskArn) {
    return UUID.nameUUIDFromBytes((taskArn + what).getBytes(StandardCharsets.UTF_8)).toString();
  }
}
