package io.ecsoperator.operator.cache;

/**
 * Names one ECS resource in the account and region of the operator's credentials, the way that a
 * spec or an answer of ECS names it.
 *
 * @param resource the name of the {@link AwsResource}, for example {@code task_definition}
 * @param cluster name or ARN of the cluster that it lives in; empty for ECS's default cluster, and
 *     for a resource that lives in no cluster
 * @param nameOrArn name, id or ARN; for a versioned resource also {@code name:version}
 */
public record ResourceRef(String resource, String cluster, String nameOrArn) {

  /** A resource that lives in no cluster. */
  public static ResourceRef inRegion(String resource, String nameOrArn) {
    return new ResourceRef(resource, "", nameOrArn);
  }

  /** A resource that lives in a cluster. */
  public static ResourceRef inCluster(String resource, String cluster, String nameOrArn) {
    return new ResourceRef(resource, cluster, nameOrArn);
  }
}
