package io.ecsoperator.benchmarks.operator;

import io.ecsoperator.benchmarks.operator.EcsCalls.EcsCall;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * When somebody has looked at a whole fleet: at each service by a describe, and at the task
 * definitions by a list of them all or one by one.
 *
 * @param pairs of a task definition and a service
 */
record Observed(int pairs) {
  private static final int LISTED_AT_ONCE = 100;

  /** When the call was carried out after which nothing was left; empty if something is. */
  Optional<Instant> by(EcsCalls calls) {
    Set<String> services = new HashSet<>();
    Set<String> definitions = new HashSet<>();
    int pages = 0;
    for (EcsCall call : calls.all()) {
      switch (call.operation()) {
        case "DescribeServices" ->
            call.request().path("services").forEach(service -> services.add(service.asText()));
        case "DescribeTaskDefinition" ->
            definitions.add(call.request().path("taskDefinition").asText());
        case "ListTaskDefinitions" -> pages++;
        default -> {
          // Others show nothing of these.
        }
      }
      boolean listed = pages >= Math.ceilDiv(pairs, LISTED_AT_ONCE);
      if (services.size() >= pairs && (listed || definitions.size() >= pairs)) {
        return Optional.of(call.at());
      }
    }
    return Optional.empty();
  }
}
