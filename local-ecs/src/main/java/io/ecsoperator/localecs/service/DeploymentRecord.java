package io.ecsoperator.localecs.service;

import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.Rollback;
import software.amazon.awssdk.services.ecs.model.ServiceDeployment;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentCircuitBreaker;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentRollbackMonitorsStatus;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentStatus;

/**
 * A service deployment, from its start to its end and after: what DescribeServiceDeployments tells.
 */
final class DeploymentRecord {
  private ServiceDeployment facts;

  DeploymentRecord(ServiceDeployment facts) {
    this.facts = facts;
  }

  ServiceDeployment facts() {
    return facts;
  }

  boolean isOver() {
    return facts.finishedAt() != null;
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

  /** The target revision is there, or the earlier one back again. */
  void complete(boolean rollback, Instant now) {
    if (!rollback) {
      breaker(ServiceDeploymentRollbackMonitorsStatus.MONITORING_COMPLETE);
    }
    finish(
        rollback ? ServiceDeploymentStatus.ROLLBACK_SUCCESSFUL : ServiceDeploymentStatus.SUCCESSFUL,
        Optional.empty(),
        now);
  }

  /** The circuit breaker opened and an earlier revision comes back. */
  void rollBack(Revision to, String reason, Instant now) {
    breaker(ServiceDeploymentRollbackMonitorsStatus.TRIGGERED);
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

  /** The circuit breaker opened and there is nothing to go back to. */
  void failToRollBack(String reason, Instant now) {
    breaker(ServiceDeploymentRollbackMonitorsStatus.TRIGGERED);
    finish(ServiceDeploymentStatus.ROLLBACK_FAILED, Optional.of(reason), now);
  }

  void stop(boolean byBreaker, String reason, Instant now) {
    breaker(
        byBreaker
            ? ServiceDeploymentRollbackMonitorsStatus.TRIGGERED
            : ServiceDeploymentRollbackMonitorsStatus.MONITORING_COMPLETE);
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
