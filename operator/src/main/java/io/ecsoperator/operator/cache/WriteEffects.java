package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.ExpectedState.Aspect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Which resources a write is about, and what its answer says about them. */
final class WriteEffects {
  private final ResourceKeys keys;

  WriteEffects(ResourceKeys keys) {
    this.keys = keys;
  }

  /** What the answer shows; nothing for answers that show no resource. */
  List<ExpectedState> of(String operation, ObjectNode request, ObjectNode answer) {
    return switch (operation) {
      case "CreateCluster",
          "UpdateCluster",
          "UpdateClusterSettings",
          "PutClusterCapacityProviders",
          "DeleteCluster" ->
          shown(answer, "cluster").map(tree -> cluster(operation, request, tree)).toList();
      case "CreateService", "UpdateService", "DeleteService" ->
          shown(answer, "service").map(tree -> service(operation, request, tree)).toList();
      case "RunTask", "StartTask" ->
          items(answer.path("tasks"))
              .map(
                  tree ->
                      created(task(request, tree), request, tree, WriteVisibility.taskStarted()))
              .toList();
      case "StopTask" ->
          shown(answer, "task")
              .map(tree -> changed(task(request, tree), tree, WriteVisibility.taskStopped()))
              .toList();
      case "RegisterTaskDefinition" ->
          shown(answer, "taskDefinition")
              .map(revision -> Kind.withTags(revision, answer.path("tags")))
              .flatMap(tree -> registered(request, tree))
              .toList();
      case "DeregisterTaskDefinition" ->
          shown(answer, "taskDefinition").map(this::withdrawn).toList();
      case "DeleteTaskDefinitions" ->
          items(answer.path("taskDefinitions")).map(this::withdrawn).toList();
      case "TagResource", "UntagResource" ->
          keys.ofArn(request.path("resourceArn").asText()).stream()
              .map(key -> tags(operation, request, key))
              .toList();
      default -> List.of();
    };
  }

  /** What the request names: known to be different now, or to be in doubt. */
  List<ResourceKey> touched(String operation, ObjectNode request) {
    return switch (operation) {
      case "CreateCluster" -> List.of(keys.cluster(request.path("clusterName").asText()));
      case "UpdateCluster",
          "UpdateClusterSettings",
          "PutClusterCapacityProviders",
          "DeleteCluster" ->
          List.of(keys.cluster(request.path("cluster").asText()));
      case "CreateService" -> List.of(service(request, "serviceName"));
      case "UpdateService", "DeleteService" -> List.of(service(request, "service"));
      case "StopTask" ->
          List.of(keys.task(request.path("cluster").asText(), request.path("task").asText()));
      case "RegisterTaskDefinition" ->
          List.of(keys.taskDefinition(request.path("family").asText()));
      case "DeregisterTaskDefinition" -> revision(request.path("taskDefinition"));
      case "DeleteTaskDefinitions" -> {
        List<ResourceKey> touched = new ArrayList<>();
        request.path("taskDefinitions").forEach(arn -> touched.addAll(revision(arn)));
        yield touched;
      }
      case "TagResource", "UntagResource" ->
          keys.ofArn(request.path("resourceArn").asText()).stream().toList();
      case "StopServiceDeployment", "ContinueServiceDeployment" ->
          keys.ofArn(request.path("serviceDeploymentArn").asText()).stream().toList();
      default -> List.of();
    };
  }

  private ExpectedState cluster(String operation, ObjectNode request, ObjectNode tree) {
    ResourceKey key = keys.cluster(tree.path("clusterName").asText());
    return switch (operation) {
      case "CreateCluster" -> created(key, request, tree, WriteVisibility.clusterCreated());
      case "DeleteCluster" -> changed(key, tree, WriteVisibility.clusterDeleted());
      default -> changed(key, tree, WriteVisibility.clusterUpdated(request, tree));
    };
  }

  private ExpectedState service(String operation, ObjectNode request, ObjectNode tree) {
    ResourceKey key = keys.service(clusterOf(tree, request), tree.path("serviceName").asText());
    return switch (operation) {
      case "CreateService" -> created(key, request, tree, WriteVisibility.serviceCreated(tree));
      case "DeleteService" -> changed(key, tree, WriteVisibility.serviceDeleted(tree));
      default -> changed(key, tree, WriteVisibility.serviceUpdated(request, tree));
    };
  }

  private ResourceKey task(ObjectNode request, ObjectNode tree) {
    return keys.task(clusterOf(tree, request), tree.path("taskArn").asText());
  }

  private static String clusterOf(ObjectNode tree, ObjectNode request) {
    return tree.path("clusterArn").asText(request.path("cluster").asText());
  }

  private Stream<ExpectedState> registered(ObjectNode request, ObjectNode tree) {
    ResourceKey revision = keys.taskDefinition(tree.path("taskDefinitionArn").asText());
    return Stream.of(revision, keys.family(revision))
        .map(key -> created(key, request, tree, WriteVisibility.registered(tree)));
  }

  private ExpectedState withdrawn(ObjectNode tree) {
    ResourceKey revision = keys.taskDefinition(tree.path("taskDefinitionArn").asText());
    return changed(revision, tree, WriteVisibility.revisionWithdrawn(tree));
  }

  private static ExpectedState created(
      ResourceKey key, ObjectNode request, ObjectNode tree, Predicate<Observation> reflectedIn) {
    ObjectNode complete = completed(key.kind(), tree, request);
    return new ExpectedState(key, Aspect.STATE, known -> Optional.of(complete), reflectedIn);
  }

  /** Without knowing what was there before, the answer is not all that a describe would show. */
  private static ExpectedState changed(
      ResourceKey key, ObjectNode tree, Predicate<Observation> reflectedIn) {
    return new ExpectedState(
        key,
        Aspect.STATE,
        known -> known.map(before -> completed(key.kind(), tree, before)),
        reflectedIn);
  }

  private static ExpectedState tags(String operation, ObjectNode request, ResourceKey key) {
    boolean adds = operation.equals("TagResource");
    return new ExpectedState(
        key,
        Aspect.TAGS,
        known ->
            known.map(before -> adds ? withTags(before, request) : withoutTags(before, request)),
        adds ? WriteVisibility.tagged(request) : WriteVisibility.untagged(request));
  }

  private static ObjectNode withTags(ObjectNode before, ObjectNode request) {
    List<JsonNode> keys = request.path("tags").findValues("key");
    ObjectNode after = withTags(before, tag -> !keys.contains(tag.path("key")));
    request.path("tags").forEach(tag -> after.withArray("tags").add(tag.deepCopy()));
    return after;
  }

  private static ObjectNode withoutTags(ObjectNode before, ObjectNode request) {
    List<JsonNode> keys = new ArrayList<>();
    request.path("tagKeys").forEach(keys::add);
    return withTags(before, tag -> !keys.contains(tag.path("key")));
  }

  private static ObjectNode withTags(ObjectNode before, Predicate<JsonNode> kept) {
    ObjectNode after = before.deepCopy();
    ArrayNode tags = after.putArray("tags");
    items(before.path("tags")).filter(kept).forEach(tags::add);
    return after;
  }

  /**
   * What a describe would show: answers to writes may lack, or leave empty, what describes show
   * only on request. For a new resource {@code before} is the request.
   */
  private static ObjectNode completed(Kind kind, ObjectNode answered, ObjectNode before) {
    ObjectNode tree = answered.deepCopy();
    kind.membersOnRequest().stream()
        .filter(member -> tree.path(member).isEmpty() && before.has(member))
        .forEach(member -> tree.set(member, before.get(member).deepCopy()));
    return tree;
  }

  private ResourceKey service(ObjectNode request, String member) {
    return keys.service(request.path("cluster").asText(), request.path(member).asText());
  }

  private List<ResourceKey> revision(JsonNode arn) {
    ResourceKey revision = keys.taskDefinition(arn.asText());
    return List.of(revision, keys.family(revision));
  }

  private static Stream<ObjectNode> shown(ObjectNode answer, String member) {
    return answer.get(member) instanceof ObjectNode tree ? Stream.of(tree) : Stream.empty();
  }

  private static Stream<ObjectNode> items(JsonNode list) {
    return list.valueStream().filter(ObjectNode.class::isInstance).map(ObjectNode.class::cast);
  }
}
