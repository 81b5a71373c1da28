package io.ecsoperator.operator.cache;

import io.ecsoperator.operator.aws.AwsLocation;
import java.util.Optional;

/** Names and ARNs, which ECS takes alike, to one key per resource. */
final class ResourceKeys {
  private static final String DEFAULT_CLUSTER = "default";

  private final String region;

  ResourceKeys(String region) {
    this.region = region;
  }

  ResourceKey cluster(String nameOrArn) {
    return new ResourceKey(Kind.CLUSTER, "", nameOrArn.isEmpty() ? DEFAULT_CLUSTER : id(nameOrArn));
  }

  ResourceKey service(String cluster, String nameOrArn) {
    return new ResourceKey(Kind.SERVICE, cluster(cluster).id(), id(nameOrArn));
  }

  ResourceKey task(String cluster, String idOrArn) {
    return new ResourceKey(Kind.TASK, cluster(cluster).id(), id(idOrArn));
  }

  ResourceKey containerInstance(String cluster, String idOrArn) {
    return new ResourceKey(Kind.CONTAINER_INSTANCE, cluster(cluster).id(), id(idOrArn));
  }

  ResourceKey capacityProvider(String nameOrArn) {
    return new ResourceKey(Kind.CAPACITY_PROVIDER, "", id(nameOrArn));
  }

  ResourceKey taskDefinition(String familyOrArn) {
    return new ResourceKey(Kind.TASK_DEFINITION, "", id(familyOrArn));
  }

  /** The family of a task definition, under which its newest revision is known. */
  ResourceKey family(ResourceKey taskDefinition) {
    return new ResourceKey(Kind.TASK_DEFINITION, "", taskDefinition.id().split(":", 2)[0]);
  }

  /** The resource whose description shows what the ARN's resource is or has. */
  Optional<ResourceKey> ofArn(String arn) {
    String[] tail = arn.substring(arn.lastIndexOf(':') + 1).split("/");
    if (arn.contains(":task-definition/")) {
      return Optional.of(taskDefinition(arn));
    }
    if (tail[0].equals("cluster")) {
      return Optional.of(cluster(arn));
    }
    if (tail.length < 3) {
      return Optional.empty();
    }
    return switch (tail[0]) {
      case "service", "service-deployment" -> Optional.of(service(tail[1], tail[2]));
      case "task" -> Optional.of(task(tail[1], tail[2]));
      default -> Optional.empty();
    };
  }

  /** Whether what bears this name is in another region, where nothing is read. */
  static boolean isElsewhere(String name) {
    return name.startsWith("arn:");
  }

  /** An ARN of another region stays whole: what bears its name here is something else. */
  private String id(String nameOrArn) {
    boolean elsewhere =
        AwsLocation.ofArn(nameOrArn)
            .filter(location -> !location.region().equals(region))
            .isPresent();
    return elsewhere ? nameOrArn : nameOrArn.substring(nameOrArn.lastIndexOf('/') + 1);
  }
}
