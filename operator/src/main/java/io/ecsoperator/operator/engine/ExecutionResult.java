package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.plan.Action;
import java.util.List;

/** What came of a plan that was executed. */
public sealed interface ExecutionResult {

  /** The responses to the calls that worked, in the plan's order. */
  List<ObjectNode> responses();

  /** Every call worked. */
  record Completed(List<ObjectNode> responses) implements ExecutionResult {
    public Completed {
      responses = List.copyOf(responses);
    }
  }

  /** A call failed; those after it were not sent. */
  record Failed(Action.Call call, AwsFailure failure, List<ObjectNode> responses)
      implements ExecutionResult {
    public Failed {
      responses = List.copyOf(responses);
    }
  }
}
