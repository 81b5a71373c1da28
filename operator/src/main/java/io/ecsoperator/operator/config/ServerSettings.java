package io.ecsoperator.operator.config;

import java.util.Optional;

/**
 * The addresses of the HTTP servers.
 *
 * @param metricsPort the port of {@code /metrics}; 0 for any free port
 * @param healthPort the port of {@code /healthz} and {@code /readyz}; 0 for any free port
 * @param query the query API; empty if it is off
 */
public record ServerSettings(
    String host, int metricsPort, int healthPort, Optional<QuerySettings> query) {
  private static final int MAX_PORT = 65_535;

  public ServerSettings {
    requirePort("--metrics-port", metricsPort);
    requirePort("--health-port", healthPort);
  }

  static void requirePort(String option, int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException(option + " must be between 0 and " + MAX_PORT);
    }
  }
}
