package io.ecsoperator.operator.aws;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;

/** Configures the HTTP client of the AWS client. */
final class HttpClients {
  /** More than the operator's concurrent calls, so that no thread waits for a connection. */
  private static final int CONNECTIONS = 128;

  /** Regular expressions that match loopback hosts in lower case. */
  private static final Set<String> LOOPBACK =
      Set.of("localhost", ".+\\.localhost", "127(\\.\\d+){3}", "\\[?(::1|0:0:0:0:0:0:0:1)]?");

  private HttpClients() {}

  static SdkHttpClient.Builder<?> apache() {
    return new BoundedHttpClient.Builder(apacheUnbounded());
  }

  private static Apache5HttpClient.Builder apacheUnbounded() {
    return Apache5HttpClient.builder()
        .maxConnections(CONNECTIONS)
        .connectionTimeout(Duration.ofSeconds(3))
        .connectionAcquisitionTimeout(Duration.ofSeconds(5))
        .socketTimeout(Duration.ofSeconds(10))
        // Below the idle limit of AWS's load balancers: a write on a connection that the server
        // closes at that moment would have an ambiguous outcome.
        .connectionMaxIdleTime(Duration.ofSeconds(20))
        .tcpKeepAlive(true)
        .proxyConfiguration(proxy());
  }

  /** Uses the proxy of the environment, except for loopback addresses. */
  private static ProxyConfiguration proxy() {
    Set<String> direct = new HashSet<>(ProxyConfiguration.builder().build().nonProxyHosts());
    direct.addAll(LOOPBACK);
    return ProxyConfiguration.builder().nonProxyHosts(direct).build();
  }
}
