package io.ecsoperator.operator.cache;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The ARNs that lead to a resource: {@code arn:…:<type>/<id>}, or {@code
 * arn:…:<type>/<cluster>/<id>} where the resource lives in a cluster.
 *
 * @param scope where the resource lives
 * @param types the types of ARNs of what the resource's description shows; empty if a write to such
 *     an ARN never changes the description
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
   * The resource that an ARN of one of these types belongs to; empty if the ARN does not have that
   * form, for example because it is an old one without the cluster.
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
