package io.ecsoperator.operator.kinds;

import static io.ecsoperator.operator.Trees.tree;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a spec has and what ECS shows, as the real service writes it.
 *
 * @param differing the paths that differ; none if ECS treats the two as equal
 */
public record EquivalencePair(
    String rule, String desired, String observed, List<String> differing) {

  public static EquivalencePair same(String rule, String desired, String observed) {
    return new EquivalencePair(rule, desired, observed, List.of());
  }

  public static EquivalencePair differ(
      String rule, String desired, String observed, String... paths) {
    return new EquivalencePair(rule, desired, observed, List.of(paths));
  }

  /** The paths that differ by the schema; of an immutable resource also those of its body. */
  List<String> differingBy(ComparableSchema schema) {
    Differ differ = new Differ();
    ObjectNode wanted = tree(desired);
    ObjectNode found = tree(observed);
    boolean immutable = schema.updates().calls().isEmpty();
    Stream<FieldChange> changes =
        differ.diff(schema, wanted, found, List.of(), List.of()).stream()
            .filter(change -> !immutable || change.path().startsWith("tags"));
    Stream<FieldChange> ofBody =
        immutable ? differ.diffBody(schema, wanted, found, List.of()).stream() : Stream.of();
    return Stream.concat(changes, ofBody).map(FieldChange::path).toList();
  }

  @Override
  public String toString() {
    return (differing.isEmpty() ? "" : "not: ") + rule + ": " + desired + " / " + observed;
  }
}
