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
  private static final Path CONDITIONS = Path.of("..", "docs", "conditions.md");

  /** A row of a table whose first cell is one word in code style. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Za-z]+)` \\|");

  @Test
  void everyReasonIsDocumentedOnceAndEveryDocumentedReasonExists() throws IOException {
    String page = Files.readString(CONDITIONS);
    List<String> documented =
        found(ROW, page.substring(page.indexOf("## Reasons"), page.indexOf("## Events")));

    assertThat(documented).doesNotHaveDuplicates();
    assertThat(documented)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Reason.values()).map(Reason::toString).toList());
  }

  @Test
  void everyReasonOfAnEventIsDocumentedOnceAndEveryDocumentedOneExists() throws IOException {
    String page = Files.readString(CONDITIONS);

    assertThat(found(ROW, page.substring(page.indexOf("## Events"))))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(EventReason.values()).map(EventReason::toString).toList());
  }

  @Test
  void theTroubleshootingPageHasASectionForEveryReasonOfAStalledObject() throws IOException {
    String page = Files.readString(CONDITIONS);
    List<String> sections =
        found(
            Pattern.compile("(?m)^### ([A-Za-z]+)$"),
            Files.readString(CONDITIONS.resolveSibling("troubleshooting.md")));

    assertThat(sections)
        .doesNotHaveDuplicates()
        .allMatch(section -> Reason.of(section).isPresent())
        .containsAll(
            found(
                ROW,
                page.substring(page.indexOf("### Stalled"), page.indexOf("### Policies, pause"))));
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
  }

  @Test
  void aReasonIsFoundByItsWord() {
    for (Reason reason : Reason.values()) {
      assertThat(Reason.of(reason.toString())).contains(reason);
    }
    assertThat(Reason.of("OfTheFuture")).isEmpty();
  }
}
