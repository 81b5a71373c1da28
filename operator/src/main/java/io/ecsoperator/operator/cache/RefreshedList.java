package io.ecsoperator.operator.cache;

import java.time.Instant;

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
}
