package io.ecsoperator.operator.aws.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.sdkschema.quota.QuotaCategory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** docs/quotas.md lists the quotas that are in the code. */
class QuotasPageTest {

  @ParameterizedTest
  @EnumSource(QuotaCategory.class)
  void thePageListsEveryCategoryWithItsQuotaAndCalls(QuotaCategory category) throws IOException {
    assertThat(Files.readAllLines(Path.of("..", "docs", "quotas.md")))
        .filteredOn(line -> line.startsWith("| `" + category + "` | " + Quota.published(category)))
        .singleElement()
        .satisfies(line -> assertThat(category.operations()).allMatch(line::contains));
  }
}
