package io.ecsoperator.benchmarks.operator;

import io.ecsoperator.benchmarks.Stopwatch;
import io.ecsoperator.e2e.process.BoundProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** One of the project's programs in a JVM of its own, which ends with this one. */
final class JavaProgram implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(1);

  private final BoundProcess process;
  private final ProcessHandle handle;
  private final MatchResult greeting;

  private JavaProgram(BoundProcess process, ProcessHandle handle, MatchResult greeting) {
    this.process = process;
    this.handle = handle;
    this.greeting = greeting;
  }

  /**
   * Starts it, and waits until it is up.
   *
   * @param arguments of {@code java}
   * @param folder its working folder, with its log; deleted with the process
   * @param greeting what it writes when it is up
   */
  static JavaProgram start(
      String name,
      List<String> arguments,
      Map<String, String> variables,
      Path folder,
      Pattern greeting)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.io.tmpdir=" + folder);
    command.addAll(arguments);
    BoundProcess process =
        BoundProcess.start(name, command, variables, Files.createDirectory(folder));
    Stopwatch waiting = Stopwatch.start();
    while (true) {
      var found = greeting.matcher(process.output());
      if (found.find()) {
        return new JavaProgram(
            process, process.handle("java").orElseThrow(), found.toMatchResult());
      }
      if (!process.isAlive() || waiting.seconds() > START_LIMIT.toSeconds()) {
        String end = process.tail();
        process.close();
        throw new IOException(name + " does not start:" + end);
      }
      Thread.sleep(POLL);
    }
  }

  /** What it wrote when it was up. */
  MatchResult greeting() {
    return greeting;
  }

  /** What it costs, so far and now. */
  ProcessUsage usage() throws IOException {
    return ProcessUsage.of(handle.pid());
  }

  /** The end of its log. */
  String tail() {
    return process.tail();
  }

  /** Asks it to end, and waits until it has. */
  void stop() throws InterruptedException {
    handle.destroy();
    process.waitFor(STOP_LIMIT);
    close();
  }

  /** Ends it as a power cut would; returns at once. */
  void kill() {
    handle.destroyForcibly();
  }

  @Override
  public void close() {
    process.close();
  }
}
