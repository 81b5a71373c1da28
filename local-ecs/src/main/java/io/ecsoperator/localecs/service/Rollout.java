package io.ecsoperator.localecs.service;

import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.DeploymentRolloutState;

/** One entry of a service's {@code deployments}: a revision with its tasks. */
final class Rollout extends RevisionTasks {
  private Instant createdAt;
  private Instant updatedAt;
  private DeploymentRolloutState state;
  private String reason;
  private Optional<Instant> reachedAt = Optional.empty();
  private boolean rollback;
  private int failures;

  Rollout(Revision revision, Instant now) {
    super(revision);
    this.createdAt = now;
    change(
        DeploymentRolloutState.IN_PROGRESS,
        "ECS deployment " + revision().deploymentId() + " in progress.",
        now);
  }

  /** Makes this earlier rollout the target of a rollback. */
  void rollBackTo(DeploymentFailure why, Instant now) {
    begin(why.rollingBackTo(revision().deploymentId()), now);
    rollback = true;
  }

  private void begin(String why, Instant now) {
    change(DeploymentRolloutState.IN_PROGRESS, why, now);
    failures = 0;
    reachedAt = Optional.empty();
    forgetDelay();
  }

  /** Records that the rollout has reached its desired state, and returns since when. */
  Instant reached(Instant now) {
    Instant first = reachedAt.orElse(now);
    reachedAt = Optional.of(first);
    return first;
  }

  void complete(Instant now) {
    change(
        DeploymentRolloutState.COMPLETED,
        "ECS deployment " + revision().deploymentId() + " completed.",
        now);
    failures = 0;
  }

  void fail(DeploymentFailure why, Instant now) {
    change(DeploymentRolloutState.FAILED, why.failed(), now);
  }

  private void change(DeploymentRolloutState to, String why, Instant now) {
    state = to;
    reason = why;
    updatedAt = now;
  }

  /** Counts a failed task. */
  void countFailure() {
    failures++;
  }

  void forgiveFailures() {
    failures = 0;
  }

  Instant createdAt() {
    return createdAt;
  }

  Instant updatedAt() {
    return updatedAt;
  }

  DeploymentRolloutState state() {
    return state;
  }

  boolean isInProgress() {
    return state == DeploymentRolloutState.IN_PROGRESS;
  }

  boolean hasFailed() {
    return state == DeploymentRolloutState.FAILED;
  }

  boolean isRollback() {
    return rollback;
  }

  String reason() {
    return reason;
  }

  int failures() {
    return failures;
  }
}
