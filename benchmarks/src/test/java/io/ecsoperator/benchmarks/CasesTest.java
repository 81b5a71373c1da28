package io.ecsoperator.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CasesTest {
  @Test
  void everyCaseHasAUniqueName() {
    assertThat(Cases.all()).extracting(BenchmarkCase::name).doesNotHaveDuplicates();
  }

  @Test
  void everyCaseHasMarkersInThePage() throws IOException {
    Page page = new Page(Path.of("../docs/benchmarks.md"));
    for (BenchmarkCase one : Cases.all()) {
      assertThat(page.hasMarkersFor(one.name())).as(one.name()).isTrue();
    }
  }

  @Test
  void casesAreChosenByTheStartOfTheirNames() {
    assertThat(Cases.startingWith("local-ecs"))
        .extracting(BenchmarkCase::name)
        .contains("local-ecs-world", "local-ecs-start");
    assertThat(Cases.startingWith("local-ecs-start")).hasSize(1);
    assertThat(Cases.startingWith("local")).isNotEmpty();
    assertThat(Cases.startingWith("loc")).isEmpty();
  }
}
