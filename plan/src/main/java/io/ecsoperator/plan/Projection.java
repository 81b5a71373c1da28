package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings what a spec asks for and what a describe answer shows of one thing to the same comparable
 * shape: that of the create request, without members that cannot be compared.
 */
public final class Projection {

  /** What create accepts and no describe answer shows: it cannot be compared. */
  private static final Map<Shape, Set<String>> WRITE_ONLY =
      Map.of(
          Shape.CLUSTER, Set.of(),
          Shape.SERVICE, Set.of("clientToken", "monitoring"),
          Shape.TASK_DEFINITION, Set.of());

  /** What describe shows and nobody can ask for. */
  private static final Map<Shape, Set<String>> OUTPUT_ONLY =
      Map.of(
          Shape.CLUSTER,
          Set.of(
              "clusterArn",
              "status",
              "registeredContainerInstancesCount",
              "runningTasksCount",
              "pendingTasksCount",
              "activeServicesCount",
              "statistics",
              "attachments",
              "attachmentsStatus"),
          Shape.SERVICE,
          Set.of(
              "serviceArn",
              "clusterArn",
              "roleArn",
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
              "resourceManagementType"),
          Shape.TASK_DEFINITION,
          Set.of(
              "taskDefinitionArn",
              "revision",
              "status",
              "requiresAttributes",
              "compatibilities",
              "registeredAt",
              "registeredBy",
              "deregisteredAt",
              "deleteRequestedAt"));

  /** What describe shows under another name than create asks for it. */
  private static final Map<String, String> RENAMED =
      Map.of("clusterArn", "cluster", "roleArn", "role");

  /** What describe shows of a service only on its PRIMARY deployment. */
  private static final List<String> ON_THE_PRIMARY_DEPLOYMENT =
      List.of("serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations");

  /**
   * The comparable tree of a spec.
   *
   * @param awsPart CreateCluster, CreateService or RegisterTaskDefinition, references resolved
   */
  public ObjectNode desired(Shape shape, ObjectNode awsPart) {
    ObjectNode tree = awsPart.deepCopy();
    tree.remove(WRITE_ONLY.get(shape));
    return comparable(tree);
  }

  /**
   * The comparable tree of what ECS describes.
   *
   * @param described Cluster, Service or TaskDefinition; for the last one with the {@code tags} of
   *     the describe answer as a member
   */
  public ObjectNode observed(Shape shape, ObjectNode described) {
    ObjectNode tree = described.deepCopy();
    tree.remove(OUTPUT_ONLY.get(shape));
    if (shape == Shape.SERVICE) {
      RENAMED.forEach((from, to) -> copy(described.path(from), tree, to));
      JsonNode primary = primaryDeployment(described);
      ON_THE_PRIMARY_DEPLOYMENT.forEach(name -> copy(primary.path(name), tree, name));
    }
    return comparable(tree);
  }

  private static void copy(JsonNode value, ObjectNode tree, String name) {
    if (!value.isMissingNode()) {
      tree.set(name, value.deepCopy());
    }
  }

  private static JsonNode primaryDeployment(ObjectNode service) {
    return service
        .path("deployments")
        .valueStream()
        .filter(deployment -> deployment.path("status").asText().equals("PRIMARY"))
        .findFirst()
        .orElse(Values.MISSING);
  }

  private static ObjectNode comparable(ObjectNode tree) {
    if (tree.path("tags") instanceof ArrayNode tags) {
      tags.removeIf(tag -> isReserved(tag.path("key").asText()));
    }
    return tree;
  }

  /** Tags that AWS puts on by itself. */
  private static boolean isReserved(String key) {
    return key.startsWith("aws:") || key.equals("AmazonECSManaged");
  }
}
