package io.ecsoperator.operator.kinds.service;

import static io.ecsoperator.operator.Trees.node;
import static io.ecsoperator.operator.Trees.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.kinds.RequiredMembers;
import io.ecsoperator.operator.kinds.SdkModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A service in ECS, as AWS documents what CreateService and UpdateService accept, fill in and
 * change. It is made from the service model and the documentation only, so that it shares no
 * mistake with the tables of the operator.
 */
final class ModelledService {
  private static final String ACCOUNT = ":eu-central-1:1:";
  private static final RequiredMembers REQUIRED = new RequiredMembers();

  /** What ECS accepts although CodeDeploy deploys the service. */
  private static final Set<String> BESIDE_CODE_DEPLOY =
      Set.of(
          "cluster",
          "service",
          "desiredCount",
          "deploymentConfiguration",
          "healthCheckGracePeriodSeconds",
          "placementConstraints",
          "placementStrategy",
          "enableECSManagedTags",
          "enableExecuteCommand",
          "monitoring",
          "propagateTags");

  /** What ECS accepts where the tasks belong to task sets. */
  private static final Set<String> BESIDE_TASK_SETS =
      Set.of(
          "cluster",
          "service",
          "desiredCount",
          "healthCheckGracePeriodSeconds",
          "placementConstraints",
          "placementStrategy",
          "enableECSManagedTags",
          "propagateTags");

  /** What a describe answer has on the primary deployment only. */
  private static final List<String> ON_DEPLOYMENT =
      List.of("serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations");

  /** ECS refuses the request. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  private final ObjectNode held;
  private final Map<String, String> tags = new TreeMap<>();
  private final String launchType;
  private int deployments = 1;

  private ModelledService(ObjectNode held, Map<String, String> tags, String launchType) {
    this.held = held.deepCopy();
    this.tags.putAll(tags);
    this.launchType = launchType;
  }

  /** The same service, to try something else with. */
  ModelledService copy() {
    ModelledService copy = new ModelledService(held, tags, launchType);
    copy.deployments = deployments;
    return copy;
  }

  static ModelledService create(ObjectNode request) {
    checkMembers("CreateService", request);
    refuseIf(!request.path("taskDefinition").isTextual() && !isExternal(request), "taskDefinition");
    refuseIf(
        request.has("launchType") && !request.path("capacityProviderStrategy").isEmpty(),
        "launch type and strategy");
    refuseIf(
        isDaemon(request) == request.has("desiredCount"),
        "DesiredCount is missing, or given to a daemon");
    String launchType = request.path("launchType").asText("EC2");
    ModelledService service = new ModelledService(request, Map.of(), launchType);
    service.held.remove(List.of("tags", "clientToken"));
    service.put(request.path("tags"));
    if (request.path("capacityProviderStrategy").isEmpty()) {
      service.held.put("launchType", launchType);
    }
    boolean hasPlatform = request.has("platformVersion");
    service.fillIn();
    refuseIf(hasPlatform && !service.isFargate(), "platform version without Fargate");
    service.checkStrategy(request);
    service.check();
    return service;
  }

  void update(ObjectNode request) {
    checkMembers("UpdateService", request);
    refuseIf(isDaemon(held) && request.has("desiredCount"), "a daemon has no count");
    checkController(request, "CODE_DEPLOY", BESIDE_CODE_DEPLOY);
    checkController(request, "EXTERNAL", BESIDE_TASK_SETS);
    refuseIf(
        request.has("capacityProviderStrategy")
            && !request.path("forceNewDeployment").booleanValue(),
        "a strategy needs forceNewDeployment");
    request
        .propertyStream()
        .filter(
            member -> !Set.of("service", "cluster", "forceNewDeployment").contains(member.getKey()))
        .forEach(member -> replace(member.getKey(), member.getValue().deepCopy()));
    if (request.has("capacityProviderStrategy")) {
      if (held.path("capacityProviderStrategy").isEmpty()) {
        held.put("launchType", launchType);
      } else {
        held.remove("launchType");
      }
    }
    fillIn();
    refuseIf(
        request.has("platformVersion") && !isFargate(),
        "The platform version must be null when specifying an EC2 launch type.");
    checkStrategy(request);
    check();
    deployments++;
  }

  private void checkController(ObjectNode request, String controller, Set<String> accepted) {
    if (controller(held).equals(controller)) {
      request.fieldNames().forEachRemaining(name -> refuseIf(!accepted.contains(name), name));
    }
  }

  private void replace(String member, JsonNode value) {
    if (!member.equals("deploymentConfiguration")) {
      held.set(member, value);
      return;
    }
    ObjectNode configuration = held.withObject("/deploymentConfiguration");
    JsonNode breaker = configuration.path("deploymentCircuitBreaker").deepCopy();
    configuration.setAll((ObjectNode) value);
    if (value.has("deploymentCircuitBreaker")) {
      ObjectNode sent = (ObjectNode) configuration.get("deploymentCircuitBreaker");
      for (String sticky : List.of("resetOnHealthyTask", "thresholdConfiguration")) {
        if (!sent.has(sticky) && breaker.has(sticky)) {
          sent.set(sticky, breaker.get(sticky));
        }
      }
    }
  }

  void put(JsonNode entries) {
    entries.forEach(tag -> tags.put(tag.path("key").asText(), tag.path("value").asText()));
  }

  void untag(JsonNode keys) {
    keys.forEach(key -> tags.remove(key.asText()));
  }

  private static void checkMembers(String operation, ObjectNode request) {
    refuseIf(
        !SdkModel.names(SdkModel.request(operation))
            .containsAll(request.propertyStream().map(Map.Entry::getKey).toList()),
        "unknown member");
    List<String> missing = REQUIRED.missing(request, SdkModel.request(operation));
    refuseIf(!missing.isEmpty(), "missing " + missing);
    JsonNode connect = request.path("serviceConnectConfiguration");
    refuseIf(
        connect.has("enabled")
            && !connect.path("enabled").booleanValue()
            && !connect.path("services").isEmpty(),
        "Service Connect is off and has services");
  }

  /** A block of one strategy is refused with another one. */
  private void checkStrategy(ObjectNode request) {
    JsonNode sent = request.path("deploymentConfiguration");
    String strategy = held.path("deploymentConfiguration").path("strategy").asText();
    refuseIf(sent.has("linearConfiguration") && !strategy.equals("LINEAR"), "linear");
    refuseIf(sent.has("canaryConfiguration") && !strategy.equals("CANARY"), "canary");
  }

  private void check() {
    String strategy = held.path("deploymentConfiguration").path("strategy").asText();
    refuseIf(
        !controller(held).equals("ECS")
            && ON_DEPLOYMENT.stream().anyMatch(member -> !held.path(member).isEmpty()),
        "only deployments by ECS have these");
    refuseIf(isDaemon(held) && !held.path("placementStrategy").isEmpty(), "placement of a daemon");
    refuseIf(isDaemon(held) && !strategy.equals("ROLLING"), "strategy of a daemon");
    refuseIf(isDaemon(held) && isFargate(), "launch type of a daemon");
    refuseIf(
        isFargate()
            && !(held.path("placementStrategy").isEmpty()
                && held.path("placementConstraints").isEmpty()),
        "placement on Fargate");
    refuseIf(
        !isFargate()
            && held.at("/networkConfiguration/awsvpcConfiguration/assignPublicIp")
                .asText()
                .equals("ENABLED"),
        "Assign public IP is not supported for this launch type.");
    refuseIf(
        held.path("healthCheckGracePeriodSeconds").asInt() > 0
            && held.path("loadBalancers").isEmpty()
            && !isExternal(held),
        "grace period without load balancer");
  }

  private static void refuseIf(boolean condition, String message) {
    if (condition) {
      throw new Refused(message);
    }
  }

  private static boolean isDaemon(ObjectNode service) {
    return service.path("schedulingStrategy").asText().equals("DAEMON");
  }

  private static String controller(ObjectNode service) {
    return service.path("deploymentController").path("type").asText("ECS");
  }

  private static boolean isExternal(ObjectNode service) {
    return controller(service).equals("EXTERNAL");
  }

  private boolean isFargate() {
    return held.path("launchType").asText().equals("FARGATE")
        || held.path("capacityProviderStrategy")
            .path(0)
            .path("capacityProvider")
            .asText()
            .startsWith("FARGATE");
  }

  // What ECS fills in

  private void fillIn() {
    held.put("cluster", arn("cluster", held.path("cluster").asText("default")));
    if (held.has("taskDefinition")) {
      String definition = held.get("taskDefinition").asText();
      held.put(
          "taskDefinition",
          arn("task-definition", definition.contains(":") ? definition : definition + ":2"));
    }
    defaults(
        held,
        """
        {schedulingStrategy: 'REPLICA', deploymentController: {type: 'ECS'}, propagateTags: 'NONE',
         enableECSManagedTags: false, enableExecuteCommand: false, loadBalancers: [],
         serviceRegistries: [], placementConstraints: [], placementStrategy: [],
         capacityProviderStrategy: [], healthCheckGracePeriodSeconds: 0,
         volumeConfigurations: [], vpcLatticeConfigurations: []}""");
    if (isFargate()) {
      defaults(held, "{platformVersion: 'LATEST'}");
    } else {
      held.remove("platformVersion");
    }
    if (held.has("networkConfiguration")) {
      defaults(
          held.withObject("/networkConfiguration/awsvpcConfiguration"),
          "{assignPublicIp: 'DISABLED', securityGroups: []}");
    }
    held.path("capacityProviderStrategy").forEach(item -> defaults(item, "{base: 0, weight: 0}"));
    held.path("placementStrategy").forEach(ModelledService::normalize);
    fillInDeployments(held.withObject("/deploymentConfiguration"));
    fillInConnect(held.path("serviceConnectConfiguration"));
    held.path("volumeConfigurations")
        .forEach(
            volume -> {
              JsonNode ebs = volume.path("managedEBSVolume");
              defaults(ebs, "{encrypted: true, filesystemType: 'xfs'}");
              ebs.path("tagSpecifications")
                  .forEach(tagged -> defaults(tagged, "{propagateTags: 'NONE', tags: []}"));
            });
  }

  private static void normalize(JsonNode placement) {
    String field = placement.path("field").asText();
    if (field.equals("host")) {
      ((ObjectNode) placement).put("field", "instanceId");
    } else if (field.equalsIgnoreCase("cpu") || field.equalsIgnoreCase("memory")) {
      ((ObjectNode) placement).put("field", field.toLowerCase(Locale.ROOT));
    }
  }

  private void fillInDeployments(ObjectNode configuration) {
    if (isDaemon(held) && configuration.path("maximumPercent").asInt() == 200) {
      configuration.remove("maximumPercent");
    }
    if (isDaemon(held) && configuration.path("minimumHealthyPercent").asInt() == 100) {
      configuration.remove("minimumHealthyPercent");
    }
    defaults(
        configuration,
        isDaemon(held)
            ? "{maximumPercent: 100, minimumHealthyPercent: 0}"
            : "{maximumPercent: 200, minimumHealthyPercent: 100}");
    defaults(
        configuration,
        "{strategy: 'ROLLING', bakeTimeInMinutes: 0,"
            + " deploymentCircuitBreaker: {enable: false, rollback: false}}");
    defaults(
        configuration.get("deploymentCircuitBreaker"),
        "{resetOnHealthyTask: true, thresholdConfiguration: {type: 'BOUNDED_PERCENT', value: 50}}");
    removeUnless("LINEAR", configuration, "linearConfiguration");
    removeUnless("CANARY", configuration, "canaryConfiguration");
    switch (configuration.path("strategy").asText()) {
      case "LINEAR" -> {
        defaults(configuration, "{linearConfiguration: {}}");
        defaults(
            configuration.get("linearConfiguration"),
            "{stepPercent: 10, stepBakeTimeInMinutes: 6}");
      }
      case "CANARY" -> {
        defaults(configuration, "{canaryConfiguration: {}}");
        defaults(
            configuration.get("canaryConfiguration"),
            "{canaryPercent: 5, canaryBakeTimeInMinutes: 10}");
      }
      default -> {}
    }
    if (!held.has("availabilityZoneRebalancing")) {
      boolean possible = configuration.path("maximumPercent").asInt() > 100 && !isDaemon(held);
      held.put("availabilityZoneRebalancing", possible ? "ENABLED" : "DISABLED");
    }
    configuration
        .path("lifecycleHooks")
        .forEach(
            hook -> {
              defaults(hook, "{targetType: 'AWS_LAMBDA'}");
              if (hook.path("targetType").asText().equals("PAUSE")) {
                defaults(hook, "{timeoutConfiguration: {}}");
                defaults(
                    hook.get("timeoutConfiguration"),
                    "{timeoutInMinutes: 1440, action: 'ROLLBACK'}");
              }
            });
  }

  private static void removeUnless(String strategy, ObjectNode configuration, String block) {
    if (!configuration.path("strategy").asText().equals(strategy)) {
      configuration.remove(block);
    }
  }

  private static void fillInConnect(JsonNode connect) {
    if (!connect.path("enabled").booleanValue()) {
      return;
    }
    String name = connect.path("namespace").asText("default");
    String namespace =
        name.startsWith("arn:")
            ? name
            : "arn:aws:servicediscovery" + ACCOUNT + "namespace/ns-" + name;
    ((ObjectNode) connect).put("namespace", namespace);
    if (connect.has("accessLogConfiguration")) {
      defaults(connect.get("accessLogConfiguration"), "{includeQueryParameters: 'DISABLED'}");
    }
    for (JsonNode service : connect.path("services")) {
      ObjectNode filled = (ObjectNode) service;
      if (!filled.has("discoveryName")) {
        filled.set("discoveryName", filled.get("portName"));
      }
      String dnsName =
          filled.get("discoveryName").asText()
              + "."
              + namespace.substring(namespace.indexOf("ns-") + 3);
      filled
          .path("clientAliases")
          .forEach(
              alias -> {
                if (!alias.has("dnsName")) {
                  ((ObjectNode) alias).put("dnsName", dnsName);
                }
              });
    }
  }

  private static void defaults(JsonNode node, String values) {
    if (node instanceof ObjectNode object) {
      tree(values)
          .propertyStream()
          .filter(member -> !object.has(member.getKey()))
          .forEach(member -> object.set(member.getKey(), member.getValue()));
    }
  }

  private static String arn(String type, String nameOrArn) {
    return nameOrArn.startsWith("arn:")
        ? nameOrArn
        : "arn:aws:ecs" + ACCOUNT + type + "/" + nameOrArn;
  }

  // What ECS shows

  /** The answer of DescribeServices; nothing is being rolled out. */
  ObjectNode describe() {
    ObjectNode service = held.deepCopy();
    ObjectNode deployment =
        tree("{status: 'PRIMARY', rolloutState: 'COMPLETED', launchType: 'EC2'}")
            .put("id", "ecs-svc/" + deployments);
    deployment.set("taskDefinition", service.path("taskDefinition"));
    for (String member : ON_DEPLOYMENT) {
      JsonNode value = service.remove(member);
      if (value != null) {
        deployment.set(member, value);
      }
    }
    int count = service.path("desiredCount").asInt(1);
    deployment.put("desiredCount", count).put("runningCount", count);
    service.remove(List.of("monitoring", "gatewayConnectors"));
    if (service.path("capacityProviderStrategy").isEmpty()) {
      service.remove("capacityProviderStrategy");
    }
    service.set("clusterArn", service.remove("cluster"));
    service
        .put("serviceArn", ServiceJson.ARN)
        .put("status", "ACTIVE")
        .put("desiredCount", count)
        .put("runningCount", count)
        .put("pendingCount", 0)
        .put("createdAt", 1767225600.5)
        .put("roleArn", "arn:aws:iam::1:role/aws-service-role/AWSServiceRoleForECS");
    service.set("events", node("[]"));
    service.set("tags", tagList());
    service.set("deployments", controller(held).equals("ECS") ? array(deployment) : node("[]"));
    return service;
  }

  private ArrayNode tagList() {
    ArrayNode list = (ArrayNode) node("[]");
    tags.forEach((key, value) -> list.addObject().put("key", key).put("value", value));
    return list;
  }

  private static ArrayNode array(JsonNode item) {
    return ((ArrayNode) node("[]")).add(item);
  }

  /**
   * What the service is, whatever it was before: without what says the same as its absence, and
   * lists without an order in one order.
   */
  ObjectNode meaning() {
    ObjectNode meaning = held.deepCopy();
    meaning.set("tags", tagList());
    ObjectNode configuration = (ObjectNode) meaning.get("deploymentConfiguration");
    removeIf(tree("{alarmNames: [], enable: false, rollback: false}"), configuration, "alarms");
    removeIf(tree("{enable: false}"), configuration, "earlySuccessCriteria");
    if (!meaning.path("serviceConnectConfiguration").path("enabled").booleanValue()) {
      meaning.remove("serviceConnectConfiguration");
    }
    JsonNode connect = meaning.path("serviceConnectConfiguration");
    if (connect instanceof ObjectNode block) {
      removeIfEmpty(block, "services", block.path("services"));
    }
    removeIfEmpty(meaning, "gatewayConnectors", meaning.path("gatewayConnectors"));
    removeIfEmpty(meaning, "monitoring", meaning.path("monitoring").path("metricConfigurations"));
    removeIfEmpty(configuration, "lifecycleHooks", configuration.path("lifecycleHooks"));
    for (String list :
        List.of(
            "loadBalancers",
            "serviceRegistries",
            "capacityProviderStrategy",
            "volumeConfigurations",
            "vpcLatticeConfigurations")) {
      sort(meaning, list);
    }
    JsonNode network = meaning.path("networkConfiguration").path("awsvpcConfiguration");
    sort(network, "subnets");
    sort(network, "securityGroups");
    sort(configuration, "lifecycleHooks");
    sort(configuration.path("alarms"), "alarmNames");
    connect.path("services").forEach(service -> sort(service, "clientAliases"));
    sort(connect, "services");
    sort(connect.path("logConfiguration"), "secretOptions");
    configuration.path("lifecycleHooks").forEach(hook -> sort(hook, "lifecycleStages"));
    return (ObjectNode) sorted(meaning);
  }

  private static void removeIf(ObjectNode off, ObjectNode parent, String block) {
    if (parent.path(block).equals(off)) {
      parent.remove(block);
    }
  }

  private static void removeIfEmpty(ObjectNode parent, String member, JsonNode content) {
    if (content.isEmpty()) {
      parent.remove(member);
    }
  }

  private static void sort(JsonNode parent, String member) {
    if (parent.path(member) instanceof ArrayNode list) {
      List<JsonNode> items = new ArrayList<>();
      list.forEach(item -> items.add(sorted(item)));
      items.sort((one, other) -> one.toString().compareTo(other.toString()));
      ((ObjectNode) parent).set(member, ((ArrayNode) node("[]")).addAll(items));
    }
  }

  /** The same value with its members by name. */
  private static JsonNode sorted(JsonNode value) {
    if (value.isArray()) {
      ArrayNode list = (ArrayNode) node("[]");
      value.forEach(item -> list.add(sorted(item)));
      return list;
    }
    if (!value.isObject()) {
      return value;
    }
    ObjectNode object = tree("{}");
    value
        .propertyStream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(member -> object.set(member.getKey(), sorted(member.getValue())));
    return object;
  }
}
