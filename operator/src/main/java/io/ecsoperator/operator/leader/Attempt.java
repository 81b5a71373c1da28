package io.ecsoperator.operator.leader;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;

/** What came of an attempt to win the lease, or to keep it. */
sealed interface Attempt {

  /**
   * The lease is this candidate's.
   *
   * @param begunAt when the write was begun, as the candidate's clock tells it
   */
  record Written(long begunAt) implements Attempt {}

  /**
   * The lease is another's.
   *
   * @param freeIn how long it is to be left alone if it does not change
   */
  record Refused(String holder, Duration freeIn) implements Attempt {}

  /** Somebody else wrote the lease at the same moment. */
  record Outrun() implements Attempt {}

  /** The API server could not be asked, or did not answer; a write may have had its effect. */
  record Failed(KubernetesClientException why) implements Attempt {}
}
