package io.ecsoperator.operator.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.fleet.Fleet;
import io.ecsoperator.operator.fleet.FleetResource;
import io.ecsoperator.operator.fleet.FleetType;
import io.ecsoperator.operator.http.Problem;
import io.ecsoperator.operator.placement.Demand;
import io.ecsoperator.operator.placement.Instance;
import io.ecsoperator.operator.placement.InvalidRequest;
import io.ecsoperator.operator.placement.Placement;
import io.ecsoperator.operator.placement.Strategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Answers where a task would fit, by the copy of ECS. */
final class Placements {
  private static final Set<String> MEMBERS =
      Set.of(
          "cluster",
          "taskDefinition",
          "count",
          "group",
          "placementStrategy",
          "placementConstraints");
  private static final int MOST_TASKS = 100;
  private static final int MOST_RULES = 10;

  private static final EcsType RUN = EcsType.request("RunTask");
  private static final EcsMember CLUSTER = RUN.member("cluster");
  private static final EcsMember DEFINITION = RUN.member("taskDefinition");
  private static final EcsMember COUNT = RUN.member("count");
  private static final EcsMember GROUP = RUN.member("group");
  private static final EcsMember STRATEGIES = RUN.member("placementStrategy");
  private static final EcsMember CONSTRAINTS = RUN.member("placementConstraints");
  private static final EcsMember STRATEGY_TYPE = EcsType.of("PlacementStrategy").member("type");
  private static final EcsMember FIELD = EcsType.of("PlacementStrategy").member("field");
  private static final EcsMember CONSTRAINT_TYPE = EcsType.of("PlacementConstraint").member("type");
  private static final EcsMember EXPRESSION =
      EcsType.of("PlacementConstraint").member("expression");
  private static final EcsMember FAMILY = EcsType.of("TaskDefinition").member("family");
  private static final EcsMember REVISION = EcsType.of("TaskDefinition").member("revision");
  private static final EcsMember INSTANCE_ARN = EcsType.of("Task").member("containerInstanceArn");
  private static final EcsMember DESIRED_STATUS = EcsType.of("Task").member("desiredStatus");

  private final Fleet fleet;
  private final ObjectMapper json = new ObjectMapper();

  Placements(Fleet fleet) {
    this.fleet = fleet;
  }

  /**
   * @param mayUse which task definitions the user sees
   * @throws Problem for a request that is not valid
   */
  ObjectNode answer(byte[] body, Predicate<FleetResource> mayUse) {
    ObjectNode request = request(body);
    String cluster =
        Optional.of(CLUSTER.text(request)).filter(name -> !name.isEmpty()).orElse("default");
    String clusterName = Arn.nameOf(cluster);
    if (fleet.all(FleetType.CLUSTER).stream().noneMatch(one -> one.cluster().equals(clusterName))) {
      throw Problem.of(404, "cluster: is not in the copy of ECS.");
    }
    ObjectNode definition = definition(DEFINITION.of(request), mayUse);
    List<FleetResource> resources =
        fleet.all(FleetType.CONTAINER_INSTANCE).stream()
            .filter(one -> one.cluster().equals(clusterName))
            .toList();
    Map<String, Map<String, Integer>> groups = groups(clusterName);
    try {
      Placement placement =
          Placement.of(
              task(request, definition),
              resources.stream()
                  .map(
                      one -> Instance.of(fleet.tree(one), groups.getOrDefault(one.arn(), Map.of())))
                  .toList());
      return answer(clusterName, definition, placement);
    } catch (InvalidRequest e) {
      throw Problem.of(400, String.valueOf(e.getMessage()));
    }
  }

  private ObjectNode request(byte[] body) {
    try {
      if (!(json.readTree(body) instanceof ObjectNode request)) {
        throw Problem.of(400, "The body has to be a JSON object.");
      }
      request
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (!MEMBERS.contains(name)) {
                  throw Problem.of(
                      400, "The body may have these members: " + String.join(", ", MEMBERS));
                }
              });
      requireText(request, CLUSTER);
      requireText(request, GROUP);
      if (COUNT.isIn(request) && !COUNT.of(request).isInt()) {
        throw Problem.of(400, "count: has to be a number from 1 to " + MOST_TASKS + ".");
      }
      return request;
    } catch (JsonProcessingException e) {
      throw Problem.of(400, "The body is no JSON.");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The body of a definition, or one that the copy has by ARN, family and revision, or family. */
  private ObjectNode definition(JsonNode asked, Predicate<FleetResource> mayUse) {
    if (asked instanceof ObjectNode body) {
      return body;
    }
    String name = asked.asText("");
    if (name.isEmpty()) {
      throw Problem.of(400, "taskDefinition: has to be an ARN, a name or an object.");
    }
    return fleet.all(FleetType.TASK_DEFINITION).stream()
        .filter(
            one ->
                one.arn().equals(name)
                    || Arn.nameOf(one.arn()).equals(name)
                    || Arn.nameWithoutRevision(one.arn()).equals(name))
        .filter(mayUse)
        .map(fleet::tree)
        .max(Comparator.comparingInt(REVISION::number))
        .orElseThrow(
            () ->
                Problem.of(
                    404,
                    "taskDefinition: is not in the copy of ECS, which has those in use. Send its"
                        + " body instead."));
  }

  private static Placement.Task task(ObjectNode request, ObjectNode definition) {
    List<String> expressions = new ArrayList<>();
    boolean distinct = false;
    for (JsonNode constraint : items(CONSTRAINTS, request)) {
      switch (CONSTRAINT_TYPE.text(constraint)) {
        case "memberOf" -> expressions.add(EXPRESSION.text(constraint));
        case "distinctInstance" -> distinct = true;
        default ->
            throw Problem.of(
                400, "placementConstraints: the type is memberOf or distinctInstance.");
      }
    }
    List<Strategy> strategies = new ArrayList<>();
    for (JsonNode strategy : items(STRATEGIES, request)) {
      strategies.add(new Strategy(type(STRATEGY_TYPE.text(strategy)), FIELD.text(strategy)));
    }
    int count = COUNT.isIn(request) ? COUNT.of(request).asInt() : 1;
    if (count < 1 || count > MOST_TASKS) {
      throw Problem.of(400, "count: has to be a number from 1 to " + MOST_TASKS + ".");
    }
    String group = GROUP.isIn(request) ? GROUP.text(request) : "family:" + FAMILY.text(definition);
    return new Placement.Task(
        Demand.of(definition, expressions), strategies, distinct, group, count, 0);
  }

  private static List<JsonNode> items(EcsMember member, ObjectNode request) {
    if (member.isIn(request) && !member.of(request).isArray()) {
      throw Problem.of(400, member.name() + ": has to be a list.");
    }
    List<JsonNode> items = member.items(request).toList();
    items.forEach(
        item -> List.of(STRATEGY_TYPE, FIELD, EXPRESSION).forEach(text -> requireText(item, text)));
    if (items.size() > MOST_RULES) {
      throw Problem.of(400, member.name() + ": at most " + MOST_RULES + " items.");
    }
    return items;
  }

  private static void requireText(JsonNode json, EcsMember member) {
    if (member.isIn(json) && !member.of(json).isTextual()) {
      throw Problem.of(400, member.name() + ": has to be a text.");
    }
  }

  private static Strategy.Type type(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "binpack" -> Strategy.Type.BINPACK;
      case "spread" -> Strategy.Type.SPREAD;
      case "random" -> Strategy.Type.RANDOM;
      default -> throw Problem.of(400, "placementStrategy: the type is binpack, spread or random.");
    };
  }

  /** The groups of the tasks that are to run, by instance. */
  private Map<String, Map<String, Integer>> groups(String cluster) {
    Map<String, Map<String, Integer>> groups = new HashMap<>();
    for (FleetResource task : fleet.all(FleetType.TASK)) {
      if (!task.cluster().equals(cluster)) {
        continue;
      }
      ObjectNode tree = fleet.tree(task);
      if (!DESIRED_STATUS.text(tree).equals("STOPPED")) {
        groups
            .computeIfAbsent(INSTANCE_ARN.text(tree), arn -> new HashMap<>())
            .merge(task.group(), 1, Integer::sum);
      }
    }
    return groups;
  }

  private ObjectNode answer(String cluster, ObjectNode definition, Placement placement) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("cluster", cluster);
    String arn = FleetType.TASK_DEFINITION.arn().text(definition);
    answer.put("taskDefinitionArn", arn.isEmpty() ? null : arn);
    answer.put("capacity", placement.capacity());
    placement.placed().forEach(answer.putArray("placed")::add);
    ArrayNode instances = answer.putArray("instances");
    for (Placement.Candidate candidate : placement.candidates()) {
      ObjectNode one = instances.addObject();
      one.put("containerInstanceArn", candidate.instance().arn());
      one.put("ec2InstanceId", candidate.instance().ec2InstanceId());
      one.put("fits", candidate.fits());
      one.put("capacity", candidate.capacity());
      ArrayNode reasons = one.putArray("reasons");
      candidate
          .misfits()
          .forEach(
              misfit ->
                  reasons
                      .addObject()
                      .put("code", misfit.code().name())
                      .put("detail", misfit.detail()));
      fleet
          .find(FleetType.CONTAINER_INSTANCE, candidate.instance().arn())
          .ifPresent(resource -> Shown.putFreshness(one, resource));
    }
    return answer;
  }
}
