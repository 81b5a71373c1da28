package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.cache.AwsResource;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.status.EventReason;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.Plan;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** EcsService. */
public final class ServiceKind implements Kind<EcsService, EcsServiceStatus, ServiceObservation> {
  private static final EcsMember SERVICE = EcsType.response("UpdateService").member("service");

  private final ServiceObserver observer;
  private final ServicePlanner planner;

  public ServiceKind(Kind.Dependencies dependencies) {
    this.observer = new ServiceObserver(dependencies.references(), references());
    this.planner = new ServicePlanner(dependencies.ownership(), dependencies.timing());
  }

  @Override
  public Class<EcsService> type() {
    return EcsService.class;
  }

  @Override
  public Optional<ComparableSchema> schema() {
    return Optional.of(ServiceSchema.SCHEMA);
  }

  @Override
  public Set<String> kubernetesMembers() {
    return Set.of("scale", "progressDeadlineSeconds");
  }

  @Override
  public List<ReferenceField> references() {
    return List.of(
        ReferenceField.of("clusterRef", "EcsCluster", "cluster"),
        ReferenceField.of("taskDefinitionRef", "EcsTaskDefinition", "taskDefinition").following(),
        ReferenceField.of("template", "EcsTaskDefinition", "taskDefinition")
            .following()
            .asTemplate(),
        ReferenceField.of("capacityProviderRef", "EcsCapacityProvider", "capacityProvider")
            .byName()
            .inItemsOf("capacityProviderStrategy"),
        ReferenceField.waitingFor(ServicePlanner.DEPENDS_ON, "EcsTask"));
  }

  @Override
  public List<AwsResource> awsResources() {
    return List.of(ServiceResource.TABLE);
  }

  @Override
  public EcsServiceStatus emptyStatus() {
    return EcsServiceStatus.unknown();
  }

  @Override
  public EventReason eventReason(String operation) {
    return switch (operation) {
      case "CreateService" -> EventReason.CREATED;
      case "UpdateService", "TagResource", "UntagResource" -> EventReason.UPDATED;
      case "DeleteService" -> EventReason.DELETED;
      default -> throw new IllegalArgumentException("Never planned: " + operation);
    };
  }

  /** The definition waits for a service that still runs another revision. */
  @Override
  public boolean affectsDependents(EcsServiceStatus before, EcsServiceStatus after) {
    String target = before.observed().taskDefinition();
    return target != null && !target.equals(after.observed().taskDefinition());
  }

  /** Another count and other tags need no deployment, so they wait for nothing. */
  @Override
  public boolean dependsOnReferences(Plan plan) {
    return plan.calls().stream().anyMatch(ServiceUpdate::startsDeployment);
  }

  /** A reference may resolve to another revision, or an annotation ask for a new deployment. */
  @Override
  public boolean sameIntent(EcsServiceStatus before, EcsServiceStatus intent) {
    return Objects.equals(before.rollout().requestHash(), intent.rollout().requestHash());
  }

  @Override
  public Map<String, JsonNode> filledIn(Desired desired, EcsServiceStatus status) {
    return ServicePlanner.filledIn(desired, status);
  }

  @Override
  public ServiceObserver observer() {
    return observer;
  }

  @Override
  public ServicePlanner planner() {
    return planner;
  }

  @Override
  public EcsServiceStatus recordResponse(
      EcsServiceStatus status, Plan.Call call, ObjectNode response, Instant now) {
    EcsServiceStatus acknowledged = RequestedDeployment.withRedeployHandled(status, call);
    if (!SERVICE.isIn(response)) {
      return acknowledged;
    }
    DescribedService service = new DescribedService((ObjectNode) SERVICE.of(response));
    return RequestedDeployment.started(
        acknowledged, ServiceStatusMapper.map(acknowledged, service, now), call);
  }

  @Override
  public EcsServiceStatus onDeferred(
      EcsServiceStatus before, EcsServiceStatus intent, Plan.Call call) {
    return RequestedDeployment.withoutEffect(before, intent, call);
  }

  @Override
  public EcsServiceStatus onRejected(
      EcsServiceStatus before, EcsServiceStatus intent, Plan.Call call, AwsFailure failure) {
    return RequestedDeployment.withoutEffect(before, intent, call);
  }
}
