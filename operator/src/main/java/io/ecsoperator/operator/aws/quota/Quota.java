package io.ecsoperator.operator.aws.quota;

import io.ecsoperator.sdkschema.quota.QuotaCategory;
import java.math.BigDecimal;

/**
 * The limit of the calls of a category, as a bucket of tokens of which each call takes one.
 *
 * @param burst the capacity of the bucket, at least 1
 * @param perSecond the tokens that are refilled per second, more than 0
 */
public record Quota(double burst, double perSecond) {

  /**
   * @throws IllegalArgumentException for a bucket that never has a token, or no limit
   */
  public Quota {
    if (!(burst >= 1) || Double.isInfinite(burst)) {
      throw new IllegalArgumentException("the burst of a quota must be at least 1");
    }
    if (!(perSecond > 0) || Double.isInfinite(perSecond)) {
      throw new IllegalArgumentException("the refill of a quota must be more than 0 per second");
    }
  }

  /** The quota that AWS publishes for a category. */
  static Quota published(QuotaCategory category) {
    return new Quota(category.burst(), category.perSecond());
  }

  /** Returns this share of burst and refill; the burst is at least 1. */
  Quota percent(int share) {
    return new Quota(Math.max(1, burst * share / 100), perSecond * share / 100);
  }

  /** Burst and refill per second, for example {@code 20/1}. */
  @Override
  public String toString() {
    return plain(burst) + "/" + plain(perSecond);
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
