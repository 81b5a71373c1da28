package io.ecsoperator.controlplane;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * kubectl for one control plane.
 *
 * @param binary the program
 * @param variables all environment variables of the command, KUBECONFIG among them
 * @param limit how long one call may take
 */
public record Kubectl(Path binary, Map<String, String> variables, Duration limit) {

  public Kubectl {
    variables = Map.copyOf(variables);
  }

  public Kubectl withLimit(Duration limit) {
    return new Kubectl(binary, variables, limit);
  }

  /** Runs {@code kubectl arguments...}; the result says whether it failed. */
  public CommandResult run(String... arguments) {
    return runWithInput("", arguments);
  }

  /**
   * Runs {@code kubectl arguments...} with {@code input} on standard input, as {@code -f -} reads.
   *
   * @throws ControlPlaneException if it does not end within the limit
   */
  public CommandResult runWithInput(String input, String... arguments) {
    return new ToolRun(binary, variables, limit).run(input, arguments);
  }
}
