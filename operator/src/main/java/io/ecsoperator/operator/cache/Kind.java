package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The kinds of resources that are read again and again, and how ECS describes them. */
enum Kind {
  CLUSTER(
      "DescribeClusters", 100, "clusters", "cluster", List.of("tags", "settings", "configuration")),
  SERVICE("DescribeServices", 10, "services", "service", List.of("tags")),
  TASK("DescribeTasks", 100, "tasks", "task", List.of("tags")),
  CONTAINER_INSTANCE(
      "DescribeContainerInstances", 100, "containerInstances", "containerInstance", List.of()),
  /** ECS would take a hundred names, but answers ten of them on a page. */
  CAPACITY_PROVIDER(
      "DescribeCapacityProviders", 10, "capacityProviders", "capacityProvider", List.of()),
  TASK_DEFINITION("DescribeTaskDefinition", 1, "taskDefinition", "taskDefinition", List.of("tags"));

  /**
   * What is kept of a container instance. The rest changes with every task on it, which is not what
   * anybody is to be woken for.
   */
  private static final List<String> OF_INSTANCE =
      List.of("containerInstanceArn", "ec2InstanceId", "status");

  private final String operation;
  private final int limit;
  private final String list;
  private final String prefix;
  private final List<String> membersOnRequest;

  Kind(String operation, int limit, String list, String prefix, List<String> membersOnRequest) {
    this.operation = operation;
    this.limit = limit;
    this.list = list;
    this.prefix = prefix;
    this.membersOnRequest = membersOnRequest;
  }

  String operation() {
    return operation;
  }

  /** As metrics name it, for example {@code task_definition}. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How many resources ECS describes in one call. */
  int limit() {
    return limit;
  }

  /** What ECS describes only where a request's {@code include} asks for it. */
  List<String> membersOnRequest() {
    return membersOnRequest;
  }

  /** The request that describes resources of one cluster; for clusters themselves it is unused. */
  ObjectNode request(String cluster, Collection<String> ids) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    if (this == TASK_DEFINITION) {
      request.put(list, ids.iterator().next());
    } else {
      ArrayNode names = request.putArray(list);
      ids.forEach(names::add);
    }
    if (this == SERVICE || this == TASK || this == CONTAINER_INSTANCE) {
      request.put("cluster", cluster);
    }
    if (!membersOnRequest.isEmpty()) {
      ArrayNode include = request.putArray("include").add("TAGS");
      if (this == CLUSTER) {
        include.add("SETTINGS").add("CONFIGURATIONS");
      }
    }
    return request;
  }

  /** Whether an answer has the member that holds what was found, even if nothing was. */
  boolean isAnswer(ObjectNode answer) {
    return answer.has(list) || answer.has("failures");
  }

  /** What the answer describes, by every id that a caller may have asked with. */
  Map<String, ObjectNode> found(String asked, ObjectNode answer) {
    Map<String, ObjectNode> found = new HashMap<>();
    if (this == TASK_DEFINITION) {
      if (answer.get(list) instanceof ObjectNode revision) {
        found.put(asked, withTags(revision, answer.path("tags")));
      }
      return found;
    }
    for (JsonNode item : answer.path(list)) {
      String arn = item.path(prefix + "Arn").asText();
      ObjectNode tree = this == CONTAINER_INSTANCE ? only(OF_INSTANCE, item) : (ObjectNode) item;
      found.put(arn, tree);
      found.put(name(arn, item), tree);
    }
    return found;
  }

  private String name(String arn, JsonNode item) {
    return switch (this) {
      case CLUSTER, SERVICE -> item.path(prefix + "Name").asText();
      default -> arn.substring(arn.lastIndexOf('/') + 1);
    };
  }

  private static ObjectNode only(List<String> members, JsonNode item) {
    ObjectNode tree = item.deepCopy();
    return tree.retain(members);
  }

  /** Whether ECS is about to change a resource by itself, so that it is worth following. */
  boolean isChanging(ObjectNode tree) {
    return switch (this) {
      case CLUSTER -> tree.path("status").asText().endsWith("PROVISIONING");
      case SERVICE -> isServiceChanging(tree);
      case TASK -> !tree.path("lastStatus").asText().equals("STOPPED");
      case CONTAINER_INSTANCE, CAPACITY_PROVIDER -> isOnItsWay(tree.path("status").asText());
      case TASK_DEFINITION -> false;
    };
  }

  private static boolean isOnItsWay(String status) {
    return status.endsWith("REGISTERING") || status.endsWith("PROVISIONING");
  }

  private static boolean isServiceChanging(ObjectNode service) {
    return switch (service.path("status").asText()) {
      case "DRAINING" -> true;
      case "ACTIVE" ->
          service.path("deployments").size() > 1
              || service
                  .path("deployments")
                  .path(0)
                  .path("rolloutState")
                  .asText()
                  .equals("IN_PROGRESS")
              || service.path("runningCount").asInt() != service.path("desiredCount").asInt();
      default -> false;
    };
  }

  /** ECS answers a revision and its tags side by side; as a tree they are one. */
  static ObjectNode withTags(ObjectNode revision, JsonNode tags) {
    ObjectNode tree = revision.deepCopy();
    tree.set("tags", tags.isArray() ? tags.deepCopy() : JsonNodeFactory.instance.arrayNode());
    return tree;
  }
}
