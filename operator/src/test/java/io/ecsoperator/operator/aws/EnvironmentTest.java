package io.ecsoperator.operator.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The effect of environment variables on the client; each case runs a process. */
class EnvironmentTest {
  /** Nothing listens on port 1, so a call through this proxy fails. */
  private static final String CLOSED_PROXY = "http://127.0.0.1:1";

  private static final String PASSWORD = "changeit";

  private final List<HttpServer> servers = new ArrayList<>();
  @TempDir private Path directory;

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost"})
  void callsToALoopbackEndpointDoNotUseTheProxy(String host) throws Exception {
    int port = serve(HttpServer.create(loopback(), 0));

    assertThat(
            probe(
                Map.of(
                    "AWS_ENDPOINT_URL_ECS",
                    "http://" + host + ":" + port,
                    "AWS_REGION",
                    "eu-west-1",
                    "HTTP_PROXY",
                    CLOSED_PROXY,
                    "HTTPS_PROXY",
                    CLOSED_PROXY,
                    "http_proxy",
                    CLOSED_PROXY,
                    "AWS_CA_BUNDLE",
                    directory.resolve("no-such-bundle.pem").toString())))
        .isEqualTo("eu-west-1 {\"clusterArns\":[]}");
  }

  @Test
  void aLoopbackEndpointWithTlsIsTrustedByTheTrustStoreOfTheJvm() throws Exception {
    Path keys = keyStore();
    int port = serve(https(keys));

    assertThat(
            probe(
                Map.of(
                    "AWS_ENDPOINT_URL",
                    "https://localhost:" + port,
                    "AWS_REGION",
                    "eu-west-1",
                    "HTTP_PROXY",
                    CLOSED_PROXY,
                    "HTTPS_PROXY",
                    CLOSED_PROXY,
                    "AWS_CA_BUNDLE",
                    directory.resolve("no-such-bundle.pem").toString()),
                "-Djavax.net.ssl.trustStore=" + keys,
                "-Djavax.net.ssl.trustStorePassword=" + PASSWORD))
        .isEqualTo("eu-west-1 {\"clusterArns\":[]}");
  }

  @Test
  void callsToAnyOtherEndpointUseTheProxy() throws Exception {
    int port = serve(HttpServer.create(loopback(), 0));

    assertThat(
            probe(
                Map.of(
                    "AWS_ENDPOINT_URL_ECS", "http://ecs.example.invalid",
                    "AWS_REGION", "eu-west-1",
                    "HTTP_PROXY", "http://127.0.0.1:" + port)))
        .isEqualTo("eu-west-1 {\"clusterArns\":[]}");
  }

  @Test
  void aMissingRegionIsNamed() throws Exception {
    assertThat(probe(Map.of("AWS_EC2_METADATA_DISABLED", "true"))).contains("set AWS_REGION");
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private int serve(HttpServer server) {
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] body = "{\"clusterArns\":[]}".getBytes();
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    servers.add(server);
    return server.getAddress().getPort();
  }

  private Path keyStore() throws Exception {
    Path keys = directory.resolve("keys.p12");
    run(
        new ProcessBuilder(
            java("keytool"),
            "-genkeypair",
            "-alias",
            "ecs",
            "-keyalg",
            "EC",
            "-dname",
            "CN=localhost",
            "-ext",
            "SAN=dns:localhost",
            "-storetype",
            "PKCS12",
            "-storepass",
            PASSWORD,
            "-keystore",
            keys.toString()));
    return keys;
  }

  private static HttpServer https(Path keys) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD.toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    HttpsServer server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return server;
  }

  private String probe(Map<String, String> environment, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(java("java"));
    // The process is short.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), EnvironmentProbe.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_ACCESS_KEY_ID",
                "id",
                "AWS_SECRET_ACCESS_KEY",
                "secret",
                "AWS_CONFIG_FILE",
                directory.resolve("none").toString(),
                "AWS_SHARED_CREDENTIALS_FILE",
                directory.resolve("none").toString()));
    builder.environment().putAll(environment);
    return run(builder).lines().reduce("", (before, line) -> line);
  }

  private String run(ProcessBuilder builder) throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "output", ".txt");
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("ended in time").isTrue();
      return Files.readString(output);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String java(String tool) {
    return Path.of(System.getProperty("java.home"), "bin", tool).toString();
  }
}
