package io.ecsoperator.localecs.script;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Derives the end of a container from its command, for example {@code sh -c "echo hello; sleep 5;
 * exit 3"}, {@code sleep 10}, {@code true}, {@code false}. Steps are separated by {@code ;} or
 * {@code &&}. A command with any other step has no derived end.
 */
final class ShellCommand {
  private static final Set<String> SHELLS =
      Set.of("sh", "/bin/sh", "bash", "/bin/bash", "ash", "/bin/ash");

  /** The shortest run time of a command. */
  private static final Duration LEAST = Duration.ofSeconds(1);

  private ShellCommand() {}

  static Optional<ContainerScript> read(List<String> words) {
    if (words.isEmpty()) {
      return Optional.empty();
    }
    if (words.size() == 3 && SHELLS.contains(words.getFirst()) && words.get(1).equals("-c")) {
      return steps(words.get(2));
    }
    return steps(String.join(" ", words));
  }

  private static Optional<ContainerScript> steps(String line) {
    Duration time = Duration.ZERO;
    int exitCode = 0;
    for (String part : line.split(";|&&")) {
      String[] words = part.strip().split("\\s+");
      switch (words[0]) {
        case "echo", ":", "true" -> exitCode = 0;
        case "false" -> exitCode = 1;
        case "sleep" -> {
          Optional<Duration> pause = words.length == 2 ? seconds(words[1]) : Optional.empty();
          if (pause.isEmpty()) {
            return Optional.empty();
          }
          time = time.plus(pause.get());
          exitCode = 0;
        }
        case "exit" -> {
          if (words.length == 2 && words[1].matches("[0-9]{1,3}")) {
            exitCode = Integer.parseInt(words[1]);
          } else if (words.length != 1) {
            return Optional.empty();
          }
          return Optional.of(ContainerScript.ends(atLeast(time), exitCode));
        }
        default -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(ContainerScript.ends(atLeast(time), exitCode));
  }

  private static Optional<Duration> seconds(String word) {
    return word.matches("[0-9]{1,9}")
        ? Optional.of(Duration.ofSeconds(Long.parseLong(word)))
        : Optional.empty();
  }

  private static Duration atLeast(Duration time) {
    return time.compareTo(LEAST) < 0 ? LEAST : time;
  }
}
