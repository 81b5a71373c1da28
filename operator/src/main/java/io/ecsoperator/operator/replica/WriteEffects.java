package io.ecsoperator.operator.replica;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.replica.Effect.Aspect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Which resources a write is about, and what its answer says about them. */
final class WriteEffects {
  private final Keys keys;

  WriteEffects(Keys keys) {
    this.keys = keys;
  }

  /** What the answer shows; nothing for answers that show no resource. */
  List<Effect> of(String operation, ObjectNode request, ObjectNode answer) {
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
              .map(tree -> created(task(request, tree), request, tree, Reflection.taskStarted()))
              .toList();
      case "StopTask" ->
          shown(answer, "task")
              .map(tree -> changed(task(request, tree), tree, Reflection.taskStopped()))
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
  List<Key> touched(String operation, ObjectNode request) {
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
        List<Key> touched = new ArrayList<>();
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

  private Effect cluster(String operation, ObjectNode request, ObjectNode tree) {
    Key key = keys.cluster(tree.path("clusterName").asText());
    return switch (operation) {
      case "CreateCluster" -> created(key, request, tree, Reflection.clusterCreated());
      case "DeleteCluster" -> changed(key, tree, Reflection.clusterDeleted());
      default -> changed(key, tree, Reflection.clusterUpdated(request, tree));
    };
  }

  private Effect service(String operation, ObjectNode request, ObjectNode tree) {
    Key key = keys.service(clusterOf(tree, request), tree.path("serviceName").asText());
    return switch (operation) {
      case "CreateService" -> created(key, request, tree, Reflection.serviceCreated(tree));
      case "DeleteService" -> changed(key, tree, Reflection.serviceDeleted(tree));
      default -> changed(key, tree, Reflection.serviceUpdated(request, tree));
    };
  }

  private Key task(ObjectNode request, ObjectNode tree) {
    return keys.task(clusterOf(tree, request), tree.path("taskArn").asText());
  }

  private static String clusterOf(ObjectNode tree, ObjectNode request) {
    return tree.path("clusterArn").asText(request.path("cluster").asText());
  }

  private Stream<Effect> registered(ObjectNode request, ObjectNode tree) {
    Key revision = keys.taskDefinition(tree.path("taskDefinitionArn").asText());
    return Stream.of(revision, keys.family(revision))
        .map(key -> created(key, request, tree, Reflection.registered(tree)));
  }

  private Effect withdrawn(ObjectNode tree) {
    Key revision = keys.taskDefinition(tree.path("taskDefinitionArn").asText());
    return changed(revision, tree, Reflection.revisionWithdrawn(tree));
  }

  private static Effect created(
      Key key, ObjectNode request, ObjectNode tree, Predicate<Reading> reflectedIn) {
    ObjectNode complete = completed(key.kind(), tree, request);
    return new Effect(key, Aspect.STATE, known -> Optional.of(complete), reflectedIn);
  }

  /** Without knowing what was there before, the answer is not all that a describe would show. */
  private static Effect changed(Key key, ObjectNode tree, Predicate<Reading> reflectedIn) {
    return new Effect(
        key,
        Aspect.STATE,
        known -> known.map(before -> completed(key.kind(), tree, before)),
        reflectedIn);
  }

  private static Effect tags(String operation, ObjectNode request, Key key) {
    boolean adds = operation.equals("TagResource");
    return new Effect(
        key,
        Aspect.TAGS,
        known ->
            known.map(before -> adds ? withTags(before, request) : withoutTags(before, request)),
        adds ? Reflection.tagged(request) : Reflection.untagged(request));
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

  private Key service(ObjectNode request, String member) {
    return keys.service(request.path("cluster").asText(), request.path(member).asText());
  }

  private List<Key> revision(JsonNode arn) {
    Key revision = keys.taskDefinition(arn.asText());
    return List.of(revision, keys.family(revision));
  }

  private static Stream<ObjectNode> shown(ObjectNode answer, String member) {
    return answer.get(member) instanceof ObjectNode tree ? Stream.of(tree) : Stream.empty();
  }

  private static Stream<ObjectNode> items(JsonNode list) {
    return list.valueStream().filter(ObjectNode.class::isInstance).map(ObjectNode.class::cast);
  }
}
