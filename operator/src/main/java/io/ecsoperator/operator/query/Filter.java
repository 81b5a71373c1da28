package io.ecsoperator.operator.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.fleet.FleetResource;
import io.ecsoperator.operator.fleet.FleetType;
import io.ecsoperator.operator.http.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Which resources of a type a request asks for. All conditions have to hold. */
final class Filter {
  private static final EcsMember STATUS = EcsType.of("Service").member("status");
  private static final EcsMember LAST_STATUS = EcsType.of("Task").member("lastStatus");
  private static final EcsMember DESIRED_STATUS = EcsType.of("Task").member("desiredStatus");
  private static final EcsMember STARTED_BY = EcsType.of("Task").member("startedBy");
  private static final EcsMember LAUNCH_TYPE = EcsType.of("Task").member("launchType");
  private static final EcsMember INSTANCE = EcsType.of("Task").member("containerInstanceArn");
  private static final EcsMember EC2 = EcsType.of("ContainerInstance").member("ec2InstanceId");
  private static final EcsMember GROUP = EcsType.of("Task").member("group");
  private static final EcsMember TASK_DEFINITION = EcsType.of("Task").member("taskDefinitionArn");
  private static final EcsMember SERVICE_DEFINITION =
      EcsType.of("Service").member("taskDefinition");
  private static final EcsMember FAMILY = EcsType.of("TaskDefinition").member("family");
  private static final EcsMember TAGS = EcsType.request("TagResource").member("tags");
  private static final EcsMember KEY = EcsType.of("Tag").member("key");
  private static final EcsMember VALUE = EcsType.of("Tag").member("value");

  private static final Set<String> EVERYWHERE = Set.of("status", "tag", "owner", "namespace");
  private static final Map<FleetType, Set<String>> MORE =
      Map.of(
          FleetType.CLUSTER, Set.of("cluster"),
          FleetType.SERVICE, Set.of("cluster", "service", "family", "launchType"),
          FleetType.TASK,
              Set.of(
                  "cluster",
                  "service",
                  "desiredStatus",
                  "startedBy",
                  "family",
                  "launchType",
                  "containerInstance"),
          FleetType.CONTAINER_INSTANCE, Set.of("cluster", "containerInstance"),
          FleetType.TASK_DEFINITION, Set.of("family"));

  private final Optional<String> cluster;
  private final Optional<String> namespace;
  private final Optional<String> owner;
  private final List<Predicate<ObjectNode>> conditions = new ArrayList<>();

  Filter(FleetType type, Parameters parameters) {
    this.cluster = parameters.get("cluster").map(Arn::nameOf);
    this.namespace = parameters.get("namespace");
    this.owner = parameters.get("owner");
    BiPredicate<String, String> same = String::equalsIgnoreCase;
    EcsMember status = type == FleetType.TASK ? LAST_STATUS : STATUS;
    add(parameters, "status", (tree, value) -> same.test(status.text(tree), value));
    add(parameters, "desiredStatus", (tree, value) -> same.test(DESIRED_STATUS.text(tree), value));
    add(parameters, "launchType", (tree, value) -> same.test(LAUNCH_TYPE.text(tree), value));
    add(parameters, "startedBy", (tree, value) -> STARTED_BY.text(tree).equals(value));
    add(parameters, "service", (tree, value) -> isService(type, tree, Arn.nameOf(value)));
    add(parameters, "family", (tree, value) -> family(type, tree).equals(value));
    add(parameters, "containerInstance", (tree, value) -> isInstance(type, tree, value));
    parameters.all("tag").forEach(tag -> conditions.add(tree -> hasTag(tree, tag)));
    owner.filter(text -> text.split("/", -1).length != 3).ifPresent(Filter::refuseOwner);
  }

  /** The parameters that a type has. */
  static Set<String> names(FleetType type) {
    Set<String> names = new HashSet<>(EVERYWHERE);
    names.addAll(MORE.getOrDefault(type, Set.of()));
    return names;
  }

  Optional<String> namespace() {
    return namespace.or(() -> owner.map(text -> text.split("/", -1)[1]));
  }

  /** What can be said without the description. */
  boolean maySelect(FleetResource resource) {
    return cluster.filter(name -> !name.equals(resource.cluster())).isEmpty();
  }

  boolean selects(Optional<ObjectKey> key) {
    return namespace
            .filter(name -> key.filter(it -> it.namespace().equals(name)).isEmpty())
            .isEmpty()
        && owner.filter(text -> key.filter(it -> text(it).equals(text)).isEmpty()).isEmpty();
  }

  boolean selects(ObjectNode tree) {
    return conditions.stream().allMatch(condition -> condition.test(tree));
  }

  private static String text(ObjectKey key) {
    return String.join("/", key.kind(), key.namespace(), key.name());
  }

  private static void refuseOwner(String text) {
    throw Problem.of(400, "owner: has to be kind/namespace/name, such as EcsService/shop/web.");
  }

  private void add(Parameters parameters, String name, BiPredicate<ObjectNode, String> condition) {
    parameters.get(name).ifPresent(value -> conditions.add(tree -> condition.test(tree, value)));
  }

  private static boolean isService(FleetType type, ObjectNode tree, String name) {
    return type == FleetType.SERVICE
        ? Arn.nameOf(type.arn().text(tree)).equals(name)
        : GROUP.text(tree).equals("service:" + name);
  }

  private static String family(FleetType type, ObjectNode tree) {
    return switch (type) {
      case TASK -> Arn.nameWithoutRevision(TASK_DEFINITION.text(tree));
      case SERVICE -> Arn.nameWithoutRevision(SERVICE_DEFINITION.text(tree));
      default -> FAMILY.text(tree);
    };
  }

  /** By ARN, by its id or, for an instance itself, by the id of the EC2 instance. */
  private static boolean isInstance(FleetType type, ObjectNode tree, String value) {
    String arn = type == FleetType.TASK ? INSTANCE.text(tree) : type.arn().text(tree);
    return Stream.of(arn, Arn.nameOf(arn), EC2.text(tree)).anyMatch(value::equals);
  }

  /** The tag {@code key}, or {@code key=value}. */
  private static boolean hasTag(ObjectNode tree, String tag) {
    return TAGS.items(tree)
        .anyMatch(
            one ->
                KEY.text(one).equals(tag) || (KEY.text(one) + "=" + VALUE.text(one)).equals(tag));
  }
}
