package io.ecsoperator.operator.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.http.ApiServer.Request;
import io.ecsoperator.operator.http.ApiServer.Response;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ApiServerTest {
  private static final int LARGE = 30 * 1024 * 1024;

  private final AtomicReference<Request> received = new AtomicReference<>();
  private final List<Runnable> watchdogs = new CopyOnWriteArrayList<>();
  private final ApiServer server =
      ApiServer.start("127.0.0.1", 0, this::handle, (delay, task) -> watchdogs.add(task));

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aHandlerGetsTheRequestAndTheClientItsResponse() throws Exception {
    HttpResponse<String> response =
        send(
            request("/v1/resources/a%2Fb?x=%20y")
                .header("Authorization", "bearer  secret ")
                .POST(BodyPublishers.ofString("body")));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("done");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    Request request = received.get();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/v1/resources/a%2Fb");
    assertThat(request.query()).isEqualTo("x=%20y");
    assertThat(request.token()).hasValue("secret");
    assertThat(new String(request.body(), StandardCharsets.UTF_8)).isEqualTo("body");
  }

  @Test
  void aTokenIsOnlyWhatFollowsBearer() throws Exception {
    send(request("/").header("Authorization", "Basic c2VjcmV0"));
    assertThat(received.get().token()).isEmpty();

    send(request("/").header("Authorization", "Bearer "));
    assertThat(received.get().token()).isEmpty();
  }

  @Test
  void aBodyWithoutEndIsRefusedAtItsLimit() throws Exception {
    HttpResponse<String> response =
        send(request("/").POST(BodyPublishers.ofByteArray(new byte[ApiServer.MAX_BODY_BYTES + 1])));

    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(received.get()).isNull();
  }

  @Test
  void aHeaderWithoutEndIsNotRead() throws Exception {
    try (Socket attacker = new Socket("127.0.0.1", server.port())) {
      attacker.setSoTimeout(10_000);
      String header = "GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(100_000);
      try {
        attacker.getOutputStream().write(header.getBytes(StandardCharsets.UTF_8));
        attacker.getInputStream().readAllBytes();
      } catch (IOException e) {
        // The server closed the connection.
      }
    }

    assertThat(received.get()).isNull();
    assertThat(send(request("/")).statusCode()).isEqualTo(200);
  }

  @Test
  @Timeout(60)
  void aClientThatTakesNothingIsDroppedAndHoldsNoMemory() throws Exception {
    try (Socket attacker = new Socket("127.0.0.1", server.port())) {
      attacker
          .getOutputStream()
          .write("GET /large HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      assertThat(attacker.getInputStream().read()).isEqualTo('H');

      assertThat(send(request("/large")).statusCode()).as("no more memory").isEqualTo(503);
      assertThat(send(request("/")).statusCode()).isEqualTo(200);

      watchdogs.forEach(Runnable::run);
      HttpResponse<String> response = send(request("/large"));
      while (response.statusCode() == 503) {
        response = send(request("/large"));
      }
      assertThat(response.body()).hasSize(LARGE);
    }
  }

  @Test
  void aHeadResponseHasNoBody() throws Exception {
    HttpResponse<String> response = send(request("/").method("HEAD", BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void anUnexpectedErrorGivesNothingAway() throws Exception {
    HttpResponse<String> response = send(request("/fail"));

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).contains("\"status\":500").doesNotContain("internals");
  }

  private Response handle(Request request) {
    received.set(request);
    if (request.path().equals("/fail")) {
      throw new IllegalStateException("internals");
    }
    return new Response.Whole(
        200,
        "text/plain",
        Map.of(),
        request.path().equals("/large") ? new byte[LARGE] : ApiServer.bytes("done"));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }
}
