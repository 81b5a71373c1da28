package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.AppliedPaths.AppliedField;
import io.ecsoperator.plan.FieldPath.Key;
import io.ecsoperator.plan.Reset.Omit;
import io.ecsoperator.plan.Reset.Release;
import io.ecsoperator.plan.Reset.To;
import io.ecsoperator.plan.Resets.ResourceResets;
import io.ecsoperator.plan.TreeComparison.IfAbsent;
import io.ecsoperator.plan.TreeComparison.NotShown;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Compares comparable trees (see {@link Projection}) field by field, by ECS's own equivalences. */
public final class Differ {

  /**
   * Three-way: the fields of {@code desired} that differ, and those in {@code appliedPaths} that
   * {@code desired} no longer has while {@code observed} holds them at another value than their
   * reset value ({@code to} is missing). Fields in neither never differ. A field that ECS does not
   * show differs from the value that was applied last.
   *
   * <p>A path that stays among the applied ones is reset again if ECS fills the field in: see
   * {@link AppliedPaths#afterUpdate}.
   *
   * @param appliedPaths as {@link AppliedPaths} returned them
   * @param ignoreFields paths of fields that others manage; they and all fields inside them never
   *     differ
   * @throws IllegalArgumentException if a path cannot be parsed
   */
  public List<FieldChange> diff(
      ComparableSchema schema,
      ObjectNode desired,
      ObjectNode observed,
      Collection<String> appliedPaths,
      Collection<String> ignoreFields) {
    FieldPair pair = FieldPair.root(desired, observed);
    Predicate<FieldPath> ignored = ignored(ignoreFields).or(ownedByEcs(schema, pair));
    List<AppliedField> applied = appliedPaths.stream().map(AppliedField::parse).toList();
    TreeComparison comparison =
        new TreeComparison(
            schema.equivalences(), ignored, (path, at) -> isApplied(applied, path, at));
    List<FieldChange> changes =
        new ArrayList<>(comparison.changes(FieldPath.ROOT, pair, IfAbsent.UNMANAGED));
    ResourceResets resets = new ResourceResets(schema, observed);
    Tree tree = new Tree(schema.equivalences());
    applied.stream()
        .map(AppliedField::path)
        .distinct()
        .filter(ignored.negate())
        .flatMap(path -> lost(path, desired, tree, resets).stream())
        .filter(ignored.negate())
        .distinct()
        .filter(path -> mustBeReset(path, pair, tree, resets, comparison))
        .map(path -> new FieldChange(path.toString(), tree.get(observed, path), Values.MISSING))
        .forEach(changes::add);
    return List.copyOf(changes);
  }

  /**
   * Whether the value was applied last. Where nothing at all is known, as of a resource that is
   * adopted, a value that ECS shows in another form is left alone, and one that ECS never shows is
   * sent. A field that the spec did not have before was not applied.
   */
  private static boolean isApplied(List<AppliedField> applied, FieldPath path, FieldPair pair) {
    List<AppliedField> values =
        applied.stream().filter(field -> field.path().equals(path)).toList();
    return pair.observed().isMissingNode()
        ? !values.isEmpty() && values.stream().allMatch(field -> field.has(pair.desired()))
        : applied.isEmpty() == values.isEmpty()
            && values.stream()
                .filter(field -> field.hash().isPresent())
                .allMatch(field -> field.has(pair.desired()));
  }

  /** The largest block around an applied field, or the field itself, that desired no longer has. */
  private static Optional<FieldPath> lost(
      FieldPath applied, ObjectNode desired, Tree tree, ResourceResets resets) {
    return applied
        .prefixes()
        .filter(path -> tree.get(desired, path).isMissingNode())
        .filter(path -> path.equals(applied) || resets.isBlock(path))
        .findFirst();
  }

  private static boolean mustBeReset(
      FieldPath path, FieldPair root, Tree tree, ResourceResets resets, TreeComparison comparison) {
    JsonNode held = tree.get(root.observed(), path);
    if (held.isMissingNode()) {
      return comparison.isNotShown(path, tree.pair(root, path));
    }
    return switch (resets.at(path, held)) {
      case Release _ -> false;
      case To(JsonNode value) -> !comparison.holds(path, tree.pair(root, path), value);
      // An entry of a map or a list of pairs is a field even if its value is empty.
      case Omit _ when path.last() instanceof Key -> true;
      case Omit _ -> !comparison.changes(path, tree.pair(root, path), IfAbsent.UNSET).isEmpty();
    };
  }

  /**
   * Two-way, for the body of an immutable resource: a field that only {@code observed} has differs
   * too, unless ECS fills it in or it has its default value. Tags are not compared.
   *
   * @param ignoreFields paths of fields that others manage; they and all fields inside them never
   *     differ
   * @throws IllegalArgumentException if a path cannot be parsed
   */
  public List<FieldChange> diffBody(
      ComparableSchema schema,
      ObjectNode desired,
      ObjectNode observed,
      Collection<String> ignoreFields) {
    Predicate<FieldPath> ignored = ignored(ignoreFields).or(FieldPath::isTag);
    return new TreeComparison(schema.equivalences(), ignored, NotShown.UNKNOWN)
        .changes(FieldPath.ROOT, FieldPair.root(desired, observed), IfAbsent.UNSET);
  }

  /**
   * {@code desired} with the fields that others manage as they are in {@code observed}: what to
   * register if a new revision has to keep, for example, an image that a pipeline has set. Fields
   * that {@code observed} does not have stay as desired.
   *
   * @throws IllegalArgumentException if a path cannot be parsed
   */
  public ObjectNode yielding(
      ComparableSchema schema,
      ObjectNode desired,
      ObjectNode observed,
      Collection<String> ignoreFields) {
    Tree tree = new Tree(schema.equivalences());
    ObjectNode yielding = desired.deepCopy();
    for (String text : ignoreFields) {
      FieldPath path = FieldPath.parse(text);
      JsonNode held = tree.get(observed, path);
      if (!held.isMissingNode()) {
        tree.set(yielding, path, held.deepCopy());
      }
    }
    return yielding;
  }

  private static Predicate<FieldPath> ignored(Collection<String> ignoreFields) {
    List<FieldPath> prefixes = ignoreFields.stream().map(FieldPath::parse).toList();
    return path -> prefixes.stream().anyMatch(path::startsWith);
  }

  private static Predicate<FieldPath> ownedByEcs(ComparableSchema schema, FieldPair pair) {
    Set<String> owned =
        schema.ownedByEcs().stream()
            .filter(table -> table.when().holds(pair))
            .flatMap(table -> table.members().stream())
            .collect(Collectors.toUnmodifiableSet());
    return path -> path.depth() > 0 && owned.contains(path.top());
  }
}
