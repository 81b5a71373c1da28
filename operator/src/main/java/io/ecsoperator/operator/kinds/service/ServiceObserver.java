package io.ecsoperator.operator.kinds.service;

import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.Read;
import io.ecsoperator.operator.engine.ReconcileContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what the plan of a service depends on. */
final class ServiceObserver implements Kind.Observer<EcsServiceStatus, ServiceObservation> {
  private final References references;
  private final List<ReferenceField> fields;
  private final RolloutDiagnostics diagnostics = new RolloutDiagnostics();

  ServiceObserver(References references, List<ReferenceField> fields) {
    this.references = references;
    this.fields = fields;
  }

  @Override
  public ServiceObservation observe(ReconcileContext<EcsServiceStatus> context, EcsReader ecs) {
    Desired desired = context.desired();
    References.Resolved resolved = references.resolve(desired, fields);
    // A service stays in the cluster in which it was created, even if its spec names another one.
    Optional<String> cluster =
        Optional.ofNullable(context.status().cluster())
            .or(
                () ->
                    Optional.of(resolved)
                        .filter(r -> r.isResolved("clusterRef"))
                        .map(References.Resolved::cluster))
            .or(() -> context.isUnrecorded() ? desired.reference("clusterRef") : Optional.empty());
    return new ServiceObservation(
        resolved,
        cluster
            .filter(in -> !isNewAndWaits(context, resolved))
            .map(
                in ->
                    isPlanned(in, context, resolved)
                        ? new Observation.Absent()
                        : reader(context, ecs)
                            .read(
                                ServiceResource.ref(in, desired.nameOr("serviceName")),
                                isElsewhere(context, resolved)
                                    ? EcsReader.Freshness.NOW
                                    : context.freshness())),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Whether the cluster is only planned. ECS refuses reads in a cluster that it does not have. */
  private static boolean isPlanned(
      String cluster, ReconcileContext<?> context, References.Resolved resolved) {
    return context.desired().onlyPlans()
        && context.desired().reference("clusterRef").isPresent()
        && resolved.isResolved("clusterRef")
        && Arn.parse(cluster).isEmpty();
  }

  /**
   * Whether the spec names another cluster than the one in which the service was created. A service
   * that was deleted meanwhile is created where the spec says, so it has to be read now.
   */
  private static boolean isElsewhere(
      ReconcileContext<EcsServiceStatus> context, References.Resolved resolved) {
    return resolved.isResolved("clusterRef")
        && Optional.ofNullable(context.status().cluster())
            .filter(cluster -> !Arn.nameOf(cluster).equals(Arn.nameOf(resolved.cluster())))
            .isPresent();
  }

  /**
   * No service was created for the object, so reads would only cost quota. What is only planned
   * does not wait for the success of others.
   */
  private static boolean isNewAndWaits(
      ReconcileContext<EcsServiceStatus> context, References.Resolved resolved) {
    Set<String> ignored =
        context.desired().mayWrite() ? Set.of() : Set.of(ServicePlanner.DEPENDS_ON);
    return resolved.unresolved().stream().anyMatch(field -> !ignored.contains(field.path()))
        && !context.deleting()
        && !context.observesOnly()
        && !context.mayHaveCreated();
  }

  /**
   * Of a service that was not created yet it is enough that ECS reports it missing once, because
   * the client token makes it harmless to create one that exists after all.
   */
  private static EcsReader reader(ReconcileContext<EcsServiceStatus> context, EcsReader ecs) {
    return context.status().common().arn() == null && !context.deleting() ? ecs.forNew() : ecs;
  }

  @Override
  public ServiceObservation observe(
      ReconcileContext<EcsServiceStatus> context,
      ServiceObservation observed,
      List<? extends Read> reads,
      EcsReader ecs) {
    DescribedService service =
        new DescribedService(((Observation.Present) observed.service().orElseThrow()).tree());
    ServiceObservation more = observed;
    for (Read read : reads) {
      more =
          switch ((ServiceRead) read) {
            case DEPLOYMENT_HISTORY -> more.withHistory(diagnostics.newest(ecs, service));
            case FAILED_TASKS -> more.withFailedTasks(failedTasks(more, service, ecs));
            case PAUSE_HOOK -> more.withPause(diagnostics.pauseHook(ecs, service));
          };
    }
    return more;
  }

  private List<FailedTask> failedTasks(
      ServiceObservation observed, DescribedService service, EcsReader ecs) {
    return observed
        .failingDeployment(service)
        .map(deployment -> diagnostics.failedTasks(ecs, service, deployment))
        .orElse(List.of());
  }
}
