package io.ecsoperator.localecs.cluster;

import io.ecsoperator.localecs.cluster.ClusterContents.Counts;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The resources of one kind in a cluster, sorted by key, with running counts. The share of each
 * resource is stored when it is added and subtracted when it changes or leaves, so that reading the
 * counts takes constant time. Belongs to the world's thread.
 */
public final class CountedResources<T> {
  /** What one resource adds to the counts, and for which launch type. */
  public record Share(boolean isOnFargate, Counts counts) {}

  private final Function<T, Share> shareOf;
  private final SortedMap<String, T> members = new TreeMap<>();
  private final Map<String, Share> shares = new HashMap<>();
  private Counts onFargate = Counts.NONE;
  private Counts onEc2 = Counts.NONE;

  /**
   * @param shareOf what a resource adds to the counts; callers put a resource again when this
   *     changes
   */
  public CountedResources(Function<T, Share> shareOf) {
    this.shareOf = shareOf;
  }

  /** Adds a resource, or replaces the one with the same key. */
  public void put(String key, T member) {
    members.put(key, member);
    Share share = shareOf.apply(member);
    Share before = shares.put(key, share);
    if (before != null) {
      add(before.isOnFargate(), before.counts().negated());
    }
    add(share.isOnFargate(), share.counts());
  }

  public void remove(String key) {
    members.remove(key);
    Share share = shares.remove(key);
    if (share != null) {
      add(share.isOnFargate(), share.counts().negated());
    }
  }

  private void add(boolean toFargate, Counts counts) {
    if (toFargate) {
      onFargate = onFargate.plus(counts);
    } else {
      onEc2 = onEc2.plus(counts);
    }
  }

  public Optional<T> find(String key) {
    return Optional.ofNullable(members.get(key));
  }

  /** All resources, sorted by key; a live view. */
  public Collection<T> all() {
    return Collections.unmodifiableCollection(members.values());
  }

  public Counts onFargate() {
    return onFargate;
  }

  public Counts onEc2() {
    return onEc2;
  }
}
