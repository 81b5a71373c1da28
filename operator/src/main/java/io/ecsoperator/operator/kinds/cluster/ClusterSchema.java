package io.ecsoperator.operator.kinds.cluster;

import static io.ecsoperator.plan.Rules.defaultsTo;
import static java.util.Map.entry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.ComparableSchema.MemberMapping;
import io.ecsoperator.plan.Equivalences;
import io.ecsoperator.plan.Equivalences.Equivalence.Pairs;
import io.ecsoperator.plan.Equivalences.Equivalence.Unordered;
import io.ecsoperator.plan.Reset;
import io.ecsoperator.plan.Resets;
import io.ecsoperator.plan.Rules;
import io.ecsoperator.plan.Updates;
import java.util.List;
import java.util.Map;

/** How a cluster is compared with ECS. */
final class ClusterSchema {
  static final String PUT_CAPACITY_PROVIDERS = "PutClusterCapacityProviders";

  private static final Unordered UNORDERED = new Unordered();

  private static final MemberMapping MEMBERS =
      MemberMapping.between("CreateCluster", "Cluster")
          .withOutputOnly(
              "clusterArn",
              "status",
              "registeredContainerInstancesCount",
              "runningTasksCount",
              "pendingTasksCount",
              "activeServicesCount",
              "statistics",
              "attachments",
              "attachmentsStatus");

  private static final Equivalences EQUIVALENCES =
      new Equivalences(
          Map.ofEntries(
              entry("settings", new Pairs("name", "value")),
              entry("configuration.executeCommandConfiguration.logging", defaultsTo("DEFAULT")),
              entry("capacityProviders", UNORDERED),
              entry("defaultCapacityProviderStrategy", UNORDERED),
              entry("defaultCapacityProviderStrategy[].base", defaultsTo(0)),
              entry("defaultCapacityProviderStrategy[].weight", defaultsTo(0)),
              entry("serviceConnectDefaults.namespace", Rules.namespace())));

  private static final Resets RESETS =
      Resets.of(
          Map.ofEntries(
              // Unset means the account's setting, which no request can ask for.
              entry("settings[]", Reset.release()),
              entry("configuration.executeCommandConfiguration", new Reset.To(defaultLogging())),
              entry("configuration.executeCommandConfiguration.logging", Reset.to("DEFAULT")),
              entry("serviceConnectDefaults.namespace", Reset.to(""))));

  private static final Updates UPDATES =
      Updates.by(
              new Updates.ChangedMembers("UpdateCluster"),
              new Updates.AllLists(
                  PUT_CAPACITY_PROVIDERS,
                  List.of("capacityProviders", "defaultCapacityProviderStrategy")))
          .withMerged("settings")
          .withReplaceOnly("clusterName");

  static final ComparableSchema SCHEMA =
      new ComparableSchema(MEMBERS, EQUIVALENCES, RESETS, UPDATES, List.of());

  private ClusterSchema() {}

  private static ObjectNode defaultLogging() {
    return JsonNodeFactory.instance.objectNode().put("logging", "DEFAULT");
  }
}
