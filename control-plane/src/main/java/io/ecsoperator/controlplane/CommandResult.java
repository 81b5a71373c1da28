package io.ecsoperator.controlplane;

/** What a command that ended left behind. */
public record CommandResult(String command, int exitCode, String stdout, String stderr) {

  /**
   * What the command printed.
   *
   * @throws ControlPlaneException if it failed, with what it said
   */
  public String orThrow() {
    if (exitCode != 0) {
      throw new ControlPlaneException(
          "`%s` exited with %d: %s%s".formatted(command, exitCode, stderr, stdout).strip());
    }
    return stdout;
  }
}
