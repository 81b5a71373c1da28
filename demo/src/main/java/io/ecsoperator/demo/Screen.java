package io.ecsoperator.demo;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The output of the demo. */
sealed interface Screen permits LiveScreen, PlainScreen {

  /** Prints a step of the demo, with the time since its start. */
  void say(String step);

  /** Prints a text unchanged. */
  void print(String text);

  /** Shows the current objects. */
  void show(List<Row> rows);

  /**
   * A table that is redrawn in place if there is a terminal that can do it; otherwise lines.
   *
   * @param terminal its size; empty if the output is no terminal
   * @param variables the environment; TERM and NO_COLOR are used
   */
  static Screen of(
      PrintStream out,
      Optional<TerminalSize> terminal,
      Map<String, String> variables,
      Stopwatch sinceStart) {
    String type = variables.getOrDefault("TERM", "");
    return terminal
        .filter(_ -> !type.isEmpty() && !type.equals("dumb"))
        .<Screen>map(size -> new LiveScreen(out, size, Style.preferred(variables), sinceStart))
        .orElseGet(() -> new PlainScreen(out, sinceStart));
  }

  /** {@code what} after the time since the start. */
  static String stamped(Stopwatch sinceStart, String what) {
    return "%8s  %s".formatted(Stopwatch.seconds(sinceStart.elapsed()), what);
  }
}
