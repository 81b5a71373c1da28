package io.ecsoperator.operator.kinds.service;

import static io.ecsoperator.plan.Rules.defaultsTo;
import static io.ecsoperator.plan.Rules.defaultsToTrue;
import static java.util.Map.entry;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.ComparableSchema.Condition;
import io.ecsoperator.plan.ComparableSchema.MemberMapping;
import io.ecsoperator.plan.ComparableSchema.MemberMapping.Lifted;
import io.ecsoperator.plan.ComparableSchema.OwnedByEcs;
import io.ecsoperator.plan.Equivalences;
import io.ecsoperator.plan.Equivalences.Equivalence.Entries;
import io.ecsoperator.plan.Equivalences.Equivalence.Keyed;
import io.ecsoperator.plan.Equivalences.Equivalence.Pairs;
import io.ecsoperator.plan.Equivalences.Equivalence.Unordered;
import io.ecsoperator.plan.Reset;
import io.ecsoperator.plan.Resets;
import io.ecsoperator.plan.Resets.Special;
import io.ecsoperator.plan.Rules;
import io.ecsoperator.plan.Updates;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How a service is compared with ECS. */
final class ServiceSchema {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Unordered UNORDERED = new Unordered();
  private static final Entries ENTRIES = new Entries();
  private static final Keyed BY_NAME = new Keyed("name");
  private static final Pairs SECRETS = new Pairs("name", "valueFrom");

  private static final MemberMapping MEMBERS =
      MemberMapping.between("CreateService", "Service")
          .withNotCompared("clientToken")
          .withOutputOnly(
              "serviceArn",
              "status",
              "runningCount",
              "pendingCount",
              "platformFamily",
              "taskSets",
              "deployments",
              "events",
              "createdAt",
              "createdBy",
              "currentServiceDeployment",
              "currentServiceRevisions",
              "resourceManagementType")
          .withRenamed(Map.of("clusterArn", "cluster", "roleArn", "role"))
          .withLifted(
              new Lifted(
                  "deployments",
                  new Condition("status", "PRIMARY"),
                  Set.of(
                      "serviceConnectConfiguration",
                      "volumeConfigurations",
                      "vpcLatticeConfigurations")));

  private static final Equivalences EQUIVALENCES =
      new Equivalences(
          Map.ofEntries(
              entry("cluster", Rules.nameOrArn()),
              entry("role", Rules.nameOrArn()),
              entry("taskDefinition", ServiceRules.taskDefinition()),
              // The service shows what was asked for; the version that it became is on a
              // deployment.
              entry("platformVersion", defaultsTo("LATEST")),
              entry("monitoring", Rules.neverShown()),
              entry("gatewayConnectors", Rules.neverShown()),
              entry("launchType", ServiceRules.launchType()),
              entry("propagateTags", defaultsTo("NONE")),
              entry("schedulingStrategy", defaultsTo("REPLICA")),
              entry("healthCheckGracePeriodSeconds", defaultsTo(0)),
              entry("deploymentController.type", defaultsTo("ECS")),
              // Network
              entry("networkConfiguration.awsvpcConfiguration.subnets", UNORDERED),
              entry("networkConfiguration.awsvpcConfiguration.securityGroups", UNORDERED),
              entry(
                  "networkConfiguration.awsvpcConfiguration.assignPublicIp",
                  defaultsTo("DISABLED")),
              entry("loadBalancers", UNORDERED),
              entry("loadBalancers[].targetGroupArn", ServiceRules.targetGroup()),
              entry(
                  "loadBalancers[].advancedConfiguration.alternateTargetGroupArn",
                  ServiceRules.alternateTargetGroup()),
              entry("serviceRegistries", UNORDERED),
              entry("vpcLatticeConfigurations", UNORDERED),
              // Placement
              entry("capacityProviderStrategy", ServiceRules.strategy()),
              entry("capacityProviderStrategy[].base", defaultsTo(0)),
              entry("capacityProviderStrategy[].weight", defaultsTo(0)),
              entry("placementStrategy[].type", Rules.ignoringCase()),
              entry("placementStrategy[].field", ServiceRules.placementField()),
              // Deployment
              entry("deploymentConfiguration.maximumPercent", ServiceRules.percent(200, 100)),
              entry("deploymentConfiguration.minimumHealthyPercent", ServiceRules.percent(100, 0)),
              entry("deploymentConfiguration.strategy", defaultsTo("ROLLING")),
              entry("deploymentConfiguration.bakeTimeInMinutes", defaultsTo(0)),
              entry(
                  "deploymentConfiguration.deploymentCircuitBreaker.resetOnHealthyTask",
                  defaultsToTrue()),
              entry(
                  "deploymentConfiguration.deploymentCircuitBreaker.thresholdConfiguration.type",
                  defaultsTo("BOUNDED_PERCENT")),
              entry(
                  "deploymentConfiguration.deploymentCircuitBreaker.thresholdConfiguration.value",
                  defaultsTo(50)),
              entry("deploymentConfiguration.alarms.alarmNames", UNORDERED),
              entry("deploymentConfiguration.linearConfiguration.stepPercent", defaultsTo(10)),
              entry(
                  "deploymentConfiguration.linearConfiguration.stepBakeTimeInMinutes",
                  defaultsTo(6)),
              entry("deploymentConfiguration.canaryConfiguration.canaryPercent", defaultsTo(5)),
              entry(
                  "deploymentConfiguration.canaryConfiguration.canaryBakeTimeInMinutes",
                  defaultsTo(10)),
              entry("deploymentConfiguration.lifecycleHooks", UNORDERED),
              entry(
                  "deploymentConfiguration.lifecycleHooks[].targetType", defaultsTo("AWS_LAMBDA")),
              entry("deploymentConfiguration.lifecycleHooks[].lifecycleStages", UNORDERED),
              entry("deploymentConfiguration.lifecycleHooks[].hookDetails", Rules.json()),
              entry(
                  "deploymentConfiguration.lifecycleHooks[].timeoutConfiguration.timeoutInMinutes",
                  defaultsTo(1440)),
              entry(
                  "deploymentConfiguration.lifecycleHooks[].timeoutConfiguration.action",
                  defaultsTo("ROLLBACK")),
              // Service Connect
              entry("serviceConnectConfiguration.namespace", Rules.namespace()),
              entry("serviceConnectConfiguration.services", UNORDERED),
              entry(
                  "serviceConnectConfiguration.services[].discoveryName",
                  Rules.defaultsToSibling("portName")),
              entry("serviceConnectConfiguration.services[].clientAliases", UNORDERED),
              entry(
                  "serviceConnectConfiguration.services[].clientAliases[].dnsName",
                  ServiceRules.dnsName()),
              entry("serviceConnectConfiguration.logConfiguration.options", ENTRIES),
              entry("serviceConnectConfiguration.logConfiguration.secretOptions", SECRETS),
              entry(
                  "serviceConnectConfiguration.accessLogConfiguration.includeQueryParameters",
                  defaultsTo("DISABLED")),
              // Managed volumes
              entry("volumeConfigurations", BY_NAME),
              entry("volumeConfigurations[].managedEBSVolume.encrypted", defaultsToTrue()),
              entry("volumeConfigurations[].managedEBSVolume.filesystemType", defaultsTo("xfs")),
              entry("volumeConfigurations[].managedEBSVolume.tagSpecifications", UNORDERED),
              entry(
                  "volumeConfigurations[].managedEBSVolume.tagSpecifications[].tags",
                  Equivalences.TAGS),
              entry(
                  "volumeConfigurations[].managedEBSVolume.tagSpecifications[].propagateTags",
                  defaultsTo("NONE"))));

  private static final Resets RESETS =
      Resets.of(
              Map.ofEntries(
                  entry("platformVersion", Reset.to("LATEST")),
                  entry("healthCheckGracePeriodSeconds", Reset.to(0)),
                  entry("propagateTags", Reset.to("NONE")),
                  entry("schedulingStrategy", Reset.to("REPLICA")),
                  entry("deploymentController.type", Reset.to("ECS")),
                  entry("monitoring", new Reset.To(noMetrics())),
                  entry("gatewayConnectors", new Reset.To(NODES.arrayNode())),
                  entry("networkConfiguration", Reset.release()),
                  entry(
                      "serviceConnectConfiguration",
                      new Reset.To(NODES.objectNode().put("enabled", false))),
                  entry("deploymentConfiguration.maximumPercent", Reset.to(200)),
                  entry("deploymentConfiguration.minimumHealthyPercent", Reset.to(100)),
                  entry("deploymentConfiguration.strategy", Reset.to("ROLLING")),
                  entry("deploymentConfiguration.bakeTimeInMinutes", Reset.to(0)),
                  entry("deploymentConfiguration.linearConfiguration", Reset.release()),
                  entry("deploymentConfiguration.canaryConfiguration", Reset.release()),
                  entry(
                      "deploymentConfiguration.earlySuccessCriteria",
                      new Reset.To(NODES.objectNode().put("enable", false))),
                  entry(
                      "deploymentConfiguration.alarms",
                      new Reset.To(switchedOff().set("alarmNames", NODES.arrayNode()))),
                  entry(
                      "deploymentConfiguration.deploymentCircuitBreaker",
                      new Reset.To(noBreaker())),
                  entry(
                      "deploymentConfiguration.deploymentCircuitBreaker.resetOnHealthyTask",
                      new Reset.To(BooleanNode.TRUE)),
                  entry(
                      "deploymentConfiguration.deploymentCircuitBreaker.thresholdConfiguration",
                      new Reset.To(halfOfTheTasks()))))
          .withSpecial(
              new Special(
                  ServiceRules.IS_DAEMON,
                  Map.of(
                      "deploymentConfiguration.maximumPercent", Reset.to(100),
                      "deploymentConfiguration.minimumHealthyPercent", Reset.to(0))));

  private static final Updates UPDATES =
      Updates.by(new Updates.ChangedMembers("UpdateService"))
          .withMerged("deploymentConfiguration")
          .withReplaceOnly("cluster", "serviceName", "role", "schedulingStrategy")
          // ECS shows a launch type or a strategy: without launch type the service has a strategy,
          // which ServiceUpdate empties.
          .withReplaceOnlyOnceShown("launchType");

  private static final List<OwnedByEcs> OWNED_BY_ECS =
      List.of(new OwnedByEcs(ServiceRules.IS_DAEMON, Set.of("desiredCount")));

  /** UpdateService does not accept these for a service that CodeDeploy deploys. */
  static final Set<String> BY_CODE_DEPLOY =
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

  static final ComparableSchema SCHEMA =
      new ComparableSchema(MEMBERS, EQUIVALENCES, RESETS, UPDATES, OWNED_BY_ECS);

  private ServiceSchema() {}

  /** ECS keeps the two optional members if the breaker is sent without them. */
  private static ObjectNode noBreaker() {
    return switchedOff()
        .put("resetOnHealthyTask", true)
        .set("thresholdConfiguration", halfOfTheTasks());
  }

  private static ObjectNode halfOfTheTasks() {
    return NODES.objectNode().put("type", "BOUNDED_PERCENT").put("value", 50);
  }

  private static ObjectNode noMetrics() {
    return NODES.objectNode().set("metricConfigurations", NODES.arrayNode());
  }

  private static ObjectNode switchedOff() {
    return NODES.objectNode().put("enable", false).put("rollback", false);
  }
}
