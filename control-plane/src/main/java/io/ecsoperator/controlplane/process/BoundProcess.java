package io.ecsoperator.controlplane.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A process that does not outlive this JVM, whether the JVM exits, is interrupted or is killed.
 *
 * <p>A shell is the parent of the process and a child of the JVM. It holds one end of a pipe; only
 * the JVM has the other end. When the pipe closes, the shell kills the process and deletes its
 * working folder. No timer and no file with a process id takes part, so none can be late or stale.
 */
public final class BoundProcess implements AutoCloseable {

  /** The arguments are the folder to delete, then the command. */
  private static final String KEEPER =
      """
      folder=$1; shift
      # Ctrl-C must reach the JVM alone, which then ends its processes in order.
      trap '' INT HUP
      closing=
      trap 'closing=yes' USR1
      exec 3<&0
      own_session=$(command -v setsid)
      $own_session "$@" </dev/null 3<&- &
      child=$!
      {
        read -r _ <&3
        kill -USR1 $$
        kill -KILL "-$child" || kill -KILL "$child"
      } >/dev/null 2>&1 &
      watch=$!
      wait "$child"
      status=$?
      if [ -n "$closing" ]; then
        wait "$child"
        # Other processes that end now may still write there.
        for _ in 1 2 3 4 5; do
          /bin/rm -rf "$folder" && break
          sleep 0.2
        done 2>/dev/null
      else
        kill -KILL "$watch"
      fi
      exit "$status"
      """;

  private static final Duration POLL = Duration.ofMillis(5);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

  private final String name;
  private final String program;
  private final Path log;
  private final Process keeper;

  private BoundProcess(String name, String program, Path log, Process keeper) {
    this.name = name;
    this.program = program;
    this.log = log;
    this.keeper = keeper;
  }

  /**
   * Starts {@code command} in {@code folder}, with its output in {@code <name>.log} there. The
   * folder is deleted when the process is closed or the JVM ends, not when the process itself does.
   *
   * @param variables all environment variables of the process
   */
  public static BoundProcess start(
      String name, List<String> command, Map<String, String> variables, Path folder)
      throws IOException {
    Path log = folder.resolve(name + ".log");
    return start(name, command, variables, folder, Redirect.to(log.toFile()));
  }

  /** Like {@link #start}, but the process writes to this JVM's standard output and error. */
  public static BoundProcess startWithInheritedOutput(
      String name, List<String> command, Map<String, String> variables, Path folder)
      throws IOException {
    return start(name, command, variables, folder, Redirect.INHERIT);
  }

  private static BoundProcess start(
      String name,
      List<String> command,
      Map<String, String> variables,
      Path folder,
      Redirect output)
      throws IOException {
    var wrapped =
        new ArrayList<>(List.of("/bin/sh", "-c", KEEPER, "keep-" + name, folder.toString()));
    wrapped.addAll(command);
    var builder = new ProcessBuilder(wrapped).directory(folder.toFile()).redirectOutput(output);
    if (output == Redirect.INHERIT) {
      builder.redirectError(output);
    } else {
      builder.redirectErrorStream(true);
    }
    builder.environment().clear();
    builder.environment().putAll(variables);
    String program = Path.of(command.getFirst()).getFileName().toString();
    return new BoundProcess(name, program, folder.resolve(name + ".log"), builder.start());
  }

  public String name() {
    return name;
  }

  public boolean isAlive() {
    return keeper.isAlive();
  }

  /**
   * Checks that the process runs.
   *
   * @throws ProcessException if it has ended, with the end of its log
   */
  public void requireAlive() {
    if (!isAlive()) {
      throw new ProcessException(name + " ended by itself" + introducedTail());
    }
  }

  /**
   * The process itself, to measure or to signal it.
   *
   * @throws ProcessException if it has ended
   */
  public ProcessHandle handle() {
    return keeper
        .descendants()
        .filter(
            process ->
                process.info().command().filter(path -> path.endsWith("/" + program)).isPresent())
        .findFirst()
        .orElseThrow(() -> new ProcessException(name + " does not run" + introducedTail()));
  }

  /** The exit code, or the shell's 128 + signal; -1 if the process still runs at the limit. */
  public int waitFor(Duration limit) throws InterruptedException {
    return keeper.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) ? keeper.exitValue() : -1;
  }

  /**
   * Waits until its log has {@code line}.
   *
   * @throws ProcessException if the process ends before, or does not write the line in time
   */
  public MatchResult await(Pattern line, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      var found = line.matcher(output());
      if (found.find()) {
        return found.toMatchResult();
      }
      requireAlive();
      if (System.nanoTime() > end) {
        throw new ProcessException(
            "%s is not up after %d s%s".formatted(name, limit.toSeconds(), introducedTail()));
      }
      Thread.sleep(POLL);
    }
  }

  /** The last lines that the process wrote, for an error message. */
  public String tail() {
    return LogTail.of(output());
  }

  /** The last lines that the process wrote, after a line that introduces them. */
  public String introducedTail() {
    return "\nThe end of the log of " + name + ":" + tail();
  }

  /** The content of its log so far; empty if it writes to this JVM's output. */
  public String output() {
    try {
      return Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException("The log of " + name + " cannot be read", e);
    }
  }

  /** Sends SIGTERM, waits until the process has ended, at most for {@code limit}, and closes it. */
  public void stop(Duration limit) throws InterruptedException {
    handle().destroy();
    waitFor(limit);
    close();
  }

  /** Sends SIGKILL and returns at once, without deleting the folder. */
  public void kill() {
    handle().destroyForcibly();
  }

  /** Ends the process without waiting for it. */
  public void release() {
    try {
      keeper.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be ended", e);
    }
  }

  /**
   * Ends the process and waits until it has ended, which takes milliseconds, even if interrupted.
   */
  @Override
  public void close() {
    release();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (waitFor(CLOSE_LIMIT) == -1) {
            throw new IllegalStateException(name + " does not end");
          }
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
