package io.ecsoperator.operator.leader;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.FailureClass;
import java.util.Optional;

/** Rejects calls to ECS unless this replica leads, as checked right before each call. */
public final class LeaderOnlyEcs implements Ecs {
  private final Ecs ecs;
  private final Leadership leadership;

  public LeaderOnlyEcs(Ecs ecs, Leadership leadership) {
    this.ecs = ecs;
    this.leadership = leadership;
  }

  /**
   * {@inheritDoc}
   *
   * @throws AwsFailure also if this replica does not lead. It is no {@link NotLeaderException},
   *     because the failure of a shared read is passed to all callers that wait for it
   */
  @Override
  public Ecs.Response read(String operation, ObjectNode request, CallContext callContext) {
    if (!leadership.held()) {
      throw AwsFailure.of(
          operation,
          FailureClass.TRANSIENT,
          AwsFailure.NOT_LEADER,
          "Not sent: this replica of the operator is not the leader.");
    }
    return ecs.read(operation, request, callContext);
  }

  /**
   * {@inheritDoc}
   *
   * @throws NotLeaderException if this replica does not lead; the call was not sent
   */
  @Override
  public Ecs.Response write(String operation, ObjectNode request, CallContext callContext) {
    leadership.require();
    return ecs.write(operation, request, callContext);
  }

  @Override
  public String region() {
    return ecs.region();
  }

  @Override
  public Optional<String> credentialsId() {
    return ecs.credentialsId();
  }
}
