package io.ecsoperator.localecs;

import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.AwsVpcConfiguration;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/** Resources that most tests need. */
final class Fixtures {
  static final NetworkConfiguration NETWORK =
      NetworkConfiguration.builder()
          .awsvpcConfiguration(
              AwsVpcConfiguration.builder().subnets("subnet-a", "subnet-b").build())
          .build();

  private Fixtures() {}

  /** A container named {@code name} that runs for ever. */
  static ContainerDefinition container(
      String name, UnaryOperator<ContainerDefinition.Builder> more) {
    return more.apply(ContainerDefinition.builder().name(name).image("nginx:1")).build();
  }

  static KeyValuePair env(String name, String value) {
    return KeyValuePair.builder().name(name).value(value).build();
  }

  /** Registers a revision that fits Fargate. */
  static TaskDefinition register(
      EcsClient client, String family, ContainerDefinition... containers) {
    return client
        .registerTaskDefinition(
            r ->
                r.family(family)
                    .networkMode(NetworkMode.AWSVPC)
                    .requiresCompatibilities(Compatibility.FARGATE)
                    .cpu("256")
                    .memory("512")
                    .containerDefinitions(containers))
        .taskDefinition();
  }

  static TaskDefinition registerWeb(EcsClient client) {
    return register(client, "web", container("web", c -> c));
  }

  /** A service named {@code web} of family {@code web} on Fargate in cluster {@code shop}. */
  static CreateServiceRequest.Builder service(int desired) {
    return CreateServiceRequest.builder()
        .cluster("shop")
        .serviceName("web")
        .taskDefinition("web")
        .desiredCount(desired)
        .launchType("FARGATE")
        .networkConfiguration(NETWORK);
  }
}
