package io.ecsoperator.plan;

import static io.ecsoperator.plan.Rules.defaultsTo;
import static io.ecsoperator.plan.Rules.defaultsToTrue;
import static java.util.Map.entry;

import io.ecsoperator.plan.Equivalence.Entries;
import io.ecsoperator.plan.Equivalence.Keyed;
import io.ecsoperator.plan.Equivalence.Pairs;
import io.ecsoperator.plan.Equivalence.Unordered;
import java.util.Map;
import java.util.Optional;

/**
 * What ECS takes for the same, a line for each field that has a rule of its own. Patterns are field
 * paths with keys left open.
 *
 * <p>What is not listed: an object is compared member by member; a list is one value, in order;
 * {@code false}, an empty text, list or object is the same as leaving the member out; 1 is 1.0.
 */
final class Equivalences {
  private static final Unordered UNORDERED = new Unordered();
  private static final Entries ENTRIES = new Entries();
  private static final Keyed BY_NAME = new Keyed("name");
  private static final Pairs TAGS = new Pairs("key", "value");
  private static final Pairs NAME_VALUE = new Pairs("name", "value");
  private static final Pairs SECRETS = new Pairs("name", "valueFrom");

  private static final Equivalences CLUSTER =
      new Equivalences(
          Map.ofEntries(
              entry("tags", TAGS),
              entry("settings", NAME_VALUE),
              entry("configuration.executeCommandConfiguration.logging", defaultsTo("DEFAULT")),
              entry("capacityProviders", UNORDERED),
              entry("defaultCapacityProviderStrategy", UNORDERED),
              entry("defaultCapacityProviderStrategy[].base", defaultsTo(0)),
              entry("defaultCapacityProviderStrategy[].weight", defaultsTo(0)),
              entry("serviceConnectDefaults.namespace", Rules.namespace())));

  private static final Equivalences SERVICE =
      new Equivalences(
          Map.ofEntries(
              entry("tags", TAGS),
              entry("cluster", Rules.nameOrArn()),
              entry("role", Rules.nameOrArn()),
              entry("taskDefinition", Rules.taskDefinition()),
              entry("platformVersion", Rules.platformVersion()),
              entry("launchType", Rules.launchType()),
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
              entry("loadBalancers[].targetGroupArn", Rules.targetGroup()),
              entry(
                  "loadBalancers[].advancedConfiguration.alternateTargetGroupArn",
                  Rules.alternateTargetGroup()),
              entry("serviceRegistries", UNORDERED),
              entry("vpcLatticeConfigurations", UNORDERED),
              // Placement
              entry("capacityProviderStrategy", UNORDERED),
              entry("capacityProviderStrategy[].base", defaultsTo(0)),
              entry("capacityProviderStrategy[].weight", defaultsTo(0)),
              entry("placementStrategy[].type", Rules.ignoringCase()),
              entry("placementStrategy[].field", Rules.placementField()),
              // Deployment
              entry("deploymentConfiguration.maximumPercent", Rules.percent(200, 100)),
              entry("deploymentConfiguration.minimumHealthyPercent", Rules.percent(100, 0)),
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
                  Rules.dnsName()),
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
              entry("volumeConfigurations[].managedEBSVolume.tagSpecifications[].tags", TAGS),
              entry(
                  "volumeConfigurations[].managedEBSVolume.tagSpecifications[].propagateTags",
                  defaultsTo("NONE"))));

  private static final Equivalences TASK_DEFINITION =
      new Equivalences(
          Map.ofEntries(
              entry("tags", TAGS),
              entry("cpu", Rules.quantity("vcpu")),
              entry("memory", Rules.quantity("gb")),
              entry("taskRoleArn", Rules.nameOrArn()),
              entry("executionRoleArn", Rules.nameOrArn()),
              entry("requiresCompatibilities", UNORDERED),
              entry("proxyConfiguration.properties", NAME_VALUE),
              // Containers
              entry("containerDefinitions", BY_NAME),
              entry("containerDefinitions[].cpu", defaultsTo(0)),
              entry("containerDefinitions[].essential", defaultsToTrue()),
              entry("containerDefinitions[].environment", NAME_VALUE),
              entry("containerDefinitions[].secrets", SECRETS),
              entry("containerDefinitions[].portMappings", UNORDERED),
              entry("containerDefinitions[].portMappings[].hostPort", Rules.hostPort()),
              entry("containerDefinitions[].portMappings[].protocol", defaultsTo("tcp")),
              entry("containerDefinitions[].healthCheck.interval", defaultsTo(30)),
              entry("containerDefinitions[].healthCheck.timeout", defaultsTo(5)),
              entry("containerDefinitions[].healthCheck.retries", defaultsTo(3)),
              entry("containerDefinitions[].restartPolicy.restartAttemptPeriod", defaultsTo(300)),
              entry("containerDefinitions[].restartPolicy.ignoredExitCodes", UNORDERED),
              entry("containerDefinitions[].versionConsistency", defaultsTo("enabled")),
              entry("containerDefinitions[].links", UNORDERED),
              entry("containerDefinitions[].volumesFrom", UNORDERED),
              entry("containerDefinitions[].ulimits", UNORDERED),
              entry("containerDefinitions[].resourceRequirements", UNORDERED),
              entry("containerDefinitions[].dockerLabels", ENTRIES),
              entry("containerDefinitions[].logConfiguration.options", ENTRIES),
              entry("containerDefinitions[].logConfiguration.secretOptions", SECRETS),
              entry("containerDefinitions[].firelensConfiguration.options", ENTRIES),
              entry("containerDefinitions[].linuxParameters.capabilities.add", UNORDERED),
              entry("containerDefinitions[].linuxParameters.capabilities.drop", UNORDERED),
              entry("containerDefinitions[].linuxParameters.devices[].permissions", UNORDERED),
              // Volumes
              entry("volumes", BY_NAME),
              entry("volumes[].dockerVolumeConfiguration.driver", defaultsTo("local")),
              entry("volumes[].dockerVolumeConfiguration.scope", defaultsTo("task")),
              entry("volumes[].dockerVolumeConfiguration.autoprovision", Rules.autoprovision()),
              entry("volumes[].dockerVolumeConfiguration.driverOpts", ENTRIES),
              entry("volumes[].dockerVolumeConfiguration.labels", ENTRIES),
              entry("volumes[].efsVolumeConfiguration.rootDirectory", defaultsTo("/")),
              entry("volumes[].efsVolumeConfiguration.transitEncryption", defaultsTo("DISABLED")),
              entry("volumes[].efsVolumeConfiguration.transitEncryptionPort", defaultsTo(0)),
              entry(
                  "volumes[].efsVolumeConfiguration.authorizationConfig.iam",
                  defaultsTo("DISABLED")),
              entry("volumes[].s3filesVolumeConfiguration.rootDirectory", defaultsTo("/")),
              entry("volumes[].s3filesVolumeConfiguration.transitEncryptionPort", defaultsTo(0))));

  private final Map<String, Equivalence> byPattern;

  Equivalences(Map<String, Equivalence> byPattern) {
    this.byPattern = Map.copyOf(byPattern);
  }

  static Equivalences of(Shape shape) {
    return switch (shape) {
      case CLUSTER -> CLUSTER;
      case SERVICE -> SERVICE;
      case TASK_DEFINITION -> TASK_DEFINITION;
    };
  }

  /** The rule of a field; empty when the general ones are enough. */
  Optional<Equivalence> at(String pattern) {
    return Optional.ofNullable(byPattern.get(pattern));
  }

  /** All lines, by pattern. */
  Map<String, Equivalence> lines() {
    return byPattern;
  }
}
