package io.ecsoperator.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReasonTest {
  /** A row of a table whose first cell is one word in code style. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Za-z]+)` \\|");

  @Test
  void everyReasonIsDocumentedOnceAndEveryDocumentedReasonExists() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "conditions.md"));
    String reasons = page.substring(page.indexOf("## Reasons"));
    List<String> documented =
        ROW.matcher(reasons).results().map((MatchResult row) -> row.group(1)).toList();

    assertThat(documented).doesNotHaveDuplicates();
    assertThat(documented)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Reason.values()).map(Reason::toString).toList());
  }

  @Test
  void aReasonIsFoundByItsWord() {
    for (Reason reason : Reason.values()) {
      assertThat(Reason.of(reason.toString())).contains(reason);
    }
    assertThat(Reason.of("OfTheFuture")).isEmpty();
  }
}
