package io.ecsoperator.operator.kinds.taskdefinition;

import static io.ecsoperator.plan.Rules.defaultsTo;
import static io.ecsoperator.plan.Rules.defaultsToTrue;
import static java.util.Map.entry;

import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.ComparableSchema.MemberMapping;
import io.ecsoperator.plan.Equivalences;
import io.ecsoperator.plan.Equivalences.Equivalence.Entries;
import io.ecsoperator.plan.Equivalences.Equivalence.Keyed;
import io.ecsoperator.plan.Equivalences.Equivalence.Pairs;
import io.ecsoperator.plan.Equivalences.Equivalence.Unordered;
import io.ecsoperator.plan.Resets;
import io.ecsoperator.plan.Rules;
import io.ecsoperator.plan.Updates;
import java.util.List;
import java.util.Map;

/** How a task definition is compared with ECS. */
final class TaskDefinitionSchema {
  private static final Unordered UNORDERED = new Unordered();
  private static final Entries ENTRIES = new Entries();
  private static final Keyed BY_NAME = new Keyed("name");
  private static final Pairs NAME_VALUE = new Pairs("name", "value");
  private static final Pairs SECRETS = new Pairs("name", "valueFrom");

  private static final MemberMapping MEMBERS =
      MemberMapping.between("RegisterTaskDefinition", "TaskDefinition")
          .withOutputOnly(
              "taskDefinitionArn",
              "revision",
              "status",
              "requiresAttributes",
              "compatibilities",
              "registeredAt",
              "registeredBy",
              "deregisteredAt",
              "deleteRequestedAt");

  private static final Equivalences EQUIVALENCES =
      new Equivalences(
          Map.ofEntries(
              entry("cpu", TaskDefinitionRules.quantity("vcpu")),
              entry("memory", TaskDefinitionRules.quantity("gb")),
              entry("taskRoleArn", Rules.nameOrArn()),
              entry("executionRoleArn", Rules.nameOrArn()),
              // ECS does not show its default, which is also what a user may write.
              entry("networkMode", defaultsTo("bridge")),
              entry("requiresCompatibilities", UNORDERED),
              entry("runtimePlatform.cpuArchitecture", TaskDefinitionRules.onFargate("X86_64")),
              entry(
                  "runtimePlatform.operatingSystemFamily", TaskDefinitionRules.onFargate("LINUX")),
              entry("proxyConfiguration.type", defaultsTo("APPMESH")),
              entry("proxyConfiguration.properties", NAME_VALUE),
              // Containers
              entry("containerDefinitions", BY_NAME),
              entry("containerDefinitions[].cpu", defaultsTo(0)),
              entry("containerDefinitions[].essential", defaultsToTrue()),
              entry("containerDefinitions[].user", TaskDefinitionRules.user()),
              entry("containerDefinitions[].environment", NAME_VALUE),
              entry("containerDefinitions[].secrets", SECRETS),
              entry("containerDefinitions[].portMappings", UNORDERED),
              entry(
                  "containerDefinitions[].portMappings[].hostPort", TaskDefinitionRules.hostPort()),
              entry("containerDefinitions[].portMappings[].protocol", defaultsTo("tcp")),
              entry("containerDefinitions[].healthCheck.interval", defaultsTo(30)),
              entry("containerDefinitions[].healthCheck.timeout", defaultsTo(5)),
              entry("containerDefinitions[].healthCheck.retries", defaultsTo(3)),
              entry("containerDefinitions[].healthCheck.startPeriod", defaultsTo(0)),
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
              entry(
                  "containerDefinitions[].linuxParameters.devices[].containerPath",
                  Rules.defaultsToSibling("hostPath")),
              entry(
                  "containerDefinitions[].linuxParameters.devices[].permissions",
                  TaskDefinitionRules.permissions()),
              // Volumes
              entry("volumes", BY_NAME),
              entry("volumes[].dockerVolumeConfiguration.driver", defaultsTo("local")),
              entry("volumes[].dockerVolumeConfiguration.scope", defaultsTo("task")),
              entry(
                  "volumes[].dockerVolumeConfiguration.autoprovision",
                  TaskDefinitionRules.autoprovision()),
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

  static final ComparableSchema SCHEMA =
      new ComparableSchema(
          MEMBERS,
          EQUIVALENCES,
          Resets.none(),
          Updates.byNewRevision().withReplaceOnly("family"),
          List.of());

  private TaskDefinitionSchema() {}
}
