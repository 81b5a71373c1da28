package io.ecsoperator.localecs.faults;

import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.sdkschema.quota.QuotaCategory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * The request quotas of AWS: a token bucket for each category, account and region, shared by all
 * callers. Buckets fill in wall time, whatever the speed of the world's clock. Safe for use by many
 * threads.
 */
public final class Quotas {
  private final InstantSource wallClock;
  private final Map<Key, Bucket> buckets = new HashMap<>();
  private boolean on;

  private record Key(Scope scope, QuotaCategory category) {}

  private record Bucket(double tokens, Instant at) {}

  /**
   * @param on whether quotas are enforced from the start
   */
  public Quotas(boolean on, InstantSource wallClock) {
    this.on = on;
    this.wallClock = wallClock;
  }

  public synchronized boolean areOn() {
    return on;
  }

  /** Enforces the quotas, starting with full buckets, or stops enforcing them. */
  public synchronized void set(boolean inForce) {
    on = inForce;
    buckets.clear();
  }

  /** Takes a token for a call; false when there is none and AWS would throttle it. */
  public synchronized boolean admit(Scope scope, String operation) {
    QuotaCategory category = QuotaCategory.of(operation);
    return !on || !category.isPublished() || take(scope, category);
  }

  private boolean take(Scope scope, QuotaCategory category) {
    Instant now = wallClock.instant();
    double tokens = tokens(scope, category, now);
    boolean admitted = tokens >= 1;
    buckets.put(new Key(scope, category), new Bucket(admitted ? tokens - 1 : tokens, now));
    return admitted;
  }

  private double tokens(Scope scope, QuotaCategory category, Instant now) {
    Bucket bucket = buckets.get(new Key(scope, category));
    if (bucket == null) {
      return category.burst();
    }
    double seconds = Math.max(0, Duration.between(bucket.at(), now).toNanos() / 1e9);
    return Math.min(category.burst(), bucket.tokens() + seconds * category.perSecond());
  }
}
