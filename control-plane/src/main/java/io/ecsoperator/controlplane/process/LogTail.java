package io.ecsoperator.controlplane.process;

import java.util.List;
import java.util.stream.Collectors;

/** The last lines of a log, which usually have the reason of a failure. */
public final class LogTail {
  private static final int LINES = 15;

  private LogTail() {}

  /** The last lines, each on a new, indented line, so that they stand out in a list of reasons. */
  public static String of(String log) {
    List<String> lines = log.strip().lines().toList();
    return lines.stream()
        .skip(Math.max(0, lines.size() - LINES))
        .map(line -> "\n     " + line)
        .collect(Collectors.joining());
  }
}
