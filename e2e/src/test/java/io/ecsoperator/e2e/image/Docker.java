package io.ecsoperator.e2e.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The docker command. Its daemon is the one of the environment. */
final class Docker {
  private static final long LIMIT_SECONDS = 120;

  private Docker() {}

  record Result(int exitCode, String output) {}

  /** Runs a command of docker that must succeed, and returns its output. */
  static String run(String... arguments) {
    Result result = tryToRun(List.of(arguments));
    if (result.exitCode() != 0) {
      throw new AssertionError("docker " + String.join(" ", arguments) + ": " + result.output());
    }
    return result.output().strip();
  }

  static Result tryToRun(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(arguments);
    try {
      Path output = Files.createTempFile("docker-", ".txt");
      try {
        File file = output.toFile();
        Process process =
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(file).start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError("docker does not end: " + arguments);
        }
        return new Result(process.exitValue(), Files.readString(output));
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The names in an archive that a command of docker writes. */
  static List<String> list(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    try {
      List<Process> pipeline =
          ProcessBuilder.startPipeline(
              List.of(
                  new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT),
                  new ProcessBuilder("tar", "-t").redirectError(ProcessBuilder.Redirect.INHERIT)));
      try (var names = pipeline.getLast().inputReader()) {
        return names.lines().toList();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What docker knows about a container or an image. */
  static JsonNode inspect(String object) {
    try {
      return new ObjectMapper().readTree(run("inspect", object)).required(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
