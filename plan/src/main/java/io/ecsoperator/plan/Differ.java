package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.Comparison.Silence;
import io.ecsoperator.plan.FieldPath.Key;
import io.ecsoperator.plan.Reset.Omit;
import io.ecsoperator.plan.Reset.Release;
import io.ecsoperator.plan.Reset.To;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Compares comparable trees (see {@link Projection}) field by field, by ECS's own equivalences. */
public final class Differ {

  /** What UpdateService does not accept for a service that CodeDeploy deploys. */
  private static final Set<String> CODE_DEPLOY_OWNS =
      Set.of(
          "availabilityZoneRebalancing",
          "capacityProviderStrategy",
          "launchType",
          "loadBalancers",
          "networkConfiguration",
          "platformVersion",
          "serviceConnectConfiguration",
          "serviceRegistries",
          "taskDefinition",
          "volumeConfigurations",
          "vpcLatticeConfigurations");

  /**
   * Three-way: the fields of {@code desired} that differ, and those in {@code appliedPaths} that
   * {@code desired} no longer has while {@code observed} holds them at another than their reset
   * value ({@code to} is missing). Fields set by neither never differ.
   *
   * <p>A reset is asked for as long as its path is among the applied ones and ECS shows a value,
   * also one that ECS has filled in since: see {@link AppliedPaths#afterUpdate}.
   *
   * @param appliedPaths as {@link AppliedPaths} gave them
   * @param ignoreFields paths that somebody else owns; they and what is below them never differ
   * @throws IllegalArgumentException when a path cannot be read
   */
  public List<FieldChange> diff(
      Shape shape,
      ObjectNode desired,
      ObjectNode observed,
      Collection<String> appliedPaths,
      Collection<String> ignoreFields) {
    FieldPair sides = FieldPair.root(desired, observed);
    Predicate<FieldPath> ignored = ignored(ignoreFields).or(ownedByEcs(shape, sides));
    Comparison comparison = new Comparison(Equivalences.of(shape), ignored);
    List<FieldChange> changes =
        new ArrayList<>(comparison.changes(FieldPath.ROOT, sides, Silence.NOT_OURS));
    Resets resets = Resets.of(shape, observed);
    Tree tree = new Tree(Equivalences.of(shape));
    appliedPaths.stream()
        .map(FieldPath::parse)
        .filter(ignored.negate())
        .flatMap(path -> lost(path, desired, tree, resets).stream())
        .filter(ignored.negate())
        .distinct()
        .filter(path -> mustBeReset(path, sides, tree, resets, comparison))
        .map(path -> new FieldChange(path.toString(), tree.get(observed, path), Values.MISSING))
        .forEach(changes::add);
    return List.copyOf(changes);
  }

  /** The largest block around an applied field, or the field itself, that desired has no more. */
  private static Optional<FieldPath> lost(
      FieldPath applied, ObjectNode desired, Tree tree, Resets resets) {
    return applied
        .prefixes()
        .filter(path -> tree.get(desired, path).isMissingNode())
        .filter(path -> path.equals(applied) || resets.isBlock(path))
        .findFirst();
  }

  private static boolean mustBeReset(
      FieldPath path, FieldPair root, Tree tree, Resets resets, Comparison comparison) {
    JsonNode held = tree.get(root.observed(), path);
    if (held.isMissingNode()) {
      return false;
    }
    return switch (resets.at(path, held)) {
      case Release _ -> false;
      case To(JsonNode value) -> !holds(held, value);
      // An entry of a map or a list of pairs is something even when its value is empty.
      case Omit _ when path.last() instanceof Key -> true;
      case Omit _ -> !comparison.changes(path, tree.sides(root, path), Silence.UNSET).isEmpty();
    };
  }

  private static boolean holds(JsonNode held, JsonNode reset) {
    return reset.isObject()
        ? reset.propertyStream().allMatch(m -> holds(Values.at(held, m.getKey()), m.getValue()))
        : Values.same(held, reset);
  }

  /**
   * Two-way, for the immutable body of a task definition: also what {@code observed} has and {@code
   * desired} has not differs, unless ECS fills it in or it is a default. Tags are not compared.
   *
   * @param ignoreFields paths that somebody else owns; they and what is below them never differ
   * @throws IllegalArgumentException when a path cannot be read
   */
  public List<FieldChange> diffBody(
      ObjectNode desired, ObjectNode observed, Collection<String> ignoreFields) {
    Predicate<FieldPath> ignored = ignored(ignoreFields).or(member("tags"));
    return new Comparison(Equivalences.of(Shape.TASK_DEFINITION), ignored)
        .changes(FieldPath.ROOT, FieldPair.root(desired, observed), Silence.UNSET);
  }

  /**
   * {@code desired} with the fields that somebody else owns as they are in {@code observed}: what
   * to register when a new revision must keep, for example, an image that a pipeline has set.
   * Fields that {@code observed} does not have stay as desired.
   *
   * @throws IllegalArgumentException when a path cannot be read
   */
  public ObjectNode yielding(
      Shape shape, ObjectNode desired, ObjectNode observed, Collection<String> ignoreFields) {
    Tree tree = new Tree(Equivalences.of(shape));
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

  private static Predicate<FieldPath> ownedByEcs(Shape shape, FieldPair sides) {
    if (shape != Shape.SERVICE) {
      return path -> false;
    }
    Stream.Builder<String> owned = Stream.builder();
    if (Rules.isDaemon(sides)) {
      owned.add("desiredCount");
    }
    if (Rules.isDeployedByCodeDeploy(sides)) {
      CODE_DEPLOY_OWNS.forEach(owned::add);
    }
    return owned.build().map(Differ::member).reduce(path -> false, Predicate::or);
  }

  private static Predicate<FieldPath> member(String name) {
    return path -> path.depth() > 0 && path.top().equals(name);
  }
}
