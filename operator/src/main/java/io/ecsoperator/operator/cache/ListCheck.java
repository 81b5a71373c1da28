package io.ecsoperator.operator.cache;

import java.time.Instant;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A list that shows which resources no object asks for, and which of those that objects ask for are
 * gone.
 */
final class ListCheck implements RefreshedList {
  private record Taken(Instant startedAt, int pages) {
    static final Taken NEVER = new Taken(Instant.MIN, 1);
  }

  private final ListQuery query;
  private final Supplier<Stream<ResourceKey>> expected;
  private final UnmanagedResources unmanaged;
  private final BiConsumer<ResourceKey, LogicalClock.Time> onMissing;
  private volatile Taken taken = Taken.NEVER;

  /**
   * @param expected the resources that objects ask for now and that the list should show
   * @param onMissing gets each expected resource that a list does not show, and when that list was
   *     started
   */
  ListCheck(
      ListQuery query,
      Supplier<Stream<ResourceKey>> expected,
      UnmanagedResources unmanaged,
      BiConsumer<ResourceKey, LogicalClock.Time> onMissing) {
    this.query = query;
    this.expected = expected;
    this.unmanaged = unmanaged;
    this.onMissing = onMissing;
  }

  UnmanagedResources unmanaged() {
    return unmanaged;
  }

  @Override
  public ListQuery query() {
    return query;
  }

  @Override
  public Instant takenAt() {
    return taken.startedAt();
  }

  @Override
  public int pages() {
    return taken.pages();
  }

  @Override
  public boolean isWorth(int pages) {
    return true;
  }

  @Override
  public void take(RefreshedList.Listing listing) {
    taken = new Taken(listing.startedAt().at(), ListQuery.pages(listing.ids().size()));
    unmanaged.update(listing.ids());
    expected
        .get()
        .filter(key -> !listing.ids().contains(key.id()))
        .forEach(key -> onMissing.accept(key, listing.startedAt()));
  }
}
