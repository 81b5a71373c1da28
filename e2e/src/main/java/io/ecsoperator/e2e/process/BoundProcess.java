package io.ecsoperator.e2e.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A process that does not outlive this JVM, whether that exits, is interrupted or is killed.
 *
 * <p>Between the JVM and the process stands a shell that holds one end of a pipe whose other end
 * only the JVM has. When the pipe closes, the shell kills the process and deletes its working
 * folder. No timer and no process id on disk takes part, so nothing can be missed or mistaken.
 */
public final class BoundProcess implements AutoCloseable {

  /** The arguments are the folder to delete, then the command. */
  private static final String KEEPER =
      """
      folder=$1; shift
      # Ctrl-C reaches the JVM alone: what it owns ends in the order in which it lets go.
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
        # Others that end now may still write there.
        for _ in 1 2 3 4 5; do
          /bin/rm -rf "$folder" && break
          sleep 0.2
        done 2>/dev/null
      else
        kill -KILL "$watch"
      fi
      exit "$status"
      """;

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

  private final String name;
  private final Path log;
  private final Process keeper;

  private BoundProcess(String name, Path log, Process keeper) {
    this.name = name;
    this.log = log;
    this.keeper = keeper;
  }

  /**
   * Starts {@code command} in {@code folder}, with its output in {@code <name>.log} there. The
   * folder is deleted when the process is closed or the JVM ends, not when the process itself does.
   */
  public static BoundProcess start(
      String name, List<String> command, Map<String, String> variables, Path folder)
      throws IOException {
    var wrapped =
        new ArrayList<>(List.of("/bin/sh", "-c", KEEPER, "keep-" + name, folder.toString()));
    wrapped.addAll(command);
    Path log = folder.resolve(name + ".log");
    var builder =
        new ProcessBuilder(wrapped)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(variables);
    return new BoundProcess(name, log, builder.start());
  }

  public String name() {
    return name;
  }

  public boolean isAlive() {
    return keeper.isAlive();
  }

  /**
   * The process itself, to measure or to signal it; empty where it has ended.
   *
   * @param program what it runs, such as {@code java}
   */
  public Optional<ProcessHandle> handle(String program) {
    return keeper
        .descendants()
        .filter(
            process ->
                process.info().command().filter(path -> path.endsWith("/" + program)).isPresent())
        .findFirst();
  }

  /** The exit code, or the shell's 128 + signal; -1 when the process still runs at the limit. */
  public int waitFor(Duration limit) throws InterruptedException {
    return keeper.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) ? keeper.exitValue() : -1;
  }

  /** The last lines that the process wrote, for an error message. */
  public String tail() {
    return LogTail.of(output());
  }

  /** What the process has written so far, to both of its streams. */
  public String output() {
    try {
      return Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException("The log of " + name + " cannot be read", e);
    }
  }

  /** Tells the process to end, without waiting for it. */
  public void release() {
    try {
      keeper.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be told to end", e);
    }
  }

  /** Ends the process and waits for that, which takes milliseconds, even when interrupted. */
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
