package io.ecsoperator.operator.aws.quota;

import io.ecsoperator.sdkschema.quota.QuotaCategory;
import java.math.BigDecimal;

/**
 * How many calls of a category there may be: a bucket of tokens, one for each call.
 *
 * @param burst what the bucket holds, at least 1
 * @param perSecond the tokens that come back in a second, more than 0
 */
public record Quota(double burst, double perSecond) {

  /**
   * @throws IllegalArgumentException for a bucket from which no call could ever be made
   */
  public Quota {
    if (!(burst >= 1) || Double.isInfinite(burst)) {
      throw new IllegalArgumentException("the burst of a quota must be at least 1");
    }
    if (!(perSecond > 0) || Double.isInfinite(perSecond)) {
      throw new IllegalArgumentException("the refill of a quota must be more than 0 a second");
    }
  }

  /** The quota that AWS publishes for a category. */
  static Quota published(QuotaCategory category) {
    return new Quota(category.burst(), category.perSecond());
  }

  /** So many hundredths of both; a burst of 1 is always left. */
  Quota percent(int share) {
    return new Quota(Math.max(1, burst * share / 100), perSecond * share / 100);
  }

  /** Burst and refill per second, as {@code 20/1}. */
  @Override
  public String toString() {
    return plain(burst) + "/" + plain(perSecond);
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
