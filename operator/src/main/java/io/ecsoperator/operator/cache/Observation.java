package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import java.time.Instant;

/** What a read found out about one ECS resource. */
public sealed interface Observation {

  /**
   * The resource exists.
   *
   * @param tree as ECS describes it, tags included; shared, so callers must not change it
   */
  record Present(ObjectNode tree) implements Observation {}

  /** ECS, asked for it alone, knows no such resource; see also {@link EcsReader#forNew}. */
  record Absent() implements Observation {}

  /**
   * ECS could not be asked: the resource may exist or not.
   *
   * @param retryAt when a new attempt makes sense
   */
  record Unknown(Instant retryAt, AwsFailure why) implements Observation {}
}
