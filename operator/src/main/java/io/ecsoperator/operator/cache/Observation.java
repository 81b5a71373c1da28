package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import java.time.Instant;

/** What is known of one ECS resource. */
public sealed interface Observation {

  /**
   * It is there.
   *
   * @param tree as ECS describes it, tags included; shared, so not to be changed
   */
  record Present(ObjectNode tree) implements Observation {}

  /** ECS knows no such resource, asked for it alone; see {@link EcsReader#forNew}. */
  record Absent() implements Observation {}

  /**
   * ECS could not be asked: neither there nor gone.
   *
   * @param retryAt when asking again makes sense
   */
  record Unknown(Instant retryAt, AwsFailure why) implements Observation {}
}
