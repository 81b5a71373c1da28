package io.ecsoperator.benchmarks.operator;

import io.ecsoperator.benchmarks.operator.EcsCalls.EcsCall;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * When a whole fleet has been read: each service by a describe call, and the task definitions by a
 * list of all or one by one.
 *
 * @param pairs of a task definition and a service
 */
record Observed(int pairs) {
  private static final int LISTED_AT_ONCE = 100;

  /** The time of the call that completed the reads; empty if they are incomplete. */
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
          // Other operations read neither services nor task definitions.
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
