package io.ecsoperator.benchmarks.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class JvmOptionsTest {
  @Test
  void theOperatorsFileHasOnlyFlags() throws IOException {
    assertThat(JvmOptions.of(Path.of("..")))
        .isNotEmpty()
        .allSatisfy(flag -> assertThat(flag).startsWith("-X").doesNotContain(" "));
  }
}
