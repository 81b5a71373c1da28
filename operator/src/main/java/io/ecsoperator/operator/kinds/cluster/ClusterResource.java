package io.ecsoperator.operator.kinds.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.AwsResource;
import io.ecsoperator.operator.cache.AwsResource.WriteRule;
import io.ecsoperator.operator.cache.AwsResource.WriteRule.Shows;
import io.ecsoperator.operator.cache.Describe;
import io.ecsoperator.operator.cache.Describe.Members;
import io.ecsoperator.operator.cache.ListQuery;
import io.ecsoperator.operator.cache.ListRule;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.cache.ResourceRef;
import io.ecsoperator.operator.cache.Scope;
import io.ecsoperator.operator.cache.WriteVisibility;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What the cache knows about ECS clusters. */
public final class ClusterResource {
  private static final String NAME = "cluster";
  private static final EcsMember CREATED_NAME =
      EcsType.request("CreateCluster").member("clusterName");
  private static final EcsMember NAME_OR_ARN =
      EcsType.request(
              "UpdateCluster",
              "UpdateClusterSettings",
              "PutClusterCapacityProviders",
              "DeleteCluster")
          .member("cluster");
  private static final WriteVisibility.StatusLadder LADDER =
      WriteVisibility.StatusLadder.DEPROVISIONING;

  public static final AwsResource TABLE =
      new AwsResource(
          NAME,
          AwsResource.ArnForm.of(Scope.CLUSTER, "cluster"),
          new Describe.Batch(
              "DescribeClusters",
              100,
              Members.named("clusters", "clusterArn", "clusterName"),
              List.of(
                  Describe.Include.TAGS,
                  new Describe.Include("SETTINGS", "settings"),
                  new Describe.Include("CONFIGURATIONS", "configuration")),
              Describe.KeptMembers.ALL),
          cluster -> new DescribedCluster(cluster).isChanging(),
          List.of(
              WriteRule.of(
                  "CreateCluster",
                  request -> List.of(ref(CREATED_NAME.text(request))),
                  Shows.created("cluster", ClusterResource::shown, (_, _, _) -> LADDER.isUp())),
              update("UpdateCluster"),
              update("UpdateClusterSettings"),
              update("PutClusterCapacityProviders"),
              WriteRule.of(
                  "DeleteCluster",
                  ClusterResource::touched,
                  Shows.changed("cluster", ClusterResource::shown, (_, _, _) -> LADDER.isGoing()))),
          Optional.of(new ListRule.Names(ListQuery.all("ListClusters", "clusterArns"))));

  private ClusterResource() {}

  /**
   * @param nameOrArn empty for ECS's default cluster
   */
  static ResourceRef ref(String nameOrArn) {
    return ResourceRef.inRegion(NAME, nameOrArn);
  }

  private static WriteRule update(String operation) {
    return WriteRule.of(
        operation,
        ClusterResource::touched,
        Shows.changed("cluster", ClusterResource::shown, ClusterResource::updated));
  }

  private static List<ResourceRef> touched(ObjectNode request) {
    return List.of(ref(NAME_OR_ARN.text(request)));
  }

  private static List<ResourceRef> shown(ObjectNode request, ObjectNode cluster) {
    return List.of(ref(new DescribedCluster(cluster).name()));
  }

  private static Predicate<Observation> updated(
      ObjectNode request, ObjectNode answer, Optional<ObjectNode> before) {
    return WriteVisibility.present(
        read ->
            LADDER.isBelow(read, answer)
                || WriteVisibility.movedOn(before, read, "attachmentsStatus")
                || WriteVisibility.sameMembers(request, answer, read, Set.of("cluster")));
  }
}
