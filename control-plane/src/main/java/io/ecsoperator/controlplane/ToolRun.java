package io.ecsoperator.controlplane;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs a command-line tool to its end.
 *
 * @param variables all environment variables of the command
 * @param limit how long one run may take
 */
record ToolRun(Path binary, Map<String, String> variables, Duration limit) {

  /**
   * Runs it with {@code input} on standard input.
   *
   * @throws ControlPlaneException if it does not end within the limit
   */
  CommandResult run(String input, String... arguments) {
    var command = new ArrayList<>(List.of(binary.toString()));
    command.addAll(List.of(arguments));
    String shown = binary.getFileName() + " " + String.join(" ", arguments);
    var builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(variables);
    try {
      Process process = builder.start();
      // Both streams are read concurrently: a full pipe would block the tool.
      var stdout = reading(process.getInputStream());
      var stderr = reading(process.getErrorStream());
      write(input, process);
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new ControlPlaneException(
            "`%s` did not end within %d s: %s%s"
                .formatted(shown, limit.toSeconds(), stderr.join(), stdout.join()));
      }
      return new CommandResult(shown, process.exitValue(), stdout.join(), stderr.join());
    } catch (IOException e) {
      throw new ControlPlaneException("`" + shown + "` could not be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ControlPlaneException("Interrupted while `" + shown + "` ran", e);
    }
  }

  private static void write(String input, Process process) {
    try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
      in.write(input);
    } catch (IOException e) {
      // The tool ended without reading all input; the result has its error message.
    }
  }

  /** Reads on an own thread: on the common pool it would block this JVM's HTTP clients. */
  private static CompletableFuture<String> reading(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> read(stream), task -> Thread.ofPlatform().daemon().name("tool-output").start(task));
  }

  private static String read(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
