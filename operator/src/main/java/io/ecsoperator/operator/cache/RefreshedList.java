package io.ecsoperator.operator.cache;

import java.time.Instant;

/** What is known by a list of ECS, and so as of when that list was begun. */
interface RefreshedList {

  ListQuery query();

  /** When the list that is known was begun; long ago where none is. */
  Instant takenAt();

  /** How many pages the list that is known had; 1 where none is. */
  int pages();

  /** Whether a list of more than so many pages is worth its calls. */
  boolean isWorth(int pages);

  /** Takes in a new list. */
  void take(Listing listing);
}
