package io.ecsoperator.benchmarks.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/** Calls to the endpoint, in the order in which it executed them. */
record EcsCalls(List<EcsCall> all) {
  EcsCalls {
    all = List.copyOf(all);
  }

  /**
   * One call.
   *
   * @param outcome {@code OK}, or the type of the error
   */
  record EcsCall(long sequence, Instant at, String operation, String outcome, JsonNode request) {
    boolean isRead() {
      return operation.startsWith("Describe") || operation.startsWith("List");
    }

    boolean isThrottled() {
      return outcome.contains("Throttling");
    }
  }

  EcsCalls matching(Predicate<EcsCall> wanted) {
    return new EcsCalls(all.stream().filter(wanted).toList());
  }

  EcsCalls of(String operation) {
    return matching(call -> call.operation().equals(operation));
  }

  EcsCalls reads() {
    return matching(EcsCall::isRead);
  }

  EcsCalls writes() {
    return matching(call -> !call.isRead());
  }

  int count() {
    return all.size();
  }
}
