package io.ecsoperator.operator.leader;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;

/** The result of an attempt to acquire or renew the lease. */
sealed interface Attempt {

  /**
   * The lease was written and is held by this candidate.
   *
   * @param begunAt when the write was begun, by the candidate's monotonic clock, in nanoseconds
   */
  record Held(long begunAt) implements Attempt {}

  /**
   * Another candidate holds the lease.
   *
   * @param expiresIn when it expires unless it is renewed
   */
  record HeldByOther(String holder, Duration expiresIn) implements Attempt {}

  /** Another client wrote the lease between the read and the write. */
  record Conflict() implements Attempt {}

  /** The API server was not reached or did not respond; a write may have taken effect. */
  record Failed(KubernetesClientException cause) implements Attempt {}
}
