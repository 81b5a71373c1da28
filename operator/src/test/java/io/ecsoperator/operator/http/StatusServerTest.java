package io.ecsoperator.operator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.operator.http.StatusServer.Page;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusServerTest {
  private static final Map<String, Supplier<Page>> PAGES =
      Map.of("/healthz", () -> Page.text(200, "ok"), "/readyz", () -> Page.text(503, "no leader"));

  private final StatusServer server = StatusServer.start("127.0.0.1", 0, PAGES);
  private final List<Socket> attackers = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (Socket attacker : attackers) {
      attacker.close();
    }
    server.close();
  }

  @Test
  void aProbeIsAnsweredWhileThousandsOfRequestsAreHalfOpen() throws Exception {
    for (int i = 0; i < 3000; i++) {
      halfOpen(server);
    }

    assertThat(get("/healthz").body()).isEqualTo("ok\n");
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(server.openConnections()).isLessThanOrEqualTo(StatusServer.MAX_CONNECTIONS);
  }

  @Test
  void aRequestThatNeverEndsIsClosedByTheServer() throws Exception {
    try (StatusServer impatient =
        StatusServer.start("127.0.0.1", 0, PAGES, Duration.ofMillis(50))) {
      Socket slow = halfOpen(impatient);
      slow.setSoTimeout(10_000);

      assertThat(slow.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aRequestThatIsSentByteByByteIsClosedByTheServer() throws Exception {
    try (StatusServer impatient =
        StatusServer.start("127.0.0.1", 0, PAGES, Duration.ofMillis(50))) {
      Socket slow = halfOpen(impatient);

      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  slow.getOutputStream().write('x');
                  LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aProbeIsAnsweredWhileResponsesAreNotRead() throws Exception {
    Page large = Page.text(200, "x".repeat(8 << 20));
    try (StatusServer metrics =
        StatusServer.start(
            "127.0.0.1",
            0,
            Map.of("/metrics", () -> large, "/healthz", () -> Page.text(200, "ok")))) {
      for (int i = 0; i < 3 * StatusServer.MAX_CONNECTIONS; i++) {
        Socket attacker = new Socket("127.0.0.1", metrics.port());
        attackers.add(attacker);
        attacker
            .getOutputStream()
            .write("GET /metrics HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      }

      assertThat(get(metrics, "/healthz").body()).isEqualTo("ok\n");
      assertThat(metrics.openConnections()).isLessThanOrEqualTo(StatusServer.MAX_CONNECTIONS);
    }
  }

  @Test
  void manyShortHeadersAreRefusedAtTheLimitOfOne() throws Exception {
    Socket attacker = halfOpen(server);
    int sent = "GET /healthz HTTP/1.1\r\nX: ".length();
    String flood = "a\r\nX: ".repeat(StatusServer.MAX_HEADER_BYTES);
    attacker
        .getOutputStream()
        .write(
            flood
                .substring(0, StatusServer.MAX_HEADER_BYTES - sent)
                .getBytes(StandardCharsets.UTF_8));

    String response = new String(attacker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(response).startsWith("HTTP/1.1 431 ");
  }

  @Test
  void aHeaderWithoutEndIsRefusedAtItsLimit() throws Exception {
    Socket attacker = halfOpen(server);
    int sent = "GET /healthz HTTP/1.1\r\nX: ".length();
    attacker
        .getOutputStream()
        .write("x".repeat(StatusServer.MAX_HEADER_BYTES - sent).getBytes(StandardCharsets.UTF_8));

    String response = new String(attacker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(response).startsWith("HTTP/1.1 431 ");
  }

  @Test
  void onlyItsPagesCanBeRead() throws Exception {
    assertThat(get("/healthz?verbose").statusCode()).isEqualTo(200);
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(send(request("/healthz").POST(HttpRequest.BodyPublishers.noBody())).statusCode())
        .isEqualTo(405);
    HttpResponse<String> head =
        send(request("/readyz").method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(503);
    assertThat(head.body()).isEmpty();
  }

  private Socket halfOpen(StatusServer target) throws IOException {
    Socket socket = new Socket("127.0.0.1", target.port());
    attackers.add(socket);
    socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nX: ".getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  private HttpResponse<String> get(String path) throws Exception {
    return get(server, path);
  }

  private static HttpResponse<String> get(StatusServer from, String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + from.port() + path)).GET());
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }
}
