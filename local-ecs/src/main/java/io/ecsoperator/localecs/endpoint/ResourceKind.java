package io.ecsoperator.localecs.endpoint;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The kinds of resources that can have stale reads, and the operations and members that describe,
 * list and name them.
 */
enum ResourceKind {
  CLUSTER("cluster", "ListClusters", List.of("SETTINGS", "CONFIGURATIONS", "TAGS"), "clusterName"),
  SERVICE("service", "ListServices", List.of("TAGS"), "serviceName"),
  TASK("task", "ListTasks", List.of("TAGS")),
  TASK_DEFINITION("taskDefinition", "ListTaskDefinitions", List.of("TAGS"), "family"),
  CONTAINER_INSTANCE("containerInstance", "ListContainerInstances", List.of("TAGS")),
  CAPACITY_PROVIDER("capacityProvider", "", List.of("TAGS"), "name"),
  TASK_SET("taskSet", "", List.of("TAGS"), "primaryTaskSet");

  private final String one;
  private final String listing;
  private final List<String> included;
  private final List<String> names;

  /**
   * @param one the member that holds one resource; with an s, the member that holds several
   * @param listing the operation that lists their ARNs; empty where there is none
   * @param included the values of {@code include} in its describe operation
   * @param otherNames the members, besides {@code one}, by which a write names one
   */
  ResourceKind(String one, String listing, List<String> included, String... otherNames) {
    this.one = one;
    this.listing = listing;
    this.included = included;
    this.names = Stream.concat(Stream.of(one, one + "s"), Arrays.stream(otherNames)).toList();
  }

  static Optional<ResourceKind> describedBy(String operation) {
    return Arrays.stream(values()).filter(kind -> kind.describing().equals(operation)).findAny();
  }

  static Optional<ResourceKind> listedBy(String operation) {
    return Arrays.stream(values()).filter(kind -> kind.listing.equals(operation)).findAny();
  }

  /** The kind of the resource with this ARN. */
  static Optional<ResourceKind> ofArn(String arn) {
    String[] parts = arn.split(":", 6);
    String type = parts.length < 6 ? "" : parts[5].split("/", 2)[0];
    return Arrays.stream(values())
        .filter(kind -> kind.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(type))
        .findAny();
  }

  /** The operation that describes resources of this kind. */
  String describing() {
    return this == TASK_DEFINITION ? "DescribeTaskDefinition" : "Describe" + capitalised() + "s";
  }

  private String capitalised() {
    return Character.toUpperCase(one.charAt(0)) + one.substring(1);
  }

  String one() {
    return one;
  }

  String several() {
    return one + "s";
  }

  /**
   * The member with the ARN of one resource; with an s, the member of a list answer with all of
   * them.
   */
  String id() {
    return one + "Arn";
  }

  List<String> included() {
    return included;
  }

  /** The members of a write request that name one or several resources of this kind. */
  List<String> names() {
    return names;
  }
}
