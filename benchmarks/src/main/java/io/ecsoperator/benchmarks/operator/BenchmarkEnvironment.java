package io.ecsoperator.benchmarks.operator;

import io.ecsoperator.e2e.controlplane.ControlPlane;
import io.ecsoperator.e2e.controlplane.CustomResourceDefinitions;
import io.ecsoperator.e2e.controlplane.HostEnvironment;
import io.ecsoperator.e2e.demo.LocalAws;
import io.ecsoperator.e2e.process.TemporaryFolder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A Kubernetes API server with the CRDs, and an empty local-ecs in a JVM of its own that answers
 * after 25 ms and whose world runs 60 times as fast. Operators are started on it.
 */
final class BenchmarkEnvironment implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)");
  private static final Pattern STARTED = Pattern.compile("Started");

  private final Path project;
  private final TemporaryFolder folder;
  private final JavaProgram localEcs;
  private final ControlPlane controlPlane;
  private final Quotas quotas;
  private final KubernetesClient client;
  private final String namespace;
  private int operators;

  /** Whether the endpoint throttles as AWS does, and the operator minds it. */
  enum Quotas {
    ON,
    OFF
  }

  private BenchmarkEnvironment(
      Path project,
      TemporaryFolder folder,
      JavaProgram localEcs,
      ControlPlane controlPlane,
      Quotas quotas,
      String namespace) {
    this.project = project;
    this.folder = folder;
    this.localEcs = localEcs;
    this.controlPlane = controlPlane;
    this.quotas = quotas;
    this.client = controlPlane.newClient();
    this.namespace = namespace;
  }

  static BenchmarkEnvironment open(Path project, Quotas quotas)
      throws IOException, InterruptedException {
    TemporaryFolder folder =
        HostEnvironment.ofThisProcess().newTemporaryFolder("ecs-operator-benchmark-");
    JavaProgram localEcs = startLocalEcs(project, folder.path(), quotas);
    ControlPlane controlPlane =
        ControlPlane.start(
            HostEnvironment.ofThisProcess().with(Map.of("TMPDIR", folder.path().toString())),
            line -> {});
    try (KubernetesClient client = controlPlane.newClient()) {
      CustomResourceDefinitions.apply(client);
      String namespace =
          client
              .resource(
                  new NamespaceBuilder()
                      .withNewMetadata()
                      .withGenerateName("benchmark-")
                      .endMetadata()
                      .build())
              .create()
              .getMetadata()
              .getName();
      return new BenchmarkEnvironment(project, folder, localEcs, controlPlane, quotas, namespace);
    }
  }

  private static JavaProgram startLocalEcs(Path project, Path folder, Quotas quotas)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(JvmOptions.BESIDE_THE_OPERATOR);
    arguments.addAll(
        List.of(
            "-jar",
            project.resolve("local-ecs/target/local-ecs.jar").toString(),
            "--port=0",
            "--clock=x60",
            "--latency=25ms",
            "--quotas=" + (quotas == Quotas.ON ? "on" : "off")));
    return JavaProgram.start(
        "local-ecs", arguments, Map.of(), folder.resolve("local-ecs"), LISTENING);
  }

  /** The operator as it ships, with its defaults but for these options. */
  JavaProgram startOperator(String... options) throws IOException, InterruptedException {
    return startOperator(
        List.of("-jar", project.resolve("operator/target/ecs-operator.jar").toString()), options);
  }

  /** The operator that reads everything one by one. */
  JavaProgram startNaiveOperator(String... options) throws IOException, InterruptedException {
    return startOperator(
        List.of(
            "-cp",
            project.resolve("benchmarks/target/benchmarks.jar").toString(),
            NaiveOperator.class.getName()),
        options);
  }

  private JavaProgram startOperator(List<String> program, String... options)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    arguments.add("@" + JvmOptions.file(project));
    arguments.addAll(program);
    arguments.addAll(
        List.of(
            "--namespaces=" + namespace,
            "--host=127.0.0.1",
            "--metrics-port=0",
            "--health-port=0"));
    if (quotas == Quotas.OFF) {
      arguments.add("--quotas=false");
    }
    arguments.addAll(List.of(options));
    Map<String, String> variables = new HashMap<>(controlPlane.variables());
    variables.putAll(LocalAws.variables(endpoint().url().toString()));
    operators++;
    return JavaProgram.start(
        "operator-" + operators,
        arguments,
        variables,
        folder.path().resolve("operator-" + operators),
        STARTED);
  }

  EcsEndpoint endpoint() {
    return new EcsEndpoint(URI.create(localEcs.greeting().group(1)));
  }

  /** Such objects as are created through it are none of the operator's requests. */
  Fleet newFleet() {
    return new Fleet(client, namespace);
  }

  Readiness readiness() {
    return new Readiness(client, namespace);
  }

  /** All requests to the API server so far. */
  ApiServerRequests requests() {
    return ApiServerRequests.parse(client.raw("/metrics"));
  }

  /** When the operator that leads now began to. */
  Instant leadingSince() {
    return client
        .leases()
        .inNamespace("default")
        .withName("ecs-operator")
        .get()
        .getSpec()
        .getAcquireTime()
        .toInstant();
  }

  @Override
  public void close() {
    client.close();
    controlPlane.close();
    localEcs.close();
    folder.close();
  }
}
