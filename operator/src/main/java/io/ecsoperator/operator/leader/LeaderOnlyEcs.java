package io.ecsoperator.operator.leader;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.Answer;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.FailureClass;

/**
 * The door to ECS, open only while leading. It belongs right in front of the client: whatever a
 * call has to wait for, such as its share of a quota, comes before it.
 */
public final class LeaderOnlyEcs implements Ecs {
  private final Ecs ecs;
  private final Leadership leadership;

  public LeaderOnlyEcs(Ecs ecs, Leadership leadership) {
    this.ecs = ecs;
    this.leadership = leadership;
  }

  /** A read that is not made is a failure like others: those who share it may all be told. */
  @Override
  public Answer read(String operation, ObjectNode request, CallContext callContext) {
    if (!leadership.held()) {
      throw AwsFailure.of(
          operation,
          FailureClass.TRANSIENT,
          "NotLeader",
          "Not asked: this replica of the operator is not the leader.");
    }
    return ecs.read(operation, request, callContext);
  }

  /**
   * @throws NotLeaderException when the call was not made
   */
  @Override
  public Answer write(String operation, ObjectNode request, CallContext callContext) {
    leadership.require();
    return ecs.write(operation, request, callContext);
  }

  @Override
  public String region() {
    return ecs.region();
  }
}
