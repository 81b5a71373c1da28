package io.ecsoperator.operator.aws.quota;

import io.ecsoperator.sdkschema.quota.QuotaCategory;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * How much of AWS's request quotas this operator uses.
 *
 * @param enforced whether calls wait for their turn at all
 * @param sharePercent how much of what AWS publishes, from 1 to 100; others in the account need the
 *     rest
 * @param overrides quotas that are used as they stand here, whatever the share
 */
public record QuotaSettings(
    boolean enforced, int sharePercent, Map<QuotaCategory, Quota> overrides) {
  public static final int DEFAULT_SHARE_PERCENT = 80;

  /**
   * @throws IllegalArgumentException for a share that is none
   */
  public QuotaSettings {
    if (sharePercent < 1 || sharePercent > 100) {
      throw new IllegalArgumentException("--quota-share must be between 1 and 100");
    }
    overrides = Map.copyOf(overrides);
  }

  /** Every call is made at once; for an endpoint without quotas. */
  public static QuotaSettings off() {
    return new QuotaSettings(false, DEFAULT_SHARE_PERCENT, Map.of());
  }

  public static QuotaSettings share(int percent) {
    return new QuotaSettings(true, percent, Map.of());
  }

  /** Those whose calls wait for their turn. */
  Set<QuotaCategory> categories() {
    return enforced ? EnumSet.allOf(QuotaCategory.class) : EnumSet.noneOf(QuotaCategory.class);
  }

  Quota of(QuotaCategory category) {
    Quota override = overrides.get(category);
    return override == null ? Quota.published(category).percent(sharePercent) : override;
  }
}
