package io.ecsoperator.operator.kinds.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.operator.cache.AwsResource;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.status.EventReason;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.Plan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** EcsCluster. */
public final class ClusterKind implements Kind<EcsCluster, EcsClusterStatus, ClusterObservation> {
  private static final EcsMember CLUSTER = EcsType.response("UpdateCluster").member("cluster");

  private static final ReferenceField CAPACITY_PROVIDERS =
      ReferenceField.of("capacityProviderRefs", "EcsCapacityProvider", "capacityProviders")
          .byName();

  private final ClusterObserver observer;
  private final ClusterPlanner planner;

  public ClusterKind(Kind.Dependencies dependencies) {
    this.observer =
        new ClusterObserver(dependencies.references(), dependencies.dependents(), references());
    this.planner = new ClusterPlanner(dependencies.ownership(), dependencies.timing());
  }

  @Override
  public Class<EcsCluster> type() {
    return EcsCluster.class;
  }

  @Override
  public Optional<ComparableSchema> schema() {
    return Optional.of(ClusterSchema.SCHEMA);
  }

  @Override
  public Set<String> kubernetesMembers() {
    return Set.of();
  }

  @Override
  public List<ReferenceField> references() {
    return List.of(
        CAPACITY_PROVIDERS,
        ReferenceField.of("capacityProviderRef", "EcsCapacityProvider", "capacityProvider")
            .byName()
            .inItemsOf("defaultCapacityProviderStrategy"));
  }

  @Override
  public List<AwsResource> awsResources() {
    return List.of(ClusterResource.TABLE);
  }

  @Override
  public EcsClusterStatus emptyStatus() {
    return new EcsClusterStatus(CommonStatus.unknown(), null, null, null);
  }

  @Override
  public EventReason eventReason(String operation) {
    return switch (operation) {
      case "CreateCluster" -> EventReason.CREATED;
      case "UpdateCluster", "PutClusterCapacityProviders", "TagResource", "UntagResource" ->
          EventReason.UPDATED;
      case "DeleteCluster" -> EventReason.DELETED;
      default -> throw new IllegalArgumentException("Never planned: " + operation);
    };
  }

  @Override
  public ClusterObserver observer() {
    return observer;
  }

  @Override
  public ClusterPlanner planner() {
    return planner;
  }

  @Override
  public EcsClusterStatus recordResponse(
      EcsClusterStatus status, Plan.Call call, ObjectNode response, Instant now) {
    return CLUSTER.isIn(response)
        ? ClusterPlanner.observed(status, new DescribedCluster((ObjectNode) CLUSTER.of(response)))
        : status;
  }
}
