package io.ecsoperator.sdkschema.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.sdkschema.SdkOperation;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;

class QuotaCategoryTest {

  @Test
  void everyListedOperationExistsInEcsAndIsInOneCategoryOnly() {
    assertThat(Arrays.stream(QuotaCategory.values()).flatMap(c -> c.operations().stream()))
        .doesNotHaveDuplicates()
        .isSubsetOf(SdkOperation.all(EcsClient.class).keySet());
  }

  @Test
  void anOperationWithoutAPublishedQuotaIsUnpublished() {
    assertThat(QuotaCategory.of("StopServiceDeployment")).isEqualTo(QuotaCategory.UNPUBLISHED);
  }
}
