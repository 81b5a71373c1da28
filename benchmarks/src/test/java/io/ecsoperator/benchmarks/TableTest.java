package io.ecsoperator.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    assertThat(new Table("what", "n").row("a", "1,000").row("longer", "2"))
        .hasToString(
            """
            | what   | n     |
            |--------|-------|
            | a      | 1,000 |
            | longer | 2     |
            """);
  }

  @Test
  void aRowOfAnotherLengthIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Table("what", "n").row("a"));
  }
}
