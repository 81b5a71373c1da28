package io.ecsoperator.operator.cache;

import io.ecsoperator.operator.aws.AwsFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Describes that ECS refuses whatever resource they are about, because IAM denies the action in a
 * cluster or the credentials do not work. Each of them would cost a call without an answer, so only
 * one is sent in a while, as a probe. Safe for many threads.
 */
final class RefusedDescribes {
  /** A repair is noticed this much later at most. */
  static final Duration BETWEEN_PROBES = Duration.ofSeconds(30);

  /** What IAM allows or denies together. */
  private record Scope(AwsResource resource, String cluster) {}

  private record Refusal(AwsFailure failure, Instant nextProbe) {}

  private final LogicalClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Scope, Refusal> refusals = new HashMap<>();

  RefusedDescribes(LogicalClock clock) {
    this.clock = clock;
  }

  /** Why a describe is refused without a call; empty if it has to be sent. */
  Optional<AwsFailure> refusal(AwsResource resource, String cluster) {
    lock.lock();
    try {
      Scope scope = new Scope(resource, cluster);
      Refusal refusal = refusals.get(scope);
      if (refusal == null) {
        return Optional.empty();
      }
      if (clock.now().isBefore(refusal.nextProbe())) {
        return Optional.of(refusal.failure());
      }
      put(scope, refusal.failure());
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the last calls say that no resource of the cluster can be described. */
  boolean areAllRefused(AwsResource resource, String cluster) {
    lock.lock();
    try {
      return refusals.containsKey(new Scope(resource, cluster));
    } finally {
      lock.unlock();
    }
  }

  /** ECS has described a resource. */
  void answered(AwsResource resource, String cluster) {
    lock.lock();
    try {
      refusals.remove(new Scope(resource, cluster));
    } finally {
      lock.unlock();
    }
  }

  /** ECS refuses to describe any resource of the cluster. */
  void refused(AwsResource resource, String cluster, AwsFailure failure) {
    lock.lock();
    try {
      put(new Scope(resource, cluster), failure);
    } finally {
      lock.unlock();
    }
  }

  private void put(Scope scope, AwsFailure failure) {
    refusals.put(scope, new Refusal(failure, clock.now().plus(BETWEEN_PROBES)));
  }
}
