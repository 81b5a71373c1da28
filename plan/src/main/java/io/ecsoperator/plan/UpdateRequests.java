package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.FieldPath.Key;
import io.ecsoperator.plan.Reset.To;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Turns changes into the smallest update requests: re-sending an unchanged block to ECS can start a
 * deployment. A block that ECS replaces as a whole is sent as observed with exactly the changes
 * applied, so that what is not ours in it stays.
 */
public final class UpdateRequests {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** What no update call carries. */
  private static final Map<Shape, Set<String>> IMMUTABLE =
      Map.of(
          Shape.CLUSTER, Set.of("clusterName"),
          Shape.SERVICE, Set.of("cluster", "serviceName", "role", "schedulingStrategy"),
          Shape.TASK_DEFINITION, Set.of("family"));

  /** What PutClusterCapacityProviders carries. */
  private static final Set<String> CAPACITY_PROVIDERS =
      Set.of("capacityProviders", "defaultCapacityProviderStrategy");

  /**
   * The members of UpdateService, without {@code cluster} and {@code service}, that carry these
   * changes. Empty when only tags or members that cannot be updated have changed.
   *
   * @param observed the comparable tree that the changes were found against
   */
  public ObjectNode service(ObjectNode observed, List<FieldChange> changes) {
    ObjectNode request =
        carrying(Shape.SERVICE, observed, changes, name -> !name.equals("launchType"));
    // Off says it all; ECS refuses services of a Service Connect that is off.
    JsonNode connectEnabled = request.path("serviceConnectConfiguration").path("enabled");
    if (connectEnabled.isBoolean() && !connectEnabled.booleanValue()) {
      request.putObject("serviceConnectConfiguration").put("enabled", false);
    }
    // A service goes back from capacity providers to its launch type by an empty strategy.
    if (changes.stream().anyMatch(UpdateRequests::isMoveToLaunchType)) {
      request.putArray("capacityProviderStrategy");
    }
    if (request.has("capacityProviderStrategy")) {
      request.put("forceNewDeployment", true);
    }
    return request;
  }

  /**
   * The members of UpdateCluster, without {@code cluster}, that carry these changes. Empty when
   * there are none.
   *
   * @param observed the comparable tree that the changes were found against
   */
  public ObjectNode cluster(ObjectNode observed, List<FieldChange> changes) {
    return carrying(Shape.CLUSTER, observed, changes, name -> !CAPACITY_PROVIDERS.contains(name));
  }

  /**
   * The members of PutClusterCapacityProviders, without {@code cluster}: always both, since the
   * call replaces both. Empty when neither has changed.
   *
   * @param observed the comparable tree that the changes were found against
   */
  public Optional<ObjectNode> capacityProviders(ObjectNode observed, List<FieldChange> changes) {
    ObjectNode changed = carrying(Shape.CLUSTER, observed, changes, CAPACITY_PROVIDERS::contains);
    if (changed.isEmpty()) {
      return Optional.empty();
    }
    for (String name : CAPACITY_PROVIDERS) {
      if (!changed.has(name)) {
        changed.set(
            name,
            observed.path(name).isArray() ? observed.get(name).deepCopy() : NODES.arrayNode());
      }
    }
    return Optional.of(changed);
  }

  private static ObjectNode carrying(
      Shape shape, ObjectNode observed, List<FieldChange> changes, Predicate<String> members) {
    Resets resets = Resets.of(shape, observed);
    Tree tree = new Tree(Equivalences.of(shape));
    ObjectNode updated = observed.deepCopy();
    Set<FieldPath> units = new LinkedHashSet<>();
    for (FieldChange change : changes) {
      FieldPath path = FieldPath.parse(change.path());
      if (isUpdatable(shape, path) && members.test(path.top())) {
        apply(change, path, updated, tree, resets);
        units.add(resets.unit(path));
      }
    }
    ObjectNode request = NODES.objectNode();
    for (FieldPath unit : units) {
      JsonNode value = tree.get(updated, unit);
      if (!value.isMissingNode()) {
        tree.set(request, unit, value);
      }
    }
    return request;
  }

  private static void apply(
      FieldChange change, FieldPath path, ObjectNode tree, Tree fields, Resets resets) {
    if (!change.to().isMissingNode()) {
      fields.set(tree, path, change.to().deepCopy());
    } else if (resets.at(path, change.from()) instanceof To(JsonNode value)) {
      fields.set(tree, path, value.deepCopy());
    } else {
      fields.remove(tree, path);
    }
  }

  private static boolean isUpdatable(Shape shape, FieldPath path) {
    return !path.top().equals("tags") && !IMMUTABLE.get(shape).contains(path.top());
  }

  /**
   * What TagResource and UntagResource have to carry.
   *
   * @param toPut tags as {@code [{"key": …, "value": …}]}, empty when none
   * @param keysToRemove keys for UntagResource, empty when none
   */
  public record Tags(ArrayNode toPut, List<String> keysToRemove) {
    public Tags {
      keysToRemove = List.copyOf(keysToRemove);
    }

    public boolean isEmpty() {
      return toPut.isEmpty() && keysToRemove.isEmpty();
    }
  }

  /** The tags among the changes. */
  public Tags tags(List<FieldChange> changes) {
    ArrayNode toPut = NODES.arrayNode();
    List<String> keysToRemove = new ArrayList<>();
    for (FieldChange change : changes) {
      FieldPath path = FieldPath.parse(change.path());
      if (path.top().equals("tags") && path.last() instanceof Key(String key)) {
        if (change.to().isMissingNode()) {
          keysToRemove.add(key);
        } else {
          toPut.addObject().put("key", key).set("value", change.to());
        }
      }
    }
    return new Tags(toPut, keysToRemove);
  }

  /** Those of the changes that ECS cannot make in place: the resource would have to be replaced. */
  public List<FieldChange> replacements(Shape shape, List<FieldChange> changes) {
    return changes.stream()
        .filter(
            change ->
                IMMUTABLE.get(shape).contains(FieldPath.parse(change.path()).top())
                    || (isOfLaunchType(change) && !isMoveToLaunchType(change)))
        .toList();
  }

  private static boolean isOfLaunchType(FieldChange change) {
    return change.path().equals("launchType");
  }

  /**
   * A service shows a launch type or a strategy: where it shows no launch type, it has the other.
   */
  private static boolean isMoveToLaunchType(FieldChange change) {
    return isOfLaunchType(change) && Values.isUnset(change.from());
  }
}
