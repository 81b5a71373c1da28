package io.ecsoperator.e2e.operator;

import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.controlplane.process.JavaCommand;
import io.ecsoperator.operator.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * An operator in a process of its own, with the rights of the chart. Its name is its access key, by
 * which ECS's call log identifies it, and its pod's name.
 */
final class OperatorProcess implements AutoCloseable {
  private static final Duration TO_ANSWER = Duration.ofSeconds(10);
  private static final Duration TO_END = Duration.ofMinutes(3);
  private static final int NO_ANSWER = -1;

  private final Process process;
  private final int healthPort;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Queue<String> log = new ConcurrentLinkedQueue<>();

  private OperatorProcess(Process process, int healthPort) {
    this.process = process;
    this.healthPort = healthPort;
    Thread.ofVirtual().start(this::readLog);
  }

  /** Starts it with the JVM flags of the release. */
  static OperatorProcess released(TestBed bed, String name, Map<String, String> variables) {
    return start(
        bed,
        name,
        JavaCommand.ofClass(Main.class)
            .withFlags(List.of("@" + Path.of("..", "operator", "jvm.options"))),
        variables);
  }

  /** Starts it with flags for a run of seconds. */
  static OperatorProcess forShortRun(TestBed bed, String name) {
    return start(bed, name, JavaCommand.ofClass(Main.class).forShortRun(), Map.of());
  }

  /**
   * It watches the namespace of the test.
   *
   * @param variables added to those that every operator here has
   */
  private static OperatorProcess start(
      TestBed bed, String name, JavaCommand command, Map<String, String> variables) {
    int healthPort = freePort();
    Map<String, String> all = new HashMap<>();
    all.put("KUBECONFIG", bed.operatorKubeconfig().toString());
    all.put("AWS_REGION", TestBed.REGION);
    all.put("AWS_ENDPOINT_URL_ECS", bed.ecs().url().toString());
    all.put("AWS_ACCESS_KEY_ID", name);
    all.put("AWS_SECRET_ACCESS_KEY", "secret");
    all.put("POD_NAME", name);
    all.put("ECS_OPERATOR_NAMESPACES", bed.namespace());
    all.put("ECS_OPERATOR_LEASE_NAMESPACE", bed.namespace());
    all.put("ECS_OPERATOR_METRICS_PORT", "0");
    all.put("ECS_OPERATOR_HEALTH_PORT", Integer.toString(healthPort));
    // Without it the operator reads the namespace kube-system, which its account here may not.
    all.put("ECS_OPERATOR_OWNER_ID", TestBed.OWNER);
    all.putAll(variables);
    try {
      return new OperatorProcess(command.startUnbound(all), healthPort);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readLog() {
    try (BufferedReader lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null) {
        System.out.println(line);
        log.add(line);
        line = lines.readLine();
      }
    } catch (IOException e) {
      // The process has ended.
    }
  }

  /** What it has written so far. */
  List<String> log() {
    return List.copyOf(log);
  }

  void awaitReady() {
    Await.until("the operator is ready", () -> probe("/readyz") == 200);
  }

  /** The HTTP status of a probe; -1 if the process does not answer. */
  int probe(String path) {
    return get(path).map(HttpResponse::statusCode).orElse(NO_ANSWER);
  }

  /** The text of a page; empty if the process does not answer. */
  String page(String path) {
    return get(path).map(HttpResponse::body).orElse("");
  }

  private Optional<HttpResponse<String>> get(String path) {
    try {
      return Optional.of(
          http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + healthPort + path))
                  .timeout(TO_ANSWER)
                  .build(),
              HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The most memory that the process has had, in MiB, as Linux counts it. */
  long peakMemory() throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  /** Sends SIGTERM, and waits until the process has ended. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(TO_END.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("The process does not end");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    http.close();
  }
}
