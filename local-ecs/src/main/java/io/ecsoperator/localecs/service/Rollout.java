package io.ecsoperator.localecs.service;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import software.amazon.awssdk.services.ecs.model.DeploymentRolloutState;

/** One entry of a service's {@code deployments}: a revision with its tasks. */
final class Rollout {
  private static final Duration FIRST_DELAY = Duration.ofSeconds(10);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(15);

  private final Revision revision;
  private final Map<String, Member> members = new LinkedHashMap<>();
  private Instant createdAt;
  private Instant updatedAt;
  private DeploymentRolloutState state;
  private String reason;
  private boolean rollback;
  private int failures;
  private int failedLaunches;
  private boolean delayed;
  private Instant notBefore = Instant.MIN;

  Rollout(Revision revision, Instant now) {
    this.revision = revision;
    this.createdAt = now;
    begin("ECS deployment " + revision.deploymentId() + " in progress.", now);
  }

  /** Makes an earlier rollout the one to go back to. */
  void rollBackTo(Instant now) {
    begin(
        "ECS deployment circuit breaker: rolling back to deploymentId "
            + revision.deploymentId()
            + ".",
        now);
    rollback = true;
  }

  private void begin(String why, Instant now) {
    change(DeploymentRolloutState.IN_PROGRESS, why, now);
    failures = 0;
    failedLaunches = 0;
    notBefore = Instant.MIN;
  }

  void complete(Instant now) {
    change(
        DeploymentRolloutState.COMPLETED,
        "ECS deployment " + revision.deploymentId() + " completed.",
        now);
    failures = 0;
  }

  void fail(Instant now) {
    change(
        DeploymentRolloutState.FAILED,
        "ECS deployment circuit breaker: tasks failed to start.",
        now);
  }

  private void change(DeploymentRolloutState to, String why, Instant now) {
    state = to;
    reason = why;
    updatedAt = now;
  }

  /** A task ended that should not have. */
  void countFailure() {
    failures++;
  }

  void forgiveFailures() {
    failures = 0;
  }

  /** A task never came up: the next ones wait, longer every time. */
  void delayLaunches(Instant now) {
    if (delayed) {
      return;
    }
    delayed = true;
    Duration delay =
        failedLaunches > 10 ? LONGEST_DELAY : FIRST_DELAY.multipliedBy(1L << failedLaunches);
    notBefore = now.plus(delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY);
    failedLaunches++;
  }

  /** Tasks were launched; those of them that fail delay the next ones once, together. */
  void launched() {
    delayed = false;
  }

  /** A task came up. */
  void launchSucceeded() {
    failedLaunches = 0;
  }

  void put(Member member) {
    members.put(member.arn(), member);
  }

  void remove(String taskArn) {
    members.remove(taskArn);
  }

  Member member(String taskArn) {
    return members.get(taskArn);
  }

  Collection<Member> members() {
    return members.values();
  }

  int count(Predicate<Member> counted) {
    int count = 0;
    for (Member member : members.values()) {
      if (counted.test(member)) {
        count++;
      }
    }
    return count;
  }

  Revision revision() {
    return revision;
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

  int failedLaunches() {
    return failedLaunches;
  }

  Instant notBefore() {
    return notBefore;
  }
}
