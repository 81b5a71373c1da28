package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.Reference;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.KindReconciler;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.kinds.service.ServiceObservation.Newest;
import io.ecsoperator.plan.Action;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Keeps an ECS service as its EcsService asks, and follows its rollouts to their end. */
public final class ServiceReconciler implements KindReconciler<EcsService, EcsServiceStatus> {
  private final References references;
  private final RolloutDiagnostics trouble = new RolloutDiagnostics();
  private final ServicePlanner planner;

  public ServiceReconciler(References references, Ownership ownership, Timing timing) {
    this.references = references;
    this.planner = new ServicePlanner(ownership, timing);
  }

  @Override
  public Class<EcsService> type() {
    return EcsService.class;
  }

  @Override
  public Set<String> kubernetesMembers() {
    return Set.of("clusterRef", "taskDefinitionRef", "scale", "progressDeadlineSeconds");
  }

  @Override
  public EcsServiceStatus unknown() {
    return EcsServiceStatus.unknown();
  }

  @Override
  public EcsServiceStatus withCommon(EcsServiceStatus status, CommonStatus common) {
    return status.withCommon(common);
  }

  /** What a service ran before is what its definition waits for to change. */
  @Override
  public boolean affectsDependents(EcsServiceStatus before, EcsServiceStatus after) {
    String target = before.observed().taskDefinition();
    return target != null && !target.equals(after.observed().taskDefinition());
  }

  /** A reference may have come to mean another revision, or a redeployment be asked for. */
  @Override
  public boolean sameIntent(EcsServiceStatus before, EcsServiceStatus intent) {
    return Objects.equals(before.rollout().requestHash(), intent.rollout().requestHash());
  }

  @Override
  public Decision<EcsServiceStatus> look(ReconcileContext<EcsServiceStatus> view, EcsReader ecs) {
    try {
      return planner.plan(view, observe(view, ecs));
    } catch (AwsFailure failure) {
      return Decision.unknown(view.status(), failure);
    }
  }

  private ServiceObservation observe(ReconcileContext<EcsServiceStatus> view, EcsReader ecs) {
    Desired desired = view.desired();
    Reference cluster = references.cluster(desired);
    Optional<Reference> taskDefinition = references.taskDefinition(desired);
    // Once there, a service is where it was created, whatever its spec says by now.
    Optional<Observation> service =
        Optional.ofNullable(view.status().cluster())
            .or(
                () ->
                    cluster instanceof Reference.Resolved(String arn)
                        ? Optional.of(arn)
                        : Optional.empty())
            .map(
                in ->
                    reader(view, ecs)
                        .read(
                            ServiceResource.ref(in, desired.nameOr("serviceName")),
                            view.freshness()));
    ServiceObservation observed =
        new ServiceObservation(cluster, taskDefinition, service, Optional.empty(), List.of());
    return !view.deleting()
            && service.isPresent()
            && service.get() instanceof Observation.Present(ObjectNode tree)
        ? withTrouble(view, ecs, observed, tree)
        : observed;
  }

  /** Its client token lets a service be created again that is there after all. */
  private static EcsReader reader(ReconcileContext<EcsServiceStatus> view, EcsReader ecs) {
    return view.status().common().arn() == null && !view.deleting() ? ecs.forNew() : ecs;
  }

  private ServiceObservation withTrouble(
      ReconcileContext<EcsServiceStatus> view,
      EcsReader ecs,
      ServiceObservation observed,
      ObjectNode service) {
    Optional<Newest> newest =
        planner.needsDeploymentHistory(view, observed, service)
            ? trouble.newest(ecs, service)
            : Optional.empty();
    boolean rolledBack = newest.flatMap(Newest::rolledBack).isPresent();
    return new ServiceObservation(
        observed.cluster(),
        observed.taskDefinition(),
        observed.service(),
        newest,
        rolledBack || hasFailures(service) ? trouble.failedTasks(ecs, service) : List.of());
  }

  private static boolean hasFailures(JsonNode service) {
    JsonNode primary = ServiceStatusMapper.primary(service);
    return primary.path("rolloutState").asText().equals("FAILED")
        || primary.path("rolloutState").asText().equals("IN_PROGRESS")
            && primary.path("failedTasks").asInt() > 0;
  }

  @Override
  public EcsServiceStatus learn(
      EcsServiceStatus status, Action.Call call, ObjectNode answer, Instant now) {
    EcsServiceStatus learned =
        answer.has("service")
            ? ServiceStatusMapper.learn(status, answer.get("service"), now)
            : status;
    return ServicePlanner.acknowledgeAnnotations(learned, call);
  }

  @Override
  public EcsServiceStatus refused(EcsServiceStatus status, Action.Call call, AwsFailure failure) {
    return ServicePlanner.refused(status, call);
  }
}
