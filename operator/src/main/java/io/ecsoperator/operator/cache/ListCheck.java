package io.ecsoperator.operator.cache;

import java.time.Instant;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A list by which it is told who is there that nobody asks for, and who is asked for and not there.
 */
final class ListCheck implements RefreshedList {
  private record Taken(Instant startedAt, int pages) {
    static final Taken NEVER = new Taken(Instant.MIN, 1);
  }

  private final ListQuery query;
  private final Supplier<Stream<ResourceKey>> wanted;
  private final UnmanagedResources unmanaged;
  private final BiConsumer<ResourceKey, LogicalTime> missing;
  private volatile Taken taken = Taken.NEVER;

  /**
   * @param wanted what somebody asks for and should be on the list
   * @param missing is told what a list, begun then, does not show although somebody asks for it
   */
  ListCheck(
      ListQuery query,
      Supplier<Stream<ResourceKey>> wanted,
      UnmanagedResources unmanaged,
      BiConsumer<ResourceKey, LogicalTime> missing) {
    this.query = query;
    this.wanted = wanted;
    this.unmanaged = unmanaged;
    this.missing = missing;
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
  public void take(Listing listing) {
    taken = new Taken(listing.startedAt().at(), ListQuery.pages(listing.ids().size()));
    unmanaged.among(listing.ids());
    wanted
        .get()
        .filter(one -> !listing.ids().contains(one.id()))
        .forEach(one -> missing.accept(one, listing.startedAt()));
  }
}
