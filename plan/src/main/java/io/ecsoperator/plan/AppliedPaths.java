package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The paths of the fields that a desired tree sets, kept for the next three-way diff. */
public final class AppliedPaths {
  /** Deeper than any field that can be updated; a deeper tree counts as one field. */
  private static final int MAX_DEPTH = 8;

  private AppliedPaths() {}

  /**
   * Sorted paths. A list that is one value counts as one field; items of keyed lists go by their
   * key. Of an immutable resource only the tags, since its body is compared two-way.
   */
  public static List<String> of(ComparableSchema schema, ObjectNode desired) {
    Tree tree = new Tree(schema.equivalences());
    return fields(tree, FieldPath.ROOT, desired)
        .filter(path -> path.isTag() || !schema.updates().isImmutable())
        .map(FieldPath::toString)
        .sorted()
        .toList();
  }

  /**
   * The applied paths after a successful update: without the fields that it reset. If ECS fills
   * such a field in again, the operator does not manage it.
   *
   * @param done the changes that the update carried
   */
  public static List<String> afterUpdate(Collection<String> applied, List<FieldChange> done) {
    List<FieldPath> reset =
        done.stream()
            .filter(change -> change.to().isMissingNode())
            .map(change -> FieldPath.parse(change.path()))
            .toList();
    return applied.stream()
        .filter(path -> reset.stream().noneMatch(FieldPath.parse(path)::startsWith))
        .toList();
  }

  private static Stream<FieldPath> fields(Tree tree, FieldPath path, JsonNode node) {
    Map<FieldPath, JsonNode> below = tree.below(path, node);
    boolean isField = path.depth() == MAX_DEPTH || (below.isEmpty() && !node.isObject());
    return isField && path.depth() > 0
        ? Stream.of(path)
        : below.entrySet().stream()
            .flatMap(field -> fields(tree, field.getKey(), field.getValue()));
  }
}
