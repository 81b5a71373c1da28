package io.ecsoperator.operator.aws.quota;

import java.time.Instant;

/** The result of waiting for quota. */
sealed interface Admission {

  /** The call may be sent now. The caller has to report its response to the queue. */
  record Granted(TokenBucket.SentCall call) implements Admission {}

  /**
   * The call must not be sent now.
   *
   * @param retryAt when to enter the queue again
   */
  record Deferred(Instant retryAt) implements Admission {}
}
