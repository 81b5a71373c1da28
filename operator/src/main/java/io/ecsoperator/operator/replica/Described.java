package io.ecsoperator.operator.replica;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;

/** What a describe said about one resource. */
sealed interface Described {
  /** When the call was started. */
  Moment startedAt();

  record Found(Moment startedAt, ObjectNode tree) implements Described {}

  record Missing(Moment startedAt) implements Described {}

  record Failed(Moment startedAt, AwsFailure why) implements Described {}
}
