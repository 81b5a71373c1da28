package io.ecsoperator.operator.cache;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.List;
import java.util.Set;

/**
 * A list of ECS, read to its end.
 *
 * @param startedAt when the call for its first page was started: what changed since may be missing
 * @param ids the last segments of the ARNs
 */
record Listing(LogicalTime startedAt, Set<String> ids) {
  static Listing of(LogicalTime startedAt, List<String> arns) {
    return new Listing(
        startedAt,
        arns.stream()
            .map(arn -> arn.substring(arn.lastIndexOf('/') + 1))
            .collect(toUnmodifiableSet()));
  }
}
