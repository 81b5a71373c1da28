package io.ecsoperator.demo;

import io.ecsoperator.demo.Style.Ink;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays out objects in columns. A column keeps the width of its widest cell so far, so that the
 * redrawn table does not jump. The message is the last column and is shortened first.
 */
final class Table {
  private static final String GAP = "  ";
  private static final String CUT = "...";
  private static final List<String> TITLES =
      List.of("KIND", "NAME", "READY", "STATUS", "DETAIL", "TIME", "MESSAGE");

  private final int columns;
  private final Style style;

  /** Widths of all columns but the last, which is not padded. */
  private final int[] widths = new int[TITLES.size() - 1];

  /**
   * @param columns the width of the widest line
   */
  Table(int columns, Style style) {
    this.columns = columns;
    this.style = style;
  }

  private record Cell(String text, Ink ink) {}

  /** The heading and a line for each row. */
  List<String> lines(List<Row> rows) {
    if (rows.isEmpty()) {
      return List.of(style.paint(Ink.FAINT, fitting("There are no objects.", columns)));
    }
    List<List<Cell>> cells = new ArrayList<>();
    cells.add(heading());
    rows.forEach(row -> cells.add(cells(row)));
    for (int column = 0; column < widths.length; column++) {
      for (List<Cell> line : cells) {
        widths[column] = Math.max(widths[column], line.get(column).text().length());
      }
    }
    return cells.stream().map(this::line).toList();
  }

  private static List<Cell> heading() {
    return TITLES.stream().map(title -> new Cell(title, Ink.FAINT)).toList();
  }

  private static List<Cell> cells(Row row) {
    ObjectState object = row.object();
    Ink ink = ink(object.readiness());
    return List.of(
        new Cell(object.kind(), Ink.PLAIN),
        new Cell(object.name(), Ink.BOLD),
        new Cell(object.readiness().status, ink),
        new Cell(object.reason(), ink),
        new Cell(object.detail(), Ink.PLAIN),
        new Cell(Stopwatch.seconds(row.time()), Ink.PLAIN),
        new Cell(onOneLine(object.message()), Ink.FAINT));
  }

  private static Ink ink(ObjectState.Readiness readiness) {
    return switch (readiness) {
      case READY -> Ink.GREEN;
      case STALLED -> Ink.RED;
      case UNDER_WAY, UNKNOWN -> Ink.YELLOW;
    };
  }

  private static String onOneLine(String message) {
    return message.strip().replaceAll("\\s+", " ");
  }

  private String line(List<Cell> cells) {
    var line = new StringBuilder();
    int left = columns;
    for (int column = 0; column < cells.size() && left > 0; column++) {
      Cell cell = cells.get(column);
      String text =
          column < widths.length
              ? cell.text() + " ".repeat(widths[column] - cell.text().length()) + GAP
              : cell.text();
      String shown = fitting(text, left);
      line.append(style.paint(cell.ink(), shown));
      left -= shown.length();
    }
    return line.toString().stripTrailing();
  }

  private static String fitting(String text, int width) {
    if (text.stripTrailing().length() <= width) {
      return text.length() <= width ? text : text.stripTrailing();
    }
    return width <= CUT.length()
        ? CUT.substring(0, width)
        : text.substring(0, width - CUT.length()) + CUT;
  }
}
