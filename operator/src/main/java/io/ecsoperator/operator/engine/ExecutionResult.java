package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.plan.Action;
import java.util.List;

/** What became of a plan. */
public sealed interface ExecutionResult {

  /**
   * Every call worked.
   *
   * @param answers one per call, in the plan's order
   */
  record Done(List<ObjectNode> answers) implements ExecutionResult {
    public Done {
      answers = List.copyOf(answers);
    }
  }

  /**
   * A call failed; those after it were not made.
   *
   * @param answersBefore of the calls that worked
   */
  record Failed(Action.Call call, AwsFailure failure, List<ObjectNode> answersBefore)
      implements ExecutionResult {
    public Failed {
      answersBefore = List.copyOf(answersBefore);
    }
  }
}
