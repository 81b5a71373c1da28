package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.Tags;
import io.ecsoperator.operator.engine.Absence;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.OwnTags;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.Plan;
import java.util.List;

/** Plan: decides what becomes of the service of an object that is being deleted. */
final class ServiceDeletion {
  private final Ownership ownership;
  private final Timing timing;
  private final Absence absence;

  ServiceDeletion(Ownership ownership, Timing timing) {
    this.ownership = ownership;
    this.timing = timing;
    this.absence = new Absence(timing.grace());
  }

  Decision<EcsServiceStatus> plan(
      ReconcileContext<EcsServiceStatus> context, ServiceObservation observation) {
    EcsServiceStatus status = context.status();
    if (observation.service().isEmpty()) {
      // The cluster was never known, so no service was created.
      return absence.release(context, status, context.mayHaveCreated());
    }
    return switch (observation.service().get()) {
      case Observation.Unknown unknown -> Decision.unknown(status, unknown);
      case Observation.Absent gone -> absence.release(context, status, context.mayHaveCreated());
      case Observation.Present(ObjectNode tree) ->
          planPresent(context, status, new DescribedService(tree));
    };
  }

  private Decision<EcsServiceStatus> planPresent(
      ReconcileContext<EcsServiceStatus> context,
      EcsServiceStatus status,
      DescribedService service) {
    boolean known = service.isKnown(status);
    if (!service.exists()) {
      return absence.releaseEnded(context, status, known);
    }
    EcsServiceStatus observedStatus = ServiceStatusMapper.map(status, service, context.now());
    ReadyState deleting =
        new ReadyState.Reconciling(
            Reason.DELETING,
            "Waiting until ECS has stopped the tasks of the service.",
            timing.poll());
    boolean retained = context.desired().retains();
    boolean untagged = Tags.value(service.json(), Owner.TAG).isEmpty();
    if (known && untagged && service.isDraining() && !retained) {
      // ECS may drop the tags of a service that is being deleted.
      return Decision.done(observedStatus, deleting);
    }
    if (!ownership.owns(context.desired(), service.name(), service.json(), known)) {
      return new Decision.Released<>(status);
    }
    if (retained) {
      return Decision.retained(
          observedStatus, OwnTags.release(service.json(), service.arn()), deleting);
    }
    if (service.isDraining()) {
      return Decision.done(observedStatus, deleting);
    }
    ObjectNode request =
        JsonNodeFactory.instance
            .objectNode()
            .put("cluster", observedStatus.cluster())
            .put("service", service.name())
            .put("force", true);
    return Decision.execute(
        observedStatus, List.of(new Plan.Call("DeleteService", request, List.of())), deleting);
  }
}
