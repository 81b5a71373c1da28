package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a write does to resources.
 *
 * @param touches the resources that a request names: after the write the cache does not use what it
 *     read of them before, unless the answer shows them
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
   * By which reads ECS shows that it has seen the write. A read that shows what became of the write
   * since, such as a rollback, does so too: only a read that is older in ECS may be outweighed.
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
