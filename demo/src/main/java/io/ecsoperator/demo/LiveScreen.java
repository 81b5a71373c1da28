package io.ecsoperator.demo;

import io.ecsoperator.demo.Style.Ink;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Redraws the table in place whenever it changes. */
final class LiveScreen implements Screen {
  private static final String ESCAPE = "\033[";
  private static final String ERASE_LINE_END = ESCAPE + "K";
  private static final String ERASE_BELOW = ESCAPE + "J";

  /** Makes a window that has become narrower cut lines instead of wrapping them. */
  private static final String WRAP_OFF = ESCAPE + "?7l";

  private static final String WRAP_ON = ESCAPE + "?7h";

  private final PrintStream out;
  private final TerminalSize size;
  private final Style style;
  private final Stopwatch sinceStart;
  private Table table;
  private List<String> drawn = List.of();

  LiveScreen(PrintStream out, TerminalSize size, Style style, Stopwatch sinceStart) {
    this.out = out;
    this.size = size;
    this.style = style;
    this.sinceStart = sinceStart;
    this.table = newTable();
  }

  private Table newTable() {
    return new Table(size.columns(), style);
  }

  @Override
  public void say(String step) {
    print(Screen.stamped(sinceStart, step));
  }

  @Override
  public void print(String text) {
    // The old table stays; the next one is drawn below the text.
    drawn = List.of();
    table = newTable();
    out.println(text);
    out.flush();
  }

  @Override
  public void show(List<Row> rows) {
    List<String> lines = withinWindow(table.lines(rows));
    if (lines.equals(drawn)) {
      return;
    }
    var frame = new StringBuilder(WRAP_OFF);
    frame.append(drawn.isEmpty() ? "\n" : ESCAPE + drawn.size() + "A\r");
    for (String line : lines) {
      frame.append(line).append(ERASE_LINE_END).append("\n");
    }
    frame.append(ERASE_BELOW).append(WRAP_ON);
    drawn = lines;
    // One write, so that the terminal never shows half a table.
    out.print(frame);
    out.flush();
  }

  /** Cuts the table to the window: the cursor cannot go above its first line. */
  private List<String> withinWindow(List<String> lines) {
    int most = Math.max(2, size.rows() - 1);
    if (lines.size() <= most) {
      return lines;
    }
    List<String> shown = new ArrayList<>(lines.subList(0, most - 1));
    shown.add(style.paint(Ink.FAINT, "... and %d more".formatted(lines.size() - shown.size())));
    return shown;
  }
}
