package io.ecsoperator.localecs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A Python environment with pinned packages, created with venv and pip if it does not exist. */
final class PythonEnvironment {
  private final Path folder;

  /** What a program printed, and how it ended. */
  record Outcome(int exitCode, String output) {}

  private PythonEnvironment(Path folder) {
    this.folder = folder;
  }

  /**
   * Opens the environment in {@code folder}, and makes it where it has not exactly these packages.
   *
   * @param requirements in pip's format, every version pinned
   * @throws IllegalStateException where there is no Python with venv and pip, or a package cannot
   *     be had; says what to do
   */
  static PythonEnvironment in(Path folder, Path requirements) throws IOException {
    PythonEnvironment environment = new PythonEnvironment(folder.toAbsolutePath());
    // Written last, so that an installation that was cut short is done again.
    Path installed = environment.folder.resolve("installed.txt");
    String wanted = Files.readString(requirements);
    if (!Files.exists(installed) || !Files.readString(installed).equals(wanted)) {
      environment.create();
      environment.install(requirements);
      Files.writeString(installed, wanted);
    }
    return environment;
  }

  private void create() throws IOException {
    String need =
        "The tests with boto3 need Python 3 with venv and pip; on Debian and Ubuntu:"
            + " apt-get install python3 python3-venv";
    try {
      require(need, execute(List.of("python3", "-m", "venv", "--clear", folder.toString())));
    } catch (IOException e) {
      throw new IllegalStateException(need, e);
    }
  }

  private void install(Path requirements) throws IOException {
    require(
        "pip could not install " + requirements,
        run(
            Path.of("").toAbsolutePath(),
            Map.of("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
            List.of("-m", "pip", "install", "--quiet", "--requirement", requirements.toString())));
  }

  private static void require(String what, Outcome outcome) {
    if (outcome.exitCode() != 0) {
      throw new IllegalStateException(what + "\n" + outcome.output());
    }
  }

  /** Runs {@code python} with these arguments until it ends. */
  Outcome run(Path workingFolder, Map<String, String> variables, List<String> arguments)
      throws IOException {
    return execute(
        workingFolder,
        variables,
        Stream.concat(
                Stream.of(folder.resolve("bin").resolve("python").toString()), arguments.stream())
            .toList());
  }

  private static Outcome execute(List<String> command) throws IOException {
    return execute(Path.of("").toAbsolutePath(), Map.of(), command);
  }

  private static Outcome execute(
      Path workingFolder, Map<String, String> variables, List<String> command) throws IOException {
    ProcessBuilder program =
        new ProcessBuilder(command).directory(workingFolder.toFile()).redirectErrorStream(true);
    // The tests must not use the AWS settings of the machine.
    program.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    program.environment().putAll(variables);
    Process process = program.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes());
    return new Outcome(process.onExit().join().exitValue(), output);
  }
}
