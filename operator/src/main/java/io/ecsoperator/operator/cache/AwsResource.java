package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * All that the cache knows about one type of ECS resources. A kind hands in such a table for each
 * type that it reads or writes.
 *
 * @param name unique, in snake case, as in metrics: for example {@code task_definition}
 * @param arns where the resource lives, and which ARNs lead to it
 * @param changing true for a description of a resource that ECS is changing by itself, so that the
 *     cache reads it more often
 * @param writes every write to such resources that the operator sends, tags excepted
 * @param list empty if ECS has no list of them, or the cache need not read it
 */
public record AwsResource(
    String name,
    ArnForm arns,
    Describe describe,
    Predicate<ObjectNode> changing,
    List<WriteRule> writes,
    Optional<ListRule> list) {

  public AwsResource {
    writes = List.copyOf(writes);
  }

  /** The resource of this type that an ARN leads to; empty if the ARN does not have such a form. */
  public Optional<ResourceRef> refOf(String arn) {
    return ArnForm.type(arn).filter(arns.types()::contains).flatMap(type -> arns.ref(name, arn));
  }

  boolean isIn(Scope scope) {
    return arns.scope() == scope;
  }

  boolean isVersioned() {
    return list.filter(ListRule.Versions.class::isInstance).isPresent();
  }

  /** There is one table per name: {@link AwsResources} refuses a second one. */
  @Override
  public boolean equals(Object other) {
    return other instanceof AwsResource resource && name.equals(resource.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }

  /**
   * The ARNs that lead to a resource: {@code arn:…:<type>/<id>}, or {@code
   * arn:…:<type>/<cluster>/<id>} where the resource lives in a cluster.
   *
   * @param scope where the resource lives
   * @param types the types of ARNs of what the resource's description shows; empty if a write to
   *     such an ARN never changes the description
   */
  public record ArnForm(Scope scope, Set<String> types) {
    /** {@code arn:partition:service:region:account:resource}. */
    private static final int PARTS = 6;

    public ArnForm {
      types = Set.copyOf(types);
    }

    public static ArnForm of(Scope scope, String... types) {
      return new ArnForm(scope, Set.of(types));
    }

    /** The type in an ARN, for example {@code service}; empty if the text is not an ARN. */
    static Optional<String> type(String arn) {
      return segments(arn).map(List::getFirst);
    }

    /**
     * The resource that an ARN of one of these types belongs to; empty if the ARN does not have
     * that form, for example because it is an old one without the cluster.
     */
    Optional<ResourceRef> ref(String resource, String arn) {
      List<String> segments = segments(arn).orElse(List.of());
      if (scope != Scope.IN_CLUSTER) {
        return segments.size() < 2
            ? Optional.empty()
            : Optional.of(ResourceRef.inRegion(resource, arn));
      }
      return segments.size() < 3
          ? Optional.empty()
          : Optional.of(ResourceRef.inCluster(resource, segments.get(1), segments.get(2)));
    }

    private static Optional<List<String>> segments(String arn) {
      String[] parts = arn.split(":", PARTS);
      return parts.length < PARTS
          ? Optional.empty()
          : Optional.of(Arrays.asList(parts[PARTS - 1].split("/")));
    }
  }
}
