package io.ecsoperator.operator.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.replica.Writes;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.Plan;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Carries out plans: the only caller of writes. */
public final class Actuator {
  private final Ecs ecs;
  private final Writes writes;
  private final Leadership leadership;
  private final Clock clock;

  public Actuator(Ecs ecs, Writes writes, Leadership leadership, Clock clock) {
    this.ecs = ecs;
    this.writes = writes;
    this.leadership = leadership;
    this.clock = clock;
  }

  /** Carries out the calls in order and stops at the first failure. */
  public Outcome perform(Plan plan, ObjectKey who) {
    List<ObjectNode> answers = new ArrayList<>();
    for (Action action : plan.actions()) {
      switch (action) {
        case Action.Call call -> {
          if (!leadership.held()) {
            return new Outcome.Failed(call, notLeader(call), answers);
          }
          Instant startedAt = clock.instant();
          try {
            ObjectNode answer = ecs.write(call.operation(), call.request()).tree();
            writes.wrote(call.operation(), call.request(), answer, startedAt);
            answers.add(answer);
          } catch (AwsFailure failure) {
            writes.failed(call.operation(), call.request());
            return new Outcome.Failed(call, failure, answers);
          }
        }
      }
    }
    return new Outcome.Done(answers);
  }

  private static AwsFailure notLeader(Action.Call call) {
    return AwsFailure.of(
        call.operation(),
        FailureClass.TRANSIENT,
        "NotLeader",
        "Not called: this replica of the operator is not the leader.");
  }
}
