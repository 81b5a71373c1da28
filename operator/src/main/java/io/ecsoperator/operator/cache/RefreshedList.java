package io.ecsoperator.operator.cache;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/** A list of ECS that {@link ListRefresher} reads again before it is too old. */
interface RefreshedList {

  ListQuery query();

  /** When the last complete list was started; {@link Instant#MIN} if there is none. */
  Instant takenAt();

  /** How many pages the last complete list had; 1 if there is none. */
  int pages();

  /** Whether a list of so many pages is worth its calls. */
  boolean isWorth(int pages);

  /** Takes in a new complete list. */
  void take(Listing listing);

  /**
   * A list of ECS, read to its end.
   *
   * @param startedAt when the call for its first page was started: what changed since may be
   *     missing
   * @param ids the last segments of the ARNs
   */
  record Listing(LogicalClock.Time startedAt, Set<String> ids) {
    static Listing of(LogicalClock.Time startedAt, List<String> arns) {
      return new Listing(
          startedAt,
          arns.stream()
              .map(arn -> arn.substring(arn.lastIndexOf('/') + 1))
              .collect(toUnmodifiableSet()));
    }
  }
}
