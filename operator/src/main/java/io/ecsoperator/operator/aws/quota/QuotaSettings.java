package io.ecsoperator.operator.aws.quota;

import io.ecsoperator.sdkschema.quota.QuotaCategory;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The part of AWS's request quotas that this operator uses.
 *
 * @param enforced true if calls wait for quota
 * @param sharePercent the share of the published quotas, from 1 to 100; other clients in the
 *     account need the rest
 * @param overrides quotas that replace the share of a category
 */
public record QuotaSettings(
    boolean enforced, int sharePercent, Map<QuotaCategory, Quota> overrides) {
  public static final int DEFAULT_SHARE_PERCENT = 80;

  /**
   * @throws IllegalArgumentException if the share is not a percentage
   */
  public QuotaSettings {
    if (sharePercent < 1 || sharePercent > 100) {
      throw new IllegalArgumentException("--quota-share must be between 1 and 100");
    }
    overrides = Map.copyOf(overrides);
  }

  /** Sends every call at once; for an endpoint without quotas. */
  public static QuotaSettings off() {
    return new QuotaSettings(false, DEFAULT_SHARE_PERCENT, Map.of());
  }

  public static QuotaSettings share(int percent) {
    return new QuotaSettings(true, percent, Map.of());
  }

  /** The categories whose calls wait for quota. */
  Set<QuotaCategory> categories() {
    return enforced ? EnumSet.allOf(QuotaCategory.class) : EnumSet.noneOf(QuotaCategory.class);
  }

  Quota of(QuotaCategory category) {
    Quota override = overrides.get(category);
    return override == null ? Quota.published(category).percent(sharePercent) : override;
  }
}
