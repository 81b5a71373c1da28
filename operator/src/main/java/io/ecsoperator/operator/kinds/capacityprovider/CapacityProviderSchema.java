package io.ecsoperator.operator.kinds.capacityprovider;

import static io.ecsoperator.plan.Rules.defaultsTo;
import static java.util.Map.entry;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.ComparableSchema.MemberMapping;
import io.ecsoperator.plan.Equivalences;
import io.ecsoperator.plan.Equivalences.Equivalence.Unordered;
import io.ecsoperator.plan.Reset;
import io.ecsoperator.plan.Resets;
import io.ecsoperator.plan.Rules;
import io.ecsoperator.plan.Updates;
import java.util.List;
import java.util.Map;

/** How a capacity provider is compared with ECS. */
final class CapacityProviderSchema {
  private static final String GROUP = "autoScalingGroupProvider.";
  private static final String SCALING = GROUP + "managedScaling";
  private static final String INSTANCES = "managedInstancesProvider.";
  private static final String TEMPLATE = INSTANCES + "instanceLaunchTemplate.";
  private static final String REQUIREMENTS = TEMPLATE + "instanceRequirements.";
  private static final Unordered UNORDERED = new Unordered();

  private static final MemberMapping MEMBERS =
      MemberMapping.between("CreateCapacityProvider", "CapacityProvider")
          .withOutputOnly(
              "capacityProviderArn", "status", "type", "updateStatus", "updateStatusReason");

  private static final Equivalences EQUIVALENCES =
      new Equivalences(
          Map.ofEntries(
              entry("cluster", Rules.nameOrArn()),
              entry(GROUP + "autoScalingGroupArn", Rules.nameOrArn()),
              entry(GROUP + "managedTerminationProtection", defaultsTo("DISABLED")),
              entry(GROUP + "managedDraining", defaultsTo("ENABLED")),
              entry(SCALING + ".targetCapacity", defaultsTo(100)),
              entry(SCALING + ".minimumScalingStepSize", defaultsTo(1)),
              entry(SCALING + ".maximumScalingStepSize", defaultsTo(10_000)),
              entry(SCALING + ".instanceWarmupPeriod", defaultsTo(300)),
              entry(INSTANCES + "propagateTags", defaultsTo("NONE")),
              entry(TEMPLATE + "capacityOptionType", defaultsTo("ON_DEMAND")),
              entry(TEMPLATE + "monitoring", defaultsTo("BASIC")),
              entry(TEMPLATE + "instanceMetadataTagsPropagation", Rules.defaultsToTrue()),
              entry(TEMPLATE + "networkConfiguration.subnets", UNORDERED),
              entry(TEMPLATE + "networkConfiguration.securityGroups", UNORDERED),
              entry(REQUIREMENTS + "cpuManufacturers", UNORDERED),
              entry(REQUIREMENTS + "excludedInstanceTypes", UNORDERED),
              entry(REQUIREMENTS + "allowedInstanceTypes", UNORDERED),
              entry(REQUIREMENTS + "instanceGenerations", UNORDERED),
              entry(REQUIREMENTS + "localStorageTypes", UNORDERED),
              entry(REQUIREMENTS + "acceleratorTypes", UNORDERED),
              entry(REQUIREMENTS + "acceleratorManufacturers", UNORDERED),
              entry(REQUIREMENTS + "acceleratorNames", UNORDERED)));

  /** ECS keeps what an update leaves out, so each member needs the value that means "not set". */
  private static final Resets RESETS =
      Resets.of(
          Map.ofEntries(
              // Without any setting ECS does not scale the group.
              entry(SCALING, new Reset.To(noScaling())),
              entry(SCALING + ".status", Reset.to("ENABLED")),
              entry(SCALING + ".targetCapacity", Reset.to(100)),
              entry(SCALING + ".minimumScalingStepSize", Reset.to(1)),
              entry(SCALING + ".maximumScalingStepSize", Reset.to(10_000)),
              entry(SCALING + ".instanceWarmupPeriod", Reset.to(300)),
              entry(GROUP + "managedTerminationProtection", Reset.to("DISABLED")),
              entry(GROUP + "managedDraining", Reset.to("ENABLED")),
              entry(INSTANCES + "propagateTags", Reset.to("NONE")),
              // Unset means ECS's own choice, which no request can ask for.
              entry(INSTANCES + "infrastructureOptimization", Reset.release()),
              entry(INSTANCES + "autoRepairConfiguration", Reset.release()),
              entry(TEMPLATE + "storageConfiguration", Reset.release()),
              entry(TEMPLATE + "localStorageConfiguration", Reset.release()),
              entry(TEMPLATE + "instanceRequirements", Reset.release()),
              entry(TEMPLATE + "capacityReservations", Reset.release()),
              entry(TEMPLATE + "monitoring", Reset.to("BASIC")),
              entry(TEMPLATE + "instanceMetadataTagsPropagation", new Reset.To(BooleanNode.TRUE))));

  private static final Updates UPDATES =
      Updates.by(new Updates.ChangedMembers("UpdateCapacityProvider"))
          .withReplaceOnly(
              "name",
              "cluster",
              GROUP + "autoScalingGroupArn",
              TEMPLATE + "capacityOptionType",
              TEMPLATE + "fipsEnabled");

  static final ComparableSchema SCHEMA =
      new ComparableSchema(MEMBERS, EQUIVALENCES, RESETS, UPDATES, List.of());

  private CapacityProviderSchema() {}

  private static ObjectNode noScaling() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("status", "DISABLED")
        .put("targetCapacity", 100)
        .put("minimumScalingStepSize", 1)
        .put("maximumScalingStepSize", 10_000)
        .put("instanceWarmupPeriod", 300);
  }
}
