package io.ecsoperator.e2e.demo;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the person sees. */
sealed interface Screen permits LiveScreen, PlainScreen {

  /** Tells a step of the demo, with the time since its start. */
  void say(String step);

  /** Puts a text there as it is. */
  void print(String text);

  /** Shows the objects as they are now. */
  void show(List<Row> rows);

  /**
   * A table that is redrawn in place where there is a terminal that can do it, else lines.
   *
   * @param terminal its size; empty where the output goes elsewhere
   * @param variables TERM and NO_COLOR count
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

  /** The time and what happened then. */
  static String stamped(Stopwatch sinceStart, String what) {
    return "%8s  %s".formatted(Stopwatch.seconds(sinceStart.elapsed()), what);
  }
}
