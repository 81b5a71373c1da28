package io.ecsoperator.operator.aws.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.sdkschema.quota.QuotaCategory;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuotaSettingsTest {

  @Test
  void theShareAppliesToBurstAndRefill() {
    QuotaSettings settings = QuotaSettings.share(80);

    assertThat(settings.of(QuotaCategory.TASK_DEFINITION_MODIFY)).isEqualTo(new Quota(16, 0.8));
    assertThat(settings.of(QuotaCategory.SERVICE_READ)).isEqualTo(new Quota(80, 16));
  }

  @Test
  void theBurstIsAtLeastOne() {
    assertThat(QuotaSettings.share(1).of(QuotaCategory.TASK_DEFINITION_DELETE))
        .isEqualTo(new Quota(1, 0.01));
  }

  @Test
  void anOverrideReplacesTheShare() {
    QuotaSettings settings =
        new QuotaSettings(true, 50, Map.of(QuotaCategory.SERVICE_MODIFY, new Quota(200, 20)));

    assertThat(settings.of(QuotaCategory.SERVICE_MODIFY)).isEqualTo(new Quota(200, 20));
    assertThat(settings.of(QuotaCategory.TAG_READ)).isEqualTo(new Quota(25, 10));
  }
}
