package io.ecsoperator.localecs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a web page in the browser of a developer could send to local-ecs on the same machine. */
class WebPageAttackTest {
  private static final String RESET = "POST /_local/reset";
  private static final String DELETE_CLUSTER = "POST /";

  private final LocalEcs ecs = LocalEcs.start(LocalEcsOptions.defaults());

  @AfterEach
  void stop() {
    ecs.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Origin: https://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"})
  void aWebPageCannotCallEcs(String header) throws IOException {
    assertThat(send(DELETE_CLUSTER, "Host: 127.0.0.1", header, "X-Local-Ecs: true"))
        .startsWith("HTTP/1.1 403 ")
        .contains("comes from a web page");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:4580",
        "127.0.0.1.evil.example",
        "a.svc.evil.example"
      })
  void aNameThatAnAttackerPointsToThisMachineIsRefused(String host) throws IOException {
    assertThat(send(DELETE_CLUSTER, "Host: " + host, "X-Local-Ecs: true"))
        .startsWith("HTTP/1.1 403 ")
        .contains("does not serve the host");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.1.2.3:4580",
        "[::1]:4580",
        "localhost:4580",
        "ecs.localhost",
        "local-ecs:4580",
        "local-ecs.test.svc.cluster.local"
      })
  void anAddressOrPrivateNameIsServed(String host) throws IOException {
    assertThat(send(RESET, "Host: " + host, "X-Local-Ecs: true")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void theOwnRoutesNeedAHeaderThatAWebPageCannotSend() throws IOException {
    assertThat(send(RESET, "Host: 127.0.0.1"))
        .startsWith("HTTP/1.1 403 ")
        .contains("Send the header X-Local-Ecs: true");
  }

  @ParameterizedTest
  @ValueSource(strings = {RESET, DELETE_CLUSTER})
  void aBodyWithoutBoundIsRefused(String request) throws IOException {
    try (Socket socket = connect()) {
      String head =
          request
              + " HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Local-Ecs: true\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      byte[] chunk = ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i <= 64; i++) {
        socket.getOutputStream().write(chunk);
      }

      assertThat(new String(socket.getInputStream().readNBytes(13), StandardCharsets.UTF_8))
          .isEqualTo("HTTP/1.1 413 ");
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(ecs.url().getHost(), ecs.url().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private String send(String request, String... headers) throws IOException {
    try (Socket socket = connect()) {
      String head =
          request
              + " HTTP/1.1\r\n"
              + String.join("\r\n", headers)
              + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
