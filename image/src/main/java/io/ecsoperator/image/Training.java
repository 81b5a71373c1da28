package io.ecsoperator.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;

/**
 * Runs the operator and local-ecs as the images do, until all objects of some manifests are Ready.
 * Meanwhile each JVM records what it loads, and at its end it writes that as its AOT cache.
 *
 * <p>Arguments: the Java runtime of the images, the folders of the operator and of local-ecs in
 * them, and the manifests.
 */
public final class Training {
  private static final String API = "apis/ecs-operator.io/v1alpha1";
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Path java;
  private final Path work;
  private final Random random = new Random();

  private Training(Path java, Path work) {
    this.java = java;
    this.work = work;
  }

  public static void main(String[] args)
      throws IOException, InterruptedException, GeneralSecurityException {
    List<Path> paths = Arrays.stream(args).map(Path::of).toList();
    new Training(paths.get(0), Files.createTempDirectory("training-"))
        .run(paths.get(1), paths.get(2), paths.subList(3, paths.size()));
  }

  private void run(Path operatorFolder, Path localEcsFolder, List<Path> manifests)
      throws IOException, InterruptedException, GeneralSecurityException {
    Certificate certificate = Certificate.create(work);
    int ecsPort = freePort();
    int healthPort = freePort();
    int metricsPort = freePort();
    List<ObjectNode> objects = read(manifests);

    try (StubApiServer kubernetes = new StubApiServer(certificate.context())) {
      kubernetes.create("api/v1/namespaces", "", named("kube-system"));
      kubernetes.serve("/openapi/v3/" + API, openApi(objects));
      Process localEcs =
          start(localEcsFolder, Map.of(), List.of("--port=" + ecsPort, "--clock=x60"));
      Process operator =
          start(
              operatorFolder,
              Map.of(
                  "KUBECONFIG",
                  kubeconfig(certificate, kubernetes.port()).toString(),
                  "AWS_ENDPOINT_URL",
                  "http://127.0.0.1:" + ecsPort,
                  "AWS_REGION",
                  "us-east-1",
                  "AWS_ACCESS_KEY_ID",
                  "training",
                  "AWS_SECRET_ACCESS_KEY",
                  "training"),
              List.of(
                  "--log-format=json",
                  "--adopt-untagged=on",
                  "--poll-interval=200ms",
                  "--resync-interval=2s",
                  "--health-port=" + healthPort,
                  "--metrics-port=" + metricsPort));
      List<Process> processes = List.of(localEcs, operator);
      try {
        await("the operator to be ready", processes, () -> answers(healthPort, "/readyz"));
        List<String> collections = createAll(kubernetes, objects);
        await(
            "all objects to be Ready",
            processes,
            () ->
                collections.stream()
                    .flatMap(collection -> kubernetes.objects(collection).stream())
                    .allMatch(Training::isReady));
        answers(healthPort, "/livez");
        answers(metricsPort, "/metrics");
        end(operator);
        end(localEcs);
      } finally {
        processes.forEach(Process::destroyForcibly);
      }
    }
  }

  /**
   * A kubeconfig, because reading one needs more classes than a service account: so the operator
   * starts quickly with both.
   */
  private Path kubeconfig(Certificate certificate, int port)
      throws IOException, GeneralSecurityException {
    String authority =
        Base64.getEncoder().encodeToString(certificate.pem().getBytes(StandardCharsets.UTF_8));
    return Files.writeString(
        work.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: training
        contexts:
          - name: training
            context: {cluster: training, user: training}
        clusters:
          - name: training
            cluster: {server: "https://localhost:%d", certificate-authority-data: %s}
        users:
          - name: training
            user: {token: training}
        """
            .formatted(port, authority));
  }

  /** The JVM ends with the cache written, as the folder's name and {@code .aot}. */
  private Process start(Path folder, Map<String, String> variables, List<String> arguments)
      throws IOException {
    String name = folder.getFileName().toString();
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.add("@" + folder.resolve("jvm.options"));
    command.add("-XX:AOTCacheOutput=" + folder.resolve(name + ".aot"));
    // Smaller, in the file and in memory, at the cost of a few percent of the time to start.
    command.add("-XX:-AOTClassLinking");
    command.add("-jar");
    command.add(folder.resolve(name + ".jar").toString());
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).directory(work.toFile()).inheritIO();
    builder.environment().clear();
    builder.environment().putAll(variables);
    return builder.start();
  }

  /**
   * A free port below those that the kernel gives to connections: one of these could be taken by
   * others before the process listens.
   */
  private int freePort() {
    while (true) {
      int port = random.nextInt(20_000, 30_000);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // The next one may be free.
      }
    }
  }

  private static ObjectNode named(String name) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.putObject("metadata").put("name", name);
    return object;
  }

  private static boolean answers(int port, String path) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static List<ObjectNode> read(List<Path> manifests) throws IOException {
    List<ObjectNode> objects = new ArrayList<>();
    var yaml = new YAMLMapper();
    for (Path manifest : manifests) {
      try (var documents =
          yaml.readerFor(ObjectNode.class).<ObjectNode>readValues(manifest.toFile())) {
        objects.addAll(documents.readAll());
      }
    }
    return objects;
  }

  /** The schemas of the definitions, as the API server publishes them. */
  private static ObjectNode openApi(List<ObjectNode> objects) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    for (ObjectNode definition : objects) {
      if (isDefinition(definition)) {
        String kind = definition.at("/spec/names/kind").asText();
        ObjectNode schema =
            ((ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema")).deepCopy();
        schema.withArray("/x-kubernetes-group-version-kind").addObject().put("kind", kind);
        document.withObject("/components/schemas").set(kind, schema);
      }
    }
    return document;
  }

  private static boolean isDefinition(ObjectNode object) {
    return object.path("kind").asText().equals("CustomResourceDefinition");
  }

  /** Creates the objects except the definitions, and returns their collections. */
  private static List<String> createAll(StubApiServer kubernetes, List<ObjectNode> objects) {
    List<String> collections = new ArrayList<>();
    for (ObjectNode object : objects) {
      if (!isDefinition(object)) {
        String plural = object.required("kind").asText().toLowerCase(Locale.ROOT) + "s";
        kubernetes.create(API + "/" + plural, "default", object);
        collections.add(API + "/" + plural);
      }
    }
    return collections;
  }

  private static boolean isReady(ObjectNode object) {
    JsonNode conditions = object.path("status").path("conditions");
    return StreamSupport.stream(conditions.spliterator(), false)
        .anyMatch(
            condition ->
                condition.path("type").asText().equals("Ready")
                    && condition.path("status").asText().equals("True"));
  }

  private static void await(String what, List<Process> processes, BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("Waited in vain for " + what + ".");
      }
      if (!processes.stream().allMatch(Process::isAlive)) {
        throw new IllegalStateException("A process ended while waiting for " + what + ".");
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("A process has not ended in time: " + process.info());
    }
  }
}
