package io.ecsoperator.localecs.service;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.Rollback;
import software.amazon.awssdk.services.ecs.model.ServiceDeployment;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentAlarms;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentCircuitBreaker;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentRollbackMonitorsStatus;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentStatus;

/**
 * A service deployment as DescribeServiceDeployments shows it, during the deployment and after its
 * end.
 */
final class DeploymentRecord {
  private ServiceDeployment facts;
  private Optional<StagedProgress> progress;

  /**
   * @param progress empty for a rolling update
   */
  DeploymentRecord(ServiceDeployment facts, Optional<StagedProgress> progress) {
    this.facts = facts;
    this.progress = progress;
  }

  /** The progress of a deployment in stages; empty for a rolling update. */
  Optional<StagedProgress> progress() {
    return progress;
  }

  void reached(StagedProgress reached) {
    progress = Optional.of(reached);
  }

  /** Whether the deployment is going through stages; a rollback does not. */
  boolean isInStages() {
    return progress.isPresent()
        && !isOver()
        && facts.status() != ServiceDeploymentStatus.ROLLBACK_IN_PROGRESS;
  }

  ServiceDeployment facts() {
    return facts;
  }

  boolean isOver() {
    return facts.finishedAt() != null;
  }

  boolean isSuccessful() {
    return facts.status() == ServiceDeploymentStatus.SUCCESSFUL;
  }

  void start(Instant now) {
    if (facts.status() == ServiceDeploymentStatus.PENDING) {
      facts =
          facts.toBuilder()
              .status(ServiceDeploymentStatus.IN_PROGRESS)
              .startedAt(now)
              .updatedAt(now)
              .build();
    }
  }

  /** Completes the deployment or its rollback. */
  void complete(boolean rollback, Instant now) {
    stopMonitoring();
    finish(
        rollback ? ServiceDeploymentStatus.ROLLBACK_SUCCESSFUL : ServiceDeploymentStatus.SUCCESSFUL,
        Optional.empty(),
        now);
  }

  /** Marks the failure in the alarm or circuit breaker status. */
  void trigger(DeploymentFailure why) {
    breaker(
        why == DeploymentFailure.TASKS_FAILED
            ? ServiceDeploymentRollbackMonitorsStatus.TRIGGERED
            : ServiceDeploymentRollbackMonitorsStatus.MONITORING_COMPLETE);
    alarms(
        why == DeploymentFailure.ALARM
            ? ServiceDeploymentRollbackMonitorsStatus.TRIGGERED
            : ServiceDeploymentRollbackMonitorsStatus.MONITORING_COMPLETE);
  }

  /** Records a stop request, which the scheduler carries out at its next reconcile. */
  void request(ServiceDeploymentStatus requested, Instant now) {
    facts = facts.toBuilder().status(requested).updatedAt(now).build();
  }

  void triggeredAlarms(List<String> names) {
    facts =
        facts.toBuilder()
            .alarms(facts.alarms().toBuilder().triggeredAlarmNames(names).build())
            .build();
  }

  /** Starts the rollback to an earlier revision. */
  void rollBack(Revision to, String reason, Instant now) {
    facts =
        facts.toBuilder()
            .status(ServiceDeploymentStatus.ROLLBACK_IN_PROGRESS)
            .statusReason(reason)
            .rollback(
                Rollback.builder()
                    .reason(reason)
                    .startedAt(now)
                    .serviceRevisionArn(to.facts().serviceRevisionArn())
                    .build())
            .updatedAt(now)
            .build();
  }

  /** Fails the rollback, because no earlier revision was completed. */
  void failToRollBack(String reason, Instant now) {
    finish(ServiceDeploymentStatus.ROLLBACK_FAILED, Optional.of(reason), now);
  }

  void stop(String reason, Instant now) {
    stopMonitoring();
    facts = facts.toBuilder().stoppedAt(now).build();
    finish(ServiceDeploymentStatus.STOPPED, Optional.of(reason), now);
  }

  void countFailures(int failures) {
    facts =
        facts.toBuilder()
            .deploymentCircuitBreaker(
                facts.deploymentCircuitBreaker().toBuilder().failureCount(failures).build())
            .build();
  }

  private void stopMonitoring() {
    if (facts.deploymentCircuitBreaker().status()
        == ServiceDeploymentRollbackMonitorsStatus.MONITORING) {
      breaker(ServiceDeploymentRollbackMonitorsStatus.MONITORING_COMPLETE);
    }
    if (facts.alarms().status() == ServiceDeploymentRollbackMonitorsStatus.MONITORING) {
      alarms(ServiceDeploymentRollbackMonitorsStatus.MONITORING_COMPLETE);
    }
  }

  private void alarms(ServiceDeploymentRollbackMonitorsStatus status) {
    ServiceDeploymentAlarms alarms = facts.alarms();
    if (alarms.status() != ServiceDeploymentRollbackMonitorsStatus.DISABLED) {
      facts = facts.toBuilder().alarms(alarms.toBuilder().status(status).build()).build();
    }
  }

  private void breaker(ServiceDeploymentRollbackMonitorsStatus status) {
    ServiceDeploymentCircuitBreaker breaker = facts.deploymentCircuitBreaker();
    if (breaker.status() != ServiceDeploymentRollbackMonitorsStatus.DISABLED) {
      facts =
          facts.toBuilder()
              .deploymentCircuitBreaker(breaker.toBuilder().status(status).build())
              .build();
    }
  }

  private void finish(ServiceDeploymentStatus status, Optional<String> reason, Instant now) {
    facts =
        facts.toBuilder()
            .status(status)
            .statusReason(reason.orElse(facts.statusReason()))
            .finishedAt(now)
            .updatedAt(now)
            .build();
  }
}
