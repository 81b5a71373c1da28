package io.ecsoperator.controlplane;

/** The result of a command that has ended. */
public record CommandResult(String command, int exitCode, String stdout, String stderr) {

  /**
   * The standard output of the command.
   *
   * @throws ControlPlaneException if it failed, with its output
   */
  public String orThrow() {
    if (exitCode != 0) {
      throw new ControlPlaneException(
          "`%s` exited with %d: %s%s".formatted(command, exitCode, stderr, stdout).strip());
    }
    return stdout;
  }
}
