package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.crds.service.RolloutStatus;
import io.ecsoperator.operator.engine.Comparison;
import io.ecsoperator.operator.kinds.service.DescribedService.Deployment;
import io.ecsoperator.operator.kinds.service.ServiceObservation.Newest;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import io.ecsoperator.plan.SpecHash;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The deployment that the operator requested last, as the status records it, and what ECS made of
 * it. ECS names a deployment only in the answer to its request, and the answer may be lost.
 *
 * @param rollout the record of the request
 */
record RequestedDeployment(RolloutStatus rollout) {

  /** Identifies a request; the count and tags do not make another one. */
  static String hashOf(ObjectNode desired, Optional<String> redeploy) {
    ObjectNode deployed = desired.objectNode();
    deployed.setAll(desired);
    deployed.remove(ServiceUpdate.WITHOUT_DEPLOYMENT);
    redeploy.ifPresent(value -> deployed.put(ServiceUpdate.REDEPLOY, value));
    return new SpecHash().of(deployed);
  }

  boolean isFor(String requestHash) {
    return requestHash.equals(rollout.requestHash());
  }

  /** Why ECS rolled the requested deployment back; empty if it did not. */
  Optional<String> rolledBack(Optional<Newest> newest) {
    return newest.filter(this::hasStarted).flatMap(Newest::rolledBack);
  }

  /**
   * Whether the request started the newest deployment. Where the answer was lost, one is that was
   * not there before; if that is not known, the request is rather repeated than given up.
   */
  private boolean hasStarted(Newest newest) {
    String requested = rollout.requestedDeployment();
    return requested == null
        ? rollout.previousDeployment() != null && !isNamed(newest, rollout.previousDeployment())
        : requested.equals(newest.deploymentId());
  }

  private static boolean isNamed(Newest newest, @Nullable String name) {
    return newest.arn().equals(name) || newest.deploymentId().equals(name);
  }

  /**
   * Whether the plan depends on what became of the newest deployment: before another one is
   * requested, unless the last one that the object requested is the newest and has completed; and
   * where another deployment than the requested one serves the spec, because ECS may have rolled
   * back to one with the same revision, and with it what it does not show.
   */
  boolean needsHistory(DescribedService service, Comparison comparison, String requestHash) {
    Optional<Deployment> primary = service.primaryDeployment();
    boolean isPrimary =
        primary.filter(it -> it.id().equals(rollout.requestedDeployment())).isPresent();
    return ServiceUpdate.startsDeployment(comparison)
        ? isFor(requestHash) || !isPrimary || !primary.get().isCompleted()
        : rollout.requestHash() != null && primary.isPresent() && !isPrimary;
  }

  /**
   * The rollout of a spec that ECS serves without a call. Its deployment counts as the requested
   * one: where the answer did not name it, and where another user's deployment of the same spec has
   * completed.
   */
  RolloutStatus serving(DescribedService service, Optional<Newest> newest) {
    return service
        .primaryDeployment()
        .filter(primary -> isServing(primary, newest))
        .map(primary -> rollout.started(primary.id()))
        .orElse(rollout);
  }

  private boolean isServing(Deployment primary, Optional<Newest> newest) {
    return rollout.requestedDeployment() == null
        ? primary.isCompleted()
            || newest.filter(last -> last.deploymentId().equals(primary.id())).isPresent()
        : primary.isCompleted()
            && newest.filter(last -> !isNamed(last, rollout.previousDeployment())).isPresent();
  }

  /** The rollout once ECS has all of the spec, without the request before if that was another. */
  RolloutStatus served(String requestHash, DescribedService service) {
    return rollout.requestHash() == null || isFor(requestHash)
        ? rollout
        : rollout.served(
            requestHash,
            service
                .primaryDeployment()
                .filter(Deployment::isCompleted)
                .map(Deployment::id)
                .orElse(null));
  }

  /** The status with the deployment that a call started; an answer may not show it yet. */
  static EcsServiceStatus started(
      EcsServiceStatus before, EcsServiceStatus status, Plan.Call call) {
    String deployment = status.observed().deploymentId();
    return ServiceUpdate.startsDeployment(call)
        ? status.withRollout(
            status
                .rollout()
                .started(
                    Objects.equals(deployment, before.observed().deploymentId())
                        ? null
                        : deployment))
        : status;
  }

  /** The status once it is certain that a call had no effect: the request before it counts. */
  static EcsServiceStatus withoutEffect(
      EcsServiceStatus before, EcsServiceStatus intent, Plan.Call call) {
    return call.operation().equals("UpdateService") ? intent.withRollout(before.rollout()) : intent;
  }

  /** Whether the redeploy annotation asks for a deployment that was not requested yet. */
  boolean isRedeployDue(Optional<String> redeploy) {
    return redeploy.filter(value -> !value.equals(rollout.lastHandledRedeployAt())).isPresent();
  }

  /** Whether a call whose answer was lost had its effect: there is a new deployment. */
  static boolean wasRedeployed(
      EcsServiceStatus before, EcsServiceStatus observedStatus, String requestHash) {
    return requestHash.equals(before.rollout().requestHash())
        && !Objects.equals(
            before.observed().deploymentId(), observedStatus.observed().deploymentId());
  }

  /** The status once a successful call did what the redeploy annotation asks for. */
  static EcsServiceStatus withRedeployHandled(EcsServiceStatus status, Plan.Call call) {
    return call.changes().stream()
        .filter(change -> change.path().equals(ServiceUpdate.REDEPLOY))
        .findFirst()
        .map(FieldChange::to)
        .map(to -> status.withRollout(status.rollout().withRedeployHandled(to.asText())))
        .orElse(status);
  }
}
