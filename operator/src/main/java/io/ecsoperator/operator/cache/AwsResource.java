package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

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
 * @param affected the resource of this type that changes with another one, by the description of
 *     that one in an event
 */
public record AwsResource(
    String name,
    ArnForm arns,
    Describe describe,
    Predicate<ObjectNode> changing,
    List<WriteRule> writes,
    Optional<ListRule> list,
    Function<ObjectNode, Optional<ResourceRef>> affected) {

  public AwsResource {
    writes = List.copyOf(writes);
  }

  /** Resources that do not change with others. */
  public AwsResource(
      String name,
      ArnForm arns,
      Describe describe,
      Predicate<ObjectNode> changing,
      List<WriteRule> writes,
      Optional<ListRule> list) {
    this(name, arns, describe, changing, writes, list, detail -> Optional.empty());
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

  /**
   * What a write does to resources.
   *
   * @param touches the resources that a request names: after the write the cache does not use what
   *     it read of them before, unless the answer shows them
   * @param shows what the answer shows; empty if it describes no resource
   */
  public record WriteRule(
      String operation, Function<ObjectNode, List<ResourceRef>> touches, Optional<Shows> shows) {

    /** A write of which the answer describes resources. */
    public static WriteRule of(
        String operation, Function<ObjectNode, List<ResourceRef>> touches, Shows shows) {
      return new WriteRule(operation, touches, Optional.of(shows));
    }

    /** A write of which the answer describes nothing. */
    public static WriteRule withoutDescription(
        String operation, Function<ObjectNode, List<ResourceRef>> touches) {
      return new WriteRule(operation, touches, Optional.empty());
    }

    /** What completes the answer to a write, which may lack members that only describes show. */
    public enum Completion {
      /** The request: the write created the resource. */
      REQUEST,
      /** What the cache has stored; without that the answer is not enough. */
      STORED
    }

    /** Which resources a description in the answer is of. */
    @FunctionalInterface
    public interface Refs {
      List<ResourceRef> of(ObjectNode request, ObjectNode described);
    }

    /**
     * Which reads show that ECS has seen the write. Those that show a later state, such as a
     * rollback, do so too: the answer to the write may outweigh only reads of an earlier state.
     */
    @FunctionalInterface
    public interface Visibility {
      /**
       * @param before what was stored before the write; empty if nothing was
       */
      Predicate<Observation> of(
          ObjectNode request, ObjectNode described, Optional<ObjectNode> before);
    }

    /**
     * What the answer to a write shows.
     *
     * @param descriptions the descriptions in an answer
     */
    public record Shows(
        Function<ObjectNode, Stream<ObjectNode>> descriptions,
        Refs refs,
        Completion completion,
        Visibility visibility) {

      /** A created resource, described in one member of the answer. */
      public static Shows created(String member, Refs refs, Visibility visibility) {
        return new Shows(answer -> in(answer, member), refs, Completion.REQUEST, visibility);
      }

      /** A changed resource, described in one member of the answer. */
      public static Shows changed(String member, Refs refs, Visibility visibility) {
        return new Shows(answer -> in(answer, member), refs, Completion.STORED, visibility);
      }
    }

    /** The description, or all of a list of descriptions, in a member of an answer. */
    public static Stream<ObjectNode> in(ObjectNode answer, String member) {
      JsonNode node = answer.path(member);
      return (node.isArray() ? node.valueStream() : Stream.of(node))
          .filter(ObjectNode.class::isInstance)
          .map(ObjectNode.class::cast);
    }
  }
}
