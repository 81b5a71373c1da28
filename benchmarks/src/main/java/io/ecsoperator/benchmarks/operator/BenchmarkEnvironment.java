package io.ecsoperator.benchmarks.operator;

import io.ecsoperator.benchmarks.LocalEcsProcess;
import io.ecsoperator.controlplane.ControlPlane;
import io.ecsoperator.controlplane.CustomResourceDefinitions;
import io.ecsoperator.controlplane.HostEnvironment;
import io.ecsoperator.controlplane.process.BoundProcess;
import io.ecsoperator.controlplane.process.JavaCommand;
import io.ecsoperator.controlplane.process.LocalAws;
import io.ecsoperator.controlplane.process.TemporaryFolder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A Kubernetes API server with the CRDs, and an empty local-ecs in a JVM of its own that answers
 * after 25 ms and in which time passes 60 times as fast. Cases start operators on them.
 */
final class BenchmarkEnvironment implements AutoCloseable {
  private static final Pattern STARTED = Pattern.compile("Started");
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private final Path project;
  private final TemporaryFolder folder;
  private final LocalEcsProcess localEcs;
  private final ControlPlane controlPlane;
  private final Quotas quotas;
  private final KubernetesClient client;
  private final String namespace;
  private int operators;

  /** Whether the endpoint throttles as AWS does, and the operator keeps to the quotas. */
  enum Quotas {
    ON,
    OFF
  }

  private BenchmarkEnvironment(
      Path project,
      TemporaryFolder folder,
      LocalEcsProcess localEcs,
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
    LocalEcsProcess localEcs = startLocalEcs(project, quotas);
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

  private static LocalEcsProcess startLocalEcs(Path project, Quotas quotas)
      throws IOException, InterruptedException {
    return LocalEcsProcess.start(
        project,
        JvmOptions.BESIDE_THE_OPERATOR,
        "--clock=x60",
        "--latency=25ms",
        "--quotas=" + (quotas == Quotas.ON ? "on" : "off"));
  }

  /** Starts the operator as it ships, with its defaults except for {@code options}. */
  BoundProcess startOperator(String... options) throws IOException, InterruptedException {
    return start(JavaCommand.ofJar(project.resolve("operator/target/ecs-operator.jar")), options);
  }

  /** Starts the operator that describes each object by a call of its own. */
  BoundProcess startNaiveOperator(String... options) throws IOException, InterruptedException {
    return start(
        JavaCommand.ofJar(project.resolve("benchmarks/target/benchmarks.jar"), NaiveOperator.class),
        options);
  }

  private BoundProcess start(JavaCommand operator, String... options)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
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
    String name = "operator-" + operators;
    BoundProcess process =
        operator
            .withFlags(List.of("@" + JvmOptions.file(project)))
            .withArguments(arguments)
            .start(name, variables, Files.createDirectory(folder.path().resolve(name)));
    try {
      process.await(STARTED, START_LIMIT);
      return process;
    } catch (InterruptedException | RuntimeException e) {
      process.close();
      throw e;
    }
  }

  EcsEndpoint endpoint() {
    return new EcsEndpoint(localEcs.url());
  }

  /** A fleet without objects; its requests do not count as the operator's. */
  Fleet newFleet() {
    return new Fleet(client, namespace);
  }

  Readiness readiness() {
    return new Readiness(client, namespace);
  }

  /** The requests to the API server so far. */
  ApiServerRequests requests() {
    return ApiServerRequests.parse(client.raw("/metrics"));
  }

  /** When the current leader acquired the Lease. */
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
