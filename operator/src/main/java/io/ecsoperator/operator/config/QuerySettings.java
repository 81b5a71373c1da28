package io.ecsoperator.operator.config;

/**
 * The query API.
 *
 * @param port 0 for any free port
 * @param allClusters whether it has all clusters of the account, or only those that objects use
 */
public record QuerySettings(int port, boolean allClusters) {
  public QuerySettings {
    ServerSettings.requirePort("--query-port", port);
  }
}
