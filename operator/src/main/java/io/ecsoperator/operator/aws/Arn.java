package io.ecsoperator.operator.aws;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An Amazon Resource Name: {@code arn:partition:service:region:account:type/path}.
 *
 * @param partition for example {@code aws}
 * @param service for example {@code ecs}
 * @param region empty for global resources, such as those of IAM
 * @param account empty for resources without an account, such as S3 buckets
 * @param resourceType the text before the first slash, for example {@code service}; empty for a
 *     resource without a slash
 * @param path the parts of the id between slashes, at least one: cluster and name of a service,
 *     {@code family:revision} of a task definition
 */
public record Arn(
    String partition,
    String service,
    String region,
    String account,
    String resourceType,
    List<String> path) {
  private static final String PREFIX = "arn";
  private static final int PARTS = 6;

  /**
   * @throws IllegalArgumentException if the parts do not make an ARN that can be parsed again
   */
  public Arn {
    path = List.copyOf(path);
    boolean valid =
        isName(partition)
            && isName(service)
            && !region.contains(":")
            && !account.contains(":")
            && !resourceType.contains("/")
            && path.stream().noneMatch(part -> part.contains("/"))
            && (resourceType.isEmpty()
                ? path.size() == 1 && !path.getFirst().isEmpty()
                : !path.isEmpty());
    if (!valid) {
      throw new IllegalArgumentException("not the parts of an ARN");
    }
  }

  /** Parses an ARN; empty for any other text, such as a plain name. */
  public static Optional<Arn> parse(String text) {
    String[] parts = text.split(":", PARTS);
    if (parts.length < PARTS
        || !parts[0].equals(PREFIX)
        || !isName(parts[1])
        || !isName(parts[2])) {
      return Optional.empty();
    }
    String[] resource = parts[5].split("/", -1);
    if (resource[0].isEmpty()) {
      return Optional.empty();
    }
    boolean typed = resource.length > 1;
    return Optional.of(
        new Arn(
            parts[1],
            parts[2],
            parts[3],
            parts[4],
            typed ? resource[0] : "",
            Arrays.asList(resource).subList(typed ? 1 : 0, resource.length)));
  }

  /**
   * Returns the last part of an ARN, or of a path such as {@code cluster/name}; a plain name is
   * returned as it is.
   */
  public static String nameOf(String arnOrName) {
    return arnOrName.substring(arnOrName.lastIndexOf('/') + 1);
  }

  /** The name without the number of a revision: the family of a task definition. */
  public static String nameWithoutRevision(String arnOrName) {
    return nameOf(arnOrName).split(":", 2)[0];
  }

  /** The last part of the path: the name of a service, the id of a task. */
  public String name() {
    return path.getLast();
  }

  /** Account and region; empty unless the ARN names both. */
  public Optional<AwsLocation> location() {
    return account.isEmpty() || region.isEmpty()
        ? Optional.empty()
        : Optional.of(new AwsLocation(partition, account, region));
  }

  private static boolean isName(String part) {
    return !part.isEmpty() && !part.contains(":");
  }

  @Override
  public String toString() {
    String resource = resourceType.isEmpty() ? "" : resourceType + "/";
    return String.join(
        ":", PREFIX, partition, service, region, account, resource + String.join("/", path));
  }
}
