package io.ecsoperator.operator.kinds.capacityprovider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.capacityprovider.EcsCapacityProvider;
import io.ecsoperator.crds.capacityprovider.EcsCapacityProviderStatus;
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

/** EcsCapacityProvider. */
public final class CapacityProviderKind
    implements Kind<EcsCapacityProvider, EcsCapacityProviderStatus, CapacityProviderObservation> {
  private static final EcsMember PROVIDER =
      EcsType.response("UpdateCapacityProvider").member("capacityProvider");

  private final CapacityProviderObserver observer;
  private final CapacityProviderPlanner planner;

  public CapacityProviderKind(Kind.Dependencies dependencies) {
    this.observer =
        new CapacityProviderObserver(
            dependencies.references(), dependencies.dependents(), references());
    this.planner = new CapacityProviderPlanner(dependencies.ownership(), dependencies.timing());
  }

  @Override
  public Class<EcsCapacityProvider> type() {
    return EcsCapacityProvider.class;
  }

  @Override
  public Optional<ComparableSchema> schema() {
    return Optional.of(CapacityProviderSchema.SCHEMA);
  }

  @Override
  public Set<String> kubernetesMembers() {
    return Set.of();
  }

  @Override
  public List<ReferenceField> references() {
    return List.of(ReferenceField.of("clusterRef", "EcsCluster", "cluster").byName().onceCreated());
  }

  @Override
  public List<AwsResource> awsResources() {
    return List.of(CapacityProviderResource.TABLE);
  }

  @Override
  public EcsCapacityProviderStatus emptyStatus() {
    return EcsCapacityProviderStatus.unknown();
  }

  /** ECS answers a deletion that it refuses without an error, so its Event claims no success. */
  @Override
  public EventReason eventReason(String operation) {
    return switch (operation) {
      case "CreateCapacityProvider" -> EventReason.CREATED;
      case "UpdateCapacityProvider", "TagResource", "UntagResource" -> EventReason.UPDATED;
      case "DeleteCapacityProvider" -> EventReason.DELETING;
      default -> throw new IllegalArgumentException("Never planned: " + operation);
    };
  }

  @Override
  public CapacityProviderObserver observer() {
    return observer;
  }

  @Override
  public CapacityProviderPlanner planner() {
    return planner;
  }

  @Override
  public EcsCapacityProviderStatus recordResponse(
      EcsCapacityProviderStatus status, Plan.Call call, ObjectNode response, Instant now) {
    return PROVIDER.isIn(response)
        ? CapacityProviderStatusMapper.map(
            status, new DescribedCapacityProvider((ObjectNode) PROVIDER.of(response)))
        : status;
  }
}
