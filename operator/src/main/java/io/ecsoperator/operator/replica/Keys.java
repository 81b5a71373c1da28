package io.ecsoperator.operator.replica;

import io.ecsoperator.operator.aws.Place;
import java.util.Optional;

/** Names and ARNs, which ECS takes alike, to one key per resource. */
final class Keys {
  private static final String DEFAULT_CLUSTER = "default";

  private final String region;

  Keys(String region) {
    this.region = region;
  }

  Key cluster(String nameOrArn) {
    return new Key(Kind.CLUSTER, "", nameOrArn.isEmpty() ? DEFAULT_CLUSTER : id(nameOrArn));
  }

  Key service(String cluster, String nameOrArn) {
    return new Key(Kind.SERVICE, cluster(cluster).id(), id(nameOrArn));
  }

  Key task(String cluster, String idOrArn) {
    return new Key(Kind.TASK, cluster(cluster).id(), id(idOrArn));
  }

  Key containerInstance(String cluster, String idOrArn) {
    return new Key(Kind.CONTAINER_INSTANCE, cluster(cluster).id(), id(idOrArn));
  }

  Key capacityProvider(String nameOrArn) {
    return new Key(Kind.CAPACITY_PROVIDER, "", id(nameOrArn));
  }

  Key taskDefinition(String familyOrArn) {
    return new Key(Kind.TASK_DEFINITION, "", id(familyOrArn));
  }

  /** The family of a task definition, under which its newest revision is known. */
  Key family(Key taskDefinition) {
    return new Key(Kind.TASK_DEFINITION, "", taskDefinition.id().split(":", 2)[0]);
  }

  /** The resource whose description shows what the ARN's resource is or has. */
  Optional<Key> ofArn(String arn) {
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
        Place.ofArn(nameOrArn).filter(place -> !place.region().equals(region)).isPresent();
    return elsewhere ? nameOrArn : nameOrArn.substring(nameOrArn.lastIndexOf('/') + 1);
  }
}
