package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.Answer;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.cache.WriteListener;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.Plan;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries out plans: the only caller of writes. Makes each write known to the replica, and to the
 * log as one line. Safe for many threads.
 */
public final class PlanExecutor {
  private final Ecs ecs;
  private final WriteListener writes;
  private final Clock clock;
  private final ActionLog log = new ActionLog();
  private final FamilyLocks families = new FamilyLocks();

  public PlanExecutor(Ecs ecs, WriteListener writes, Clock clock) {
    this.ecs = ecs;
    this.writes = writes;
    this.clock = clock;
  }

  /**
   * Carries out the calls in order and stops at the first failure.
   *
   * @throws NotLeaderException when leadership was lost before all were made
   */
  public ExecutionResult execute(Plan plan, ObjectKey who, Priority priority) {
    List<ObjectNode> answers = new ArrayList<>();
    for (Action action : plan.actions()) {
      switch (action) {
        case Action.Call call -> {
          try {
            answers.add(families.inTurn(call, () -> carryOut(call, who, priority)));
          } catch (AwsFailure failure) {
            log.failed(who, call, failure);
            return new ExecutionResult.Failed(call, failure, answers);
          }
        }
      }
    }
    return new ExecutionResult.Done(answers);
  }

  private ObjectNode carryOut(Action.Call call, ObjectKey who, Priority priority) {
    writes.starting(call.operation());
    Instant begunAt = clock.instant();
    Answer answer;
    try {
      answer = ecs.write(call.operation(), call.request(), CallContext.of(priority, who));
    } catch (AwsFailure failure) {
      if (failure.turnAt().isEmpty()) {
        writes.failed(call.operation(), call.request());
      }
      throw failure;
    }
    // What was waited for the turn makes the answer no older.
    Instant sentAt = begunAt.plus(answer.waited());
    writes.wrote(who, call.operation(), call.request(), answer.tree(), sentAt);
    log.done(who, call, answer);
    return answer.tree();
  }
}
