package io.ecsoperator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** Entries of {@code ignoreFields} of any content. */
class FuzzedPathTest {

  @Property(tries = 3000)
  void aTextIsAPathThatReadsBackTheSameOrIsRefused(
      @ForAll
          @StringLength(max = 40)
          @CharRange(from = 'A', to = ']')
          @CharRange(from = '.', to = '.')
          String text) {
    try {
      FieldPath path = FieldPath.parse(text);
      assertThat(FieldPath.parse(path.toString())).isEqualTo(path);
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageContaining("is not a field path");
    }
  }

  @Test
  void aPathOfThirtyThousandStepsIsRead() {
    assertThat(FieldPath.parse("a" + ".a".repeat(30_000)).steps()).hasSize(30_001);
  }
}
