package io.ecsoperator.operator.aws;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.faults.Fault;
import io.ecsoperator.localecs.faults.FaultRule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;

class HttpClientsTest {
  private static final CallContext CONTEXT = CallContext.of(Priority.CHANGE);

  private final LocalEcs local = LocalEcs.start(LocalEcsOptions.defaults());

  @AfterEach
  void stop() {
    local.close();
  }

  @Test
  void aCallOnAClosedConnectionIsNotRetriedAndIsAmbiguous() {
    try (SdkEcs ecs = ecs(local.url())) {
      // A reused connection, on which HTTP clients retry by default.
      ecs.read("ListClusters", tree("{}"), CONTEXT);
      local.faults().add(FaultRule.next(1, "CreateCluster", Fault.lostAnswer()));

      AwsFailure failure = create(ecs);

      assertThat(failure.code()).isEqualTo("ConnectionLost");
      assertThat(failure.failureClass()).isEqualTo(FailureClass.TRANSIENT);
      assertThat(failure.ambiguous()).isTrue();
      assertThat(local.calls().of("CreateCluster")).hasSize(1);
    }
  }

  @Test
  void aCallToAClosedPortIsNotAmbiguous() {
    URI closed = local.url();
    local.close();

    try (SdkEcs ecs = ecs(closed)) {
      AwsFailure failure = create(ecs);

      assertThat(failure.code()).isEqualTo("ConnectionFailed");
      assertThat(failure.failureClass()).isEqualTo(FailureClass.TRANSIENT);
      assertThat(failure.ambiguous()).isFalse();
    }
  }

  @Test
  void anErrorOfAHundredMegabytesIsReadToItsBoundOnly() throws Exception {
    try (Flood endpoint = new Flood(400);
        SdkEcs ecs = ecs(endpoint.url())) {
      AwsFailure failure = create(ecs);

      assertThat(failure.message()).hasSizeLessThan(4200);
      assertThat(endpoint.sent()).isLessThan(16 << 20);
    }
  }

  @Test
  void anAnswerOfAHundredMegabytesFailsTheCallAtItsBound() throws Exception {
    try (Flood endpoint = new Flood(200);
        SdkEcs ecs = ecs(endpoint.url())) {
      AwsFailure failure = create(ecs);

      assertThat(failure.message()).contains("longer than 8 MiB").hasSizeLessThan(4200);
      assertThat(failure.ambiguous()).isTrue();
      assertThat(endpoint.sent()).isLessThan(32 << 20);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerWhoseHeaderDoesNotEndFailsTheCallAtItsBound(EndlessHeader header) throws Exception {
    try (ServerSocket endpoint = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SdkEcs ecs = ecs(URI.create("http://127.0.0.1:" + endpoint.getLocalPort()))) {
      CompletableFuture<Long> sent =
          CompletableFuture.supplyAsync(() -> send(endpoint, header.text));

      assertThat(create(ecs).ambiguous()).isTrue();
      assertThat(sent.join()).isLessThan(16 << 20);
    }
  }

  @SuppressWarnings("ImmutableEnumChecker")
  enum EndlessHeader {
    IN_ONE_LINE("x".repeat(1 << 16)),
    OF_MANY_LINES("X-A: b\r\n".repeat(1 << 13));

    private final String text;

    EndlessHeader(String text) {
      this.text = text;
    }
  }

  /** Begins a response and repeats a text until its client closes the connection. */
  private static long send(ServerSocket endpoint, String text) {
    byte[] repeated = text.getBytes(StandardCharsets.UTF_8);
    long bytes = 0;
    try (Socket client = endpoint.accept()) {
      client.getOutputStream().write("HTTP/1.1 200 OK\r\nX-B: ".getBytes(StandardCharsets.UTF_8));
      while (bytes < 100 << 20) {
        client.getOutputStream().write(repeated);
        bytes += repeated.length;
      }
    } catch (IOException e) {
      // The client closed the connection.
    }
    return bytes;
  }

  @Test
  void aCompressedAnswerOfAHundredMegabytesIsNotUnpacked() throws Exception {
    try (Flood endpoint = new Flood(200, true);
        SdkEcs ecs = ecs(endpoint.url())) {
      AwsFailure failure = create(ecs);

      assertThat(failure.message()).hasSizeLessThan(4200);
      assertThat(failure.ambiguous()).isTrue();
    }
  }

  /** Sends 100 MB of spaces, as far as its client reads them. */
  private static final class Flood implements AutoCloseable {
    private static final int CHUNKS = 100;

    private final HttpServer server;
    private final CompletableFuture<Long> sent = new CompletableFuture<>();

    Flood(int status) throws IOException {
      this(status, false);
    }

    Flood(int status, boolean compressed) throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", exchange -> send(exchange, status, compressed));
      server.start();
    }

    private void send(HttpExchange exchange, int status, boolean compressed) {
      byte[] chunk = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
      long bytes = 0;
      try (exchange) {
        exchange.getRequestBody().readAllBytes();
        if (compressed) {
          exchange.getResponseHeaders().add("Content-Encoding", "gzip");
        }
        exchange.sendResponseHeaders(status, 0);
        OutputStream body = exchange.getResponseBody();
        try (OutputStream out = compressed ? new GZIPOutputStream(body) : body) {
          for (int i = 0; i < CHUNKS; i++) {
            out.write(chunk);
            bytes += chunk.length;
          }
        }
      } catch (IOException e) {
        // The client closed the connection.
      }
      sent.complete(bytes);
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    long sent() {
      return sent.join();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private static AwsFailure create(SdkEcs ecs) {
    return catchThrowableOfType(
        AwsFailure.class, () -> ecs.write("CreateCluster", tree("{'clusterName':'a'}"), CONTEXT));
  }

  private static SdkEcs ecs(URI endpoint) {
    return SdkEcs.of(
        EcsClient.builder()
            .httpClientBuilder(HttpClients.apache())
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret"))),
        new SimpleMeterRegistry());
  }
}
