package io.ecsoperator.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
  @TempDir private Path folder;

  private static Result result(double value) {
    return new Result(
        "one",
        "something",
        List.of(),
        new Machine(2, 8, 0.25, "Linux amd64", "25"),
        LocalDate.of(2026, 1, 2),
        List.of(Measure.of("size", value, Unit.COUNT)));
  }

  private Path page(String text) throws IOException {
    return Files.writeString(folder.resolve("page.md"), text);
  }

  @Test
  void aResultReplacesThePreviousOneAndNothingElse() throws IOException {
    Path file = page("before\n<!-- benchmark one -->\n<!-- end of one -->\nafter\n");
    Page page = new Page(file);

    page.keep(result(1));
    page.keep(result(2));

    assertThat(file)
        .hasContent(
            "before\n<!-- benchmark one -->\n"
                + result(2).toMarkdown()
                + "<!-- end of one -->\nafter\n");
  }

  @Test
  void aPageWithoutMarkersIsLeftUnchangedAndTheErrorNamesThem() throws IOException {
    Path file = page("<!-- benchmark one -->\nno end\n");

    assertThatThrownBy(() -> new Page(file).keep(result(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("<!-- end of one -->");
    assertThat(file).hasContent("<!-- benchmark one -->\nno end\n");
  }
}
