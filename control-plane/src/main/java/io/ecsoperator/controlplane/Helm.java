package io.ecsoperator.controlplane;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Helm for one control plane.
 *
 * @param binary the program
 * @param variables all environment variables of the command, KUBECONFIG among them
 * @param limit how long one call may take
 */
public record Helm(Path binary, Map<String, String> variables, Duration limit) {

  public Helm {
    variables = Map.copyOf(variables);
  }

  /**
   * Runs {@code helm arguments...}; the result says whether it failed.
   *
   * @throws ControlPlaneException if it does not end within the limit
   */
  public CommandResult run(String... arguments) {
    return new ToolRun(binary, variables, limit).run("", arguments);
  }
}
