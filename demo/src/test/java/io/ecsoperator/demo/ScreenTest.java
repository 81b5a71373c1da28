package io.ecsoperator.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScreenTest {
  private static final Optional<TerminalSize> TERMINAL = Optional.of(new TerminalSize(24, 80));
  private static final Map<String, String> XTERM = Map.of("TERM", "xterm-256color");

  private final SettableClock clock = new SettableClock();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private final Row cluster = Examples.row(Examples.ready("EcsCluster", "demo"), 800);
  private final Row service = Examples.row(Examples.underWay("EcsService", "web", "0/2."), 900);

  private Screen screen(Optional<TerminalSize> terminal, Map<String, String> variables) {
    return Screen.of(
        new PrintStream(bytes, true, StandardCharsets.UTF_8),
        terminal,
        variables,
        Stopwatch.start(clock));
  }

  /** The output since the last call. */
  private String written() {
    String text = bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    bytes.reset();
    return text;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "dumb"})
  void aSimpleTerminalGetsLines(String type) {
    screen(TERMINAL, Map.of("TERM", type)).show(List.of(cluster));

    assertThat(written()).contains("EcsCluster/demo").doesNotContain("\033");
  }

  @Test
  void outputThatIsNoTerminalGetsLines() {
    screen(Optional.empty(), XTERM).show(List.of(cluster));

    assertThat(written()).contains("EcsCluster/demo").doesNotContain("\033");
  }

  @Test
  void aTerminalGetsColourUnlessNoColorIsSet() {
    screen(TERMINAL, XTERM).show(List.of(cluster));
    assertThat(written()).contains("\033[32m");

    screen(TERMINAL, Map.of("TERM", "xterm", "NO_COLOR", "1")).show(List.of(cluster));
    assertThat(written()).contains("True").doesNotContainPattern("\033\\[\\d+m");
  }

  @Test
  void linesAreAppendedOnlyForObjectsThatChanged() {
    Screen screen = screen(Optional.empty(), XTERM);
    screen.show(List.of(cluster, service));
    assertThat(written().lines()).hasSize(2);

    clock.advance(Duration.ofMillis(6_200));
    Row later = Examples.row(Examples.ready("EcsService", "web"), 7_100);
    screen.show(List.of(Examples.row(cluster.object(), 9_000), later));

    assertThat(written())
        .isEqualTo(
            "   6.2 s  EcsService/web             Ready=True     Reconciled  As the spec asks.\n");
  }

  @Test
  void aDeletedObjectGetsALine() {
    Screen screen = screen(Optional.empty(), XTERM);
    screen.show(List.of(cluster, service));
    written();

    screen.show(List.of(cluster));

    assertThat(written()).isEqualTo("   0.0 s  EcsService/web             deleted\n");
  }

  @Test
  void theTableIsRedrawnInPlaceAndOnlyIfItChanged() {
    Screen screen = screen(TERMINAL, XTERM);
    screen.show(List.of(cluster, service));
    assertThat(written()).doesNotContain("A\r");

    screen.show(List.of(cluster, service));
    assertThat(written()).isEmpty();

    screen.show(List.of(cluster));
    assertThat(written()).contains("\033[3A\r");
  }

  @Test
  void theTableIsDrawnBelowPrintedText() {
    Screen screen = screen(TERMINAL, XTERM);
    screen.show(List.of(cluster, service));
    screen.print("All are Ready.");
    written();

    screen.show(List.of(cluster, service));

    assertThat(written()).contains("EcsCluster").doesNotContain("A\r");
  }

  @Test
  void theTableStaysWithinTheWindow() {
    Screen screen = screen(Optional.of(new TerminalSize(10, 80)), XTERM);

    screen.show(
        IntStream.range(0, 30)
            .mapToObj(i -> Examples.row(Examples.ready("EcsTask", "task-" + i), 0))
            .toList());

    assertThat(written())
        .contains("task-6", "... and 23 more")
        .doesNotContain("task-7")
        .matches(text -> text.lines().filter(line -> line.contains("\033[K")).count() == 9);
  }
}
