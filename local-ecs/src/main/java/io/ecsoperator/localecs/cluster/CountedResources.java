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
 * What a cluster has of one kind, in the order of its keys, and counted: each member's share is
 * remembered as it was added, and taken away again when the member changes or goes, so that telling
 * the counts does not look at the members. Belongs to the world's thread.
 */
public final class CountedResources<T> {
  /** What one member adds to the counts, of which launch type. */
  public record Share(boolean isOnFargate, Counts counts) {}

  private final Function<T, Share> shareOf;
  private final SortedMap<String, T> members = new TreeMap<>();
  private final Map<String, Share> shares = new HashMap<>();
  private Counts onFargate = Counts.NONE;
  private Counts onEc2 = Counts.NONE;

  /**
   * @param shareOf what a member adds to the counts; a member for which the answer changes has to
   *     be put again
   */
  public CountedResources(Function<T, Share> shareOf) {
    this.shareOf = shareOf;
  }

  /** Adds a member, or one that has changed, in place of the one that had the key. */
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

  /** All members, by key; a view that follows what comes and goes. */
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
