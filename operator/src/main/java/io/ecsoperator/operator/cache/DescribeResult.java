package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;

/** The answer of a describe about one resource. */
sealed interface DescribeResult {
  /** When the call was started. */
  LogicalTime startedAt();

  record Found(LogicalTime startedAt, ObjectNode tree) implements DescribeResult {}

  record Missing(LogicalTime startedAt) implements DescribeResult {}

  record Failed(LogicalTime startedAt, AwsFailure why) implements DescribeResult {}
}
