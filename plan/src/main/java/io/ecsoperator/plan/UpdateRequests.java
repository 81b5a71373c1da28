package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.FieldPath.Key;
import io.ecsoperator.plan.FieldPath.Step;
import io.ecsoperator.plan.Reset.To;
import io.ecsoperator.plan.Resets.ResourceResets;
import io.ecsoperator.plan.Updates.AllLists;
import io.ecsoperator.plan.Updates.UpdateCall;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Turns changes into the smallest update requests: re-sending an unchanged block to ECS can start a
 * deployment. A block that ECS replaces as a whole is sent as observed with exactly the changes
 * applied, so that fields which others manage keep their values.
 */
public final class UpdateRequests {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /**
   * One update call, without the members that identify the resource.
   *
   * @param members what the request carries, never empty
   * @param changes the changes that make the call necessary
   */
  public record Update(String operation, ObjectNode members, List<FieldChange> changes) {
    public Update {
      changes = List.copyOf(changes);
    }
  }

  /**
   * The calls that carry these changes, in the order of the schema. Empty when only tags or fields
   * that cannot be updated have changed.
   *
   * @param desired the comparable tree of the spec, with the fields that others manage as observed
   * @param observed the comparable tree that the changes were found against
   */
  public List<Update> of(
      ComparableSchema schema, ObjectNode desired, ObjectNode observed, List<FieldChange> changes) {
    List<Update> updates = new ArrayList<>();
    for (UpdateCall call : schema.updates().calls()) {
      ObjectNode members = members(schema, call, desired, observed, changes);
      if (!members.isEmpty()) {
        updates.add(
            new Update(
                call.operation(),
                members,
                changes.stream()
                    .filter(change -> members.has(FieldPath.parse(change.path()).top()))
                    .toList()));
      }
    }
    return List.copyOf(updates);
  }

  private static ObjectNode members(
      ComparableSchema schema,
      UpdateCall call,
      ObjectNode desired,
      ObjectNode observed,
      List<FieldChange> changes) {
    ResourceResets resets = new ResourceResets(schema, observed);
    Tree tree = new Tree(schema.equivalences());
    ObjectNode updated = asWritten(tree, desired, observed);
    Set<FieldPath> units = new LinkedHashSet<>();
    for (FieldChange change : changes) {
      FieldPath path = FieldPath.parse(change.path());
      if (isUpdatable(schema.updates(), path) && schema.updates().carries(call, path.top())) {
        apply(change, path, updated, tree, resets);
        units.add(schema.updates().unit(path));
      }
    }
    ObjectNode request = NODES.objectNode();
    for (FieldPath unit : units) {
      JsonNode value = tree.get(updated, unit);
      if (!value.isMissingNode()) {
        tree.set(request, unit, value);
      }
    }
    schema.updates().replaceOnlyPaths().forEach(path -> tree.remove(request, path));
    if (call instanceof AllLists all && !request.isEmpty()) {
      complete(request, all, observed);
    }
    return request;
  }

  /**
   * What is observed, in the form of the spec: names that ECS made up are not sent back to it as if
   * the user had asked for them.
   */
  private static ObjectNode asWritten(Tree tree, ObjectNode desired, ObjectNode observed) {
    ObjectNode written = observed.deepCopy();
    AppliedPaths.fields(tree, FieldPath.ROOT, desired)
        .filter(path -> !tree.get(observed, path).isMissingNode())
        .forEach(path -> tree.set(written, path, tree.get(desired, path).deepCopy()));
    return written;
  }

  private static void complete(ObjectNode request, AllLists all, ObjectNode observed) {
    for (String name : all.lists()) {
      if (!request.has(name)) {
        request.set(
            name,
            observed.path(name).isArray() ? observed.get(name).deepCopy() : NODES.arrayNode());
      }
    }
  }

  private static void apply(
      FieldChange change, FieldPath path, ObjectNode updated, Tree tree, ResourceResets resets) {
    if (!change.to().isMissingNode()) {
      tree.set(updated, path, change.to().deepCopy());
    } else if (resets.at(path, change.from()) instanceof To(JsonNode value)) {
      tree.set(updated, path, value.deepCopy());
    } else {
      tree.remove(updated, path);
    }
  }

  private static boolean isUpdatable(Updates updates, FieldPath path) {
    return !path.isTag()
        && !updates.replaceOnlyOnceShown().contains(path.top())
        && updates.replaceOnlyPaths().stream().noneMatch(path::startsWith);
  }

  /**
   * What TagResource and UntagResource have to carry.
   *
   * @param toPut tags as {@code [{"key": …, "value": …}]}, empty when none
   * @param keysToRemove keys for UntagResource, empty when none
   */
  public record TagUpdate(ArrayNode toPut, List<String> keysToRemove) {
    public TagUpdate {
      keysToRemove = List.copyOf(keysToRemove);
    }

    public boolean isEmpty() {
      return toPut.isEmpty() && keysToRemove.isEmpty();
    }
  }

  /** The tags among the changes. */
  public TagUpdate tags(List<FieldChange> changes) {
    ArrayNode toPut = NODES.arrayNode();
    List<String> keysToRemove = new ArrayList<>();
    for (FieldChange change : changes) {
      FieldPath path = FieldPath.parse(change.path());
      if (path.isTag() && path.last() instanceof Key(String key)) {
        if (change.to().isMissingNode()) {
          keysToRemove.add(key);
        } else {
          toPut.addObject().put("key", key).set("value", change.to());
        }
      }
    }
    return new TagUpdate(toPut, keysToRemove);
  }

  /** Those of the changes that ECS cannot make in place: the resource would have to be replaced. */
  public List<FieldChange> replacements(ComparableSchema schema, List<FieldChange> changes) {
    Updates updates = schema.updates();
    return changes.stream().filter(change -> needsReplacement(updates, change)).toList();
  }

  private static boolean needsReplacement(Updates updates, FieldChange change) {
    FieldPath path = FieldPath.parse(change.path());
    if (updates.replaceOnlyOnceShown().contains(path.top())) {
      return !Values.isUnset(change.from());
    }
    return updates.replaceOnlyPaths().stream()
        .anyMatch(fixed -> path.startsWith(fixed) || changesInside(change, path, fixed));
  }

  /** Whether a change of a whole block changes a replace-only field inside it. */
  private static boolean changesInside(FieldChange block, FieldPath path, FieldPath fixed) {
    if (!fixed.startsWith(path)) {
      return false;
    }
    List<Step> inside = fixed.steps().subList(path.depth(), fixed.depth());
    return !Values.same(Values.at(block.from(), inside), Values.at(block.to(), inside));
  }
}
