package io.ecsoperator.demo;

import io.ecsoperator.controlplane.ControlPlane;
import io.ecsoperator.controlplane.CustomResourceDefinitions;
import io.ecsoperator.controlplane.HostEnvironment;
import io.ecsoperator.controlplane.process.BoundProcess;
import io.ecsoperator.controlplane.process.JavaCommand;
import io.ecsoperator.controlplane.process.LocalAws;
import io.ecsoperator.controlplane.process.TemporaryFolder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The demo from start to end; closes what it opened, in reverse order. */
final class DemoRun {
  private static final String SAMPLES = "samples/quickstart";

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration READY_LIMIT = Duration.ofMinutes(2);
  private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)");
  private static final Pattern STARTED = Pattern.compile("Main - Started");

  private final Path root;
  private final HostEnvironment host;
  private final Screen screen;
  private final Stopwatch sinceStart;

  /**
   * @param root the project, with its jars built
   */
  DemoRun(Path root, HostEnvironment host, Screen screen, Stopwatch sinceStart) {
    this.root = root;
    this.host = host;
    this.screen = screen;
    this.sinceStart = sinceStart;
  }

  /**
   * Starts everything and waits until all objects are Ready.
   *
   * @param once whether to end then; otherwise it runs until it is interrupted
   * @throws io.ecsoperator.controlplane.process.ProcessException if a process does not start or
   *     ends
   * @throws DemoException if {@code once} is set and an object is not Ready in time
   */
  void run(boolean once) throws IOException, InterruptedException {
    screen.say("Starting local-ecs and a Kubernetes API server");
    try (TemporaryFolder folder = host.newTemporaryFolder("ecs-operator-demo-");
        BoundProcess localEcs = startLocalEcs(folder.path());
        ControlPlane controlPlane =
            ControlPlane.start(host.with(Map.of("TMPDIR", folder.path().toString())), screen::say);
        KubernetesClient client = controlPlane.newClient()) {
      CustomResourceDefinitions.apply(client);
      String endpoint = localEcs.await(LISTENING, START_LIMIT).group(1);
      screen.say("local-ecs: " + endpoint + ", where time passes 60 times as fast");

      DemoNamespace namespace = DemoNamespace.in(controlPlane, client);
      try (BoundProcess operator = startOperator(folder.path(), controlPlane, namespace, endpoint);
          namespace;
          ObjectWatch objects = ObjectWatch.start(client, namespace.name())) {
        operator.await(STARTED, START_LIMIT);
        Path kubeconfig = kubeconfig(folder.path(), controlPlane, namespace);
        var dashboard = new Dashboard(objects::objects, screen::show, sinceStart.restarted());

        screen.say("The operator is running: kubectl apply -f " + SAMPLES);
        Set<String> applied = apply(controlPlane, kubeconfig);
        List<BoundProcess> processes = List.of(localEcs, operator);
        awaitReady(dashboard, applied, processes, once);
        if (!once) {
          screen.print(guide(controlPlane, kubeconfig, endpoint, folder.path()).text());
          stayUp(dashboard, processes);
        }
      }
    }
  }

  /** It owns the whole folder, which is then deleted even if the demo is killed. */
  private BoundProcess startLocalEcs(Path folder) throws IOException {
    return JavaCommand.ofJar(root.resolve("local-ecs/target/local-ecs.jar"))
        .withFlags(List.of("@" + root.resolve("local-ecs/jvm.options")))
        .withArguments(List.of("--port=0", "--clock=x60"))
        .start("local-ecs", Map.of(), folder);
  }

  private BoundProcess startOperator(
      Path parent, ControlPlane controlPlane, DemoNamespace namespace, String endpoint)
      throws IOException {
    var variables = new HashMap<>(controlPlane.variables());
    variables.putAll(LocalAws.variables(endpoint));
    return JavaCommand.ofJar(root.resolve("operator/target/ecs-operator.jar"))
        // The flags that it ships with.
        .withFlags(List.of("@" + root.resolve("operator/jvm.options")))
        .withArguments(
            List.of(
                "--namespaces=" + namespace.watched(),
                "--adopt-untagged=on",
                "--host=127.0.0.1",
                "--metrics-port=0",
                "--health-port=0",
                // Both are short because a minute passes in a second in local-ecs.
                "--poll-interval=200ms",
                "--resync-interval=5s"))
        .start("ecs-operator", variables, Files.createDirectory(parent.resolve("operator")));
  }

  /** A copy for the user: with a short path, and the demo's namespace as the default. */
  private static Path kubeconfig(Path folder, ControlPlane controlPlane, DemoNamespace namespace)
      throws IOException {
    Path copy = Files.copy(controlPlane.kubeconfig(), folder.resolve("kubeconfig"));
    controlPlane
        .kubectl()
        .run(
            "--kubeconfig=" + copy,
            "config",
            "set-context",
            "--current",
            "--namespace=" + namespace.name())
        .orThrow();
    return copy;
  }

  /** Applies the samples and returns the keys of the objects. */
  private Set<String> apply(ControlPlane controlPlane, Path kubeconfig) {
    return controlPlane
        .kubectl()
        .run(
            "--kubeconfig=" + kubeconfig,
            "apply",
            "--filename=" + root.resolve(SAMPLES),
            "--output=name")
        .orThrow()
        .lines()
        // ecscluster.ecs-operator.io/demo
        .map(line -> line.replaceFirst("\\.[^/]*", ""))
        .collect(Collectors.toSet());
  }

  private void awaitReady(
      Dashboard dashboard, Set<String> applied, List<BoundProcess> processes, boolean once)
      throws InterruptedException {
    while (!dashboard.refresh().containsAll(applied)) {
      processes.forEach(BoundProcess::requireAlive);
      if (dashboard.time().compareTo(READY_LIMIT) > 0) {
        String report = dashboard.report(applied) + processes.getLast().introducedTail();
        if (once) {
          throw new DemoException(report);
        }
        screen.print("\n" + report);
        return;
      }
      Thread.sleep(Dashboard.FRAME);
    }
    screen.print(
        "\nAll %d objects Ready after %s (apply to Ready), %s in total."
            .formatted(
                applied.size(),
                Stopwatch.seconds(dashboard.time()),
                Stopwatch.seconds(sinceStart.elapsed())));
  }

  private static void stayUp(Dashboard dashboard, List<BoundProcess> processes)
      throws InterruptedException {
    while (true) {
      dashboard.refresh();
      processes.forEach(BoundProcess::requireAlive);
      Thread.sleep(Dashboard.FRAME);
    }
  }

  private Guide guide(ControlPlane controlPlane, Path kubeconfig, String endpoint, Path logs) {
    Path kubectl = controlPlane.kubectl().binary();
    return new Guide(
        kubeconfig,
        Optional.of(kubectl)
            .filter(program -> !host.command("kubectl").equals(Optional.of(program))),
        endpoint,
        logs);
  }
}
