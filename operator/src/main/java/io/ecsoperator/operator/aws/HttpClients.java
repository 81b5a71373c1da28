package io.ecsoperator.operator.aws;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;

/** The HTTP client under the AWS client. */
final class HttpClients {
  /** More than the operator has calls at once: a thread never waits for a connection. */
  private static final int CONNECTIONS = 128;

  /** As regular expressions over the host, in lower case. */
  private static final Set<String> LOOPBACK =
      Set.of("localhost", ".+\\.localhost", "127(\\.\\d+){3}", "\\[?(::1|0:0:0:0:0:0:0:1)]?");

  private HttpClients() {}

  static Apache5HttpClient.Builder apache() {
    return Apache5HttpClient.builder()
        .maxConnections(CONNECTIONS)
        .connectionTimeout(Duration.ofSeconds(3))
        .connectionAcquisitionTimeout(Duration.ofSeconds(5))
        .socketTimeout(Duration.ofSeconds(10))
        // Below the idle limit of AWS's load balancers: a connection that the other side is about
        // to close would make the outcome of a write ambiguous.
        .connectionMaxIdleTime(Duration.ofSeconds(20))
        .tcpKeepAlive(true)
        .proxyConfiguration(proxy());
  }

  /** The proxy of the environment, if any, but never for a loopback address. */
  private static ProxyConfiguration proxy() {
    Set<String> direct = new HashSet<>(ProxyConfiguration.builder().build().nonProxyHosts());
    direct.addAll(LOOPBACK);
    return ProxyConfiguration.builder().nonProxyHosts(direct).build();
  }
}
