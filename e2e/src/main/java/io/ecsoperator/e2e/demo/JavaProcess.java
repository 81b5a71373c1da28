package io.ecsoperator.e2e.demo;

import io.ecsoperator.e2e.process.BoundProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** One of the project's jars, run by the Java that runs the demo. It ends with this JVM. */
final class JavaProcess implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(20);

  private final BoundProcess process;
  private final InstantSource clock;

  private JavaProcess(BoundProcess process, InstantSource clock) {
    this.process = process;
    this.clock = clock;
  }

  /**
   * @param flags of the JVM
   * @param folder its working folder, with its log; deleted with the process
   * @throws DemoException if the jar is not there
   */
  static JavaProcess start(
      Path jar,
      List<String> flags,
      List<String> arguments,
      Map<String, String> variables,
      Path folder,
      InstantSource clock)
      throws IOException {
    if (!Files.exists(jar)) {
      throw new DemoException("there is no " + jar + ": `make build` makes it");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add("-Djava.io.tmpdir=" + folder);
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(arguments);
    String name = jar.getFileName().toString().replace(".jar", "");
    return new JavaProcess(BoundProcess.start(name, command, variables, folder), clock);
  }

  /**
   * Waits for a line of its log.
   *
   * @throws DemoException if the process ends before, or does not write it in time
   */
  MatchResult await(Pattern line, Duration limit) throws InterruptedException {
    var waiting = Stopwatch.start(clock);
    while (true) {
      var found = line.matcher(process.output());
      if (found.find()) {
        return found.toMatchResult();
      }
      requireAlive();
      if (waiting.elapsed().compareTo(limit) > 0) {
        throw new DemoException(
            "%s is not up after %d s%s".formatted(process.name(), limit.toSeconds(), logTail()));
      }
      Thread.sleep(POLL);
    }
  }

  /**
   * @throws DemoException if the process has ended
   */
  void requireAlive() {
    if (!process.isAlive()) {
      throw new DemoException(process.name() + " ended by itself" + logTail());
    }
  }

  /** The last lines that it wrote, introduced, on lines of their own. */
  String logTail() {
    return "\nThe end of the log of " + process.name() + ":" + process.tail();
  }

  @Override
  public void close() {
    process.close();
  }
}
