package io.ecsoperator.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.controlplane.junit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A running container, restricted as a pod of the profile "restricted" with a read-only root. It
 * uses the network of the host and listens on {@code port} there.
 */
record Container(String id, int port) implements AutoCloseable {
  private static final List<String> RESTRICTED =
      List.of(
          "run",
          "--detach",
          "--network=host",
          "--read-only",
          "--tmpfs=/tmp",
          "--cap-drop=ALL",
          "--security-opt=no-new-privileges");

  private static final double KIBIBYTES_PER_MEBIBYTE = 1024;

  /**
   * Starts a container.
   *
   * @param options of {@code docker run}, then the image, then the arguments of its program
   */
  static Container start(int port, List<String> options) {
    List<String> arguments = new ArrayList<>(RESTRICTED);
    arguments.addAll(options);
    return new Container(Docker.run(arguments.toArray(String[]::new)), port);
  }

  /** A port of loopback that is free now. */
  static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until {@code path} is answered with 200. */
  Container await(String path) {
    Await.until(() -> answers(path), () -> path + " is not answered with 200: " + log());
    return this;
  }

  private boolean answers(String path) {
    try {
      return get(path).statusCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      assertThat(isRunning()).as("running: %s", log()).isTrue();
      return false;
    }
  }

  HttpResponse<String> get(String path) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The time from the start of the process to now. */
  Duration age() {
    return Duration.between(Instant.parse(state().required("StartedAt").asText()), Instant.now());
  }

  boolean isRunning() {
    return state().required("Running").asBoolean();
  }

  String health() {
    return state().path("Health").path("Status").asText();
  }

  JsonNode state() {
    return Docker.inspect(id).required("State");
  }

  /** Resident memory of its process, code and mapped files included. */
  double residentMebibytes() {
    return lines("status")
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElseThrow()
        / KIBIBYTES_PER_MEBIBYTE;
  }

  /** The files that its process has mapped into memory. */
  List<String> mappedFiles() {
    return lines("maps").map(line -> line.replaceFirst("[^/]*", "")).distinct().toList();
  }

  private Stream<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of("/proc", state().required("Pid").asText(), file)).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String log() {
    return Docker.run("logs", id);
  }

  @Override
  public void close() {
    Docker.run("rm", "--force", id);
  }
}
