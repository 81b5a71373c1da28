package io.ecsoperator.operator.aws.quota;

import java.time.Instant;

/** What became of waiting for a turn. */
sealed interface Admission {

  /** The call is to be made now, and its end to be told to the line. */
  record Granted(TokenBucket.Sent sent) implements Admission {}

  /**
   * The turn has not come.
   *
   * @param comeBackAt when it is about to
   */
  record NotYet(Instant comeBackAt) implements Admission {}
}
