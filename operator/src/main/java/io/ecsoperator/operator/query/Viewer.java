package io.ecsoperator.operator.query;

import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.fleet.FleetType;
import io.ecsoperator.operator.http.Problem;
import io.ecsoperator.operator.query.Reviews.Right;
import io.ecsoperator.operator.query.Reviews.User;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What one user may see, for one request. A resource that an object owns may be seen by all who may
 * read that object; all resources of a type by those who may list the objects of all namespaces.
 */
final class Viewer {
  /** More namespaces are not checked one by one; a request has to name one. */
  private static final int MOST_NAMESPACES = 100;

  private static final Map<FleetType, List<String>> KINDS =
      Map.of(
          FleetType.CLUSTER, List.of("ecsclusters"),
          FleetType.SERVICE, List.of("ecsservices"),
          FleetType.TASK, List.of("ecstasks", "ecsservices"),
          FleetType.CONTAINER_INSTANCE, List.of("ecsclusters"),
          FleetType.TASK_DEFINITION, List.of("ecstaskdefinitions"));

  private final Reviews reviews;
  private final User user;
  private final Map<Right, Boolean> checked = new HashMap<>();

  Viewer(Reviews reviews, User user) {
    this.reviews = reviews;
    this.user = user;
  }

  /** Whether the user sees all resources of a type, those without an owner too. */
  boolean seesAll(FleetType type) {
    return may(Right.list(kinds(type).getFirst(), ""));
  }

  /** Whether the user may list objects of a namespace that own resources of a type. */
  boolean seesSome(FleetType type, String namespace) {
    return type != FleetType.CONTAINER_INSTANCE
        && kinds(type).stream().anyMatch(kind -> may(Right.list(kind, namespace)));
  }

  /** Whether the user may list the objects that the owner is one of. */
  boolean sees(ObjectKey owner) {
    Right right = Right.list(plural(owner), owner.namespace());
    if (!canCheck(owner)) {
      throw Problem.of(
          400,
          "More than "
              + MOST_NAMESPACES
              + " namespaces would have to be checked: name one by the parameter namespace.");
    }
    return may(right);
  }

  /** Whether it is known, or can be checked, whether the user sees what the owner owns. */
  boolean canCheck(ObjectKey owner) {
    return checked.size() < MOST_NAMESPACES
        || checked.containsKey(Right.list(plural(owner), owner.namespace()));
  }

  /** Whether the user may read the one object. */
  boolean seesAlone(ObjectKey owner) {
    return may(Right.get(plural(owner), owner.namespace(), owner.name()));
  }

  /**
   * Whether objects of the owner's kind own resources of a type. ECS copies the tags of a task
   * definition to tasks that anybody starts from it: these are not of the definition's object.
   */
  static boolean mayOwn(FleetType type, ObjectKey owner) {
    return kinds(type).contains(plural(owner));
  }

  private boolean may(Right right) {
    Boolean known = checked.get(right);
    if (known == null) {
      known = reviews.allows(user, right);
      checked.put(right, known);
    }
    return known;
  }

  private static List<String> kinds(FleetType type) {
    return KINDS.getOrDefault(type, List.of());
  }

  /** As the CRDs name their kinds. */
  private static String plural(ObjectKey owner) {
    return owner.kind().toLowerCase(Locale.ROOT) + "s";
  }
}
