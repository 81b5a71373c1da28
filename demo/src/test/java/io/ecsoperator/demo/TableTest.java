package io.ecsoperator.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.demo.ObjectState.Readiness;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final List<Row> ROWS =
      List.of(
          Examples.row(Examples.ready("EcsCluster", "demo"), 840),
          Examples.row(
              Examples.underWay("EcsService", "web", "0/2 tasks running,\n  2 pending."), 12_340));

  @Test
  void laysOutObjectsInColumns() {
    assertThat(new Table(120, Style.MONOCHROME).lines(ROWS))
        .containsExactly(
            "KIND        NAME  READY  STATUS      DETAIL     TIME    MESSAGE",
            "EcsCluster  demo  True   Reconciled             0.8 s   As the spec asks.",
            "EcsService  web   False  RollingOut  0/2 web:1  12.3 s  0/2 tasks running, 2 pending.");
  }

  @Test
  void shortensTheMessageToFit() {
    assertThat(new Table(70, Style.MONOCHROME).lines(ROWS))
        .endsWith("EcsService  web   False  RollingOut  0/2 web:1  12.3 s  0/2 tasks r...");
  }

  @Property
  void noLineIsWiderThanTheTerminal(@ForAll @IntRange(min = 1, max = 130) int columns) {
    assertThat(new Table(columns, Style.MONOCHROME).lines(ROWS))
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
  }

  @Property
  void colourTakesNoWidth(@ForAll @IntRange(min = 1, max = 130) int columns) {
    List<String> plain = new Table(columns, Style.MONOCHROME).lines(ROWS);

    assertThat(new Table(columns, Style.COLOUR).lines(ROWS))
        .map(line -> line.replaceAll("\033\\[\\d+m", "").stripTrailing())
        .isEqualTo(plain);
  }

  @Test
  void aMessageWithEscapeSequencesDoesNotSteerTheTerminal() {
    Row attack =
        Examples.row(
            Examples.underWay("EcsService", "web", "a\033[2J\r\nb\u009b1Ac\u202ed\u2028e\007f"), 0);

    assertThat(new Table(120, Style.MONOCHROME).lines(List.of(attack)))
        .hasSize(2)
        .last()
        .asString()
        .endsWith("a [2J b 1Ac d e f");
  }

  @Test
  void coloursByReadiness() {
    assertThat(coloured(Readiness.READY)).contains("\033[32mTrue");
    assertThat(coloured(Readiness.UNDER_WAY)).contains("\033[33mFalse");
    assertThat(coloured(Readiness.STALLED)).contains("\033[31mFalse");
    assertThat(coloured(Readiness.UNKNOWN)).contains("\033[33mUnknown");
  }

  private static String coloured(Readiness readiness) {
    var object = new ObjectState("EcsTask", "migrate", readiness, "Reason", "", "");
    return new Table(120, Style.COLOUR).lines(List.of(new Row(object, Duration.ZERO))).getLast();
  }

  @Test
  void columnsDoNotShrinkWhenTheTableIsRedrawn() {
    var table = new Table(120, Style.MONOCHROME);
    String before = table.lines(ROWS).getFirst();

    assertThat(table.lines(ROWS.subList(0, 1)).getFirst()).isEqualTo(before);
  }

  @Test
  void saysThatThereAreNoObjects() {
    assertThat(new Table(120, Style.MONOCHROME).lines(List.of()))
        .containsExactly("There are no objects.");
  }
}
