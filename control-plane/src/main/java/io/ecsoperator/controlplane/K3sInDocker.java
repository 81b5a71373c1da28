package io.ecsoperator.controlplane;

import io.ecsoperator.controlplane.process.BoundProcess;
import io.ecsoperator.controlplane.process.LogTail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.output.ToStringConsumer;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * k3s in a container. It checks first, with a time limit, that Docker and the images exist:
 * Testcontainers would try for minutes.
 */
record K3sInDocker(HostEnvironment host, Consumer<String> progress) implements ControlPlaneSource {
  private static final String IMAGE = "rancher/k3s";

  /** The container with which Testcontainers ends the others after this JVM has ended. */
  private static final String REAPER = "testcontainers/ryuk";

  private static final Duration PROBE_LIMIT = Duration.ofSeconds(10);
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "k3s in Docker";
  }

  @Override
  public ControlPlane start() throws UnavailableException, IOException, InterruptedException {
    Path docker =
        host.command("docker")
            .orElseThrow(() -> new UnavailableException("no docker command on the PATH"));
    String image = localImage(docker, IMAGE);
    if (!"true".equals(host.variables().get("TESTCONTAINERS_RYUK_DISABLED"))) {
      localImage(docker, REAPER);
    }
    Path kubectl = new KubectlBinary(host, progress).find(Optional.empty());
    return run(DockerImageName.parse(image).asCompatibleSubstituteFor(IMAGE), kubectl);
  }

  /** The newest local image of the repository. */
  private String localImage(Path docker, String repository)
      throws UnavailableException, IOException, InterruptedException {
    try (var folder = host.newTemporaryFolder();
        var process =
            BoundProcess.start(
                "docker",
                List.of(
                    docker.toString(),
                    "image",
                    "ls",
                    "--filter=reference=" + repository,
                    "--format={{.Repository}}:{{.Tag}}"),
                host.forChild(Map.of()),
                folder.path())) {
      int exit = process.waitFor(PROBE_LIMIT);
      if (exit == -1) {
        throw new UnavailableException("Docker does not answer");
      }
      if (exit != 0) {
        throw new UnavailableException(process.output().strip());
      }
      return process
          .output()
          .lines()
          .findFirst()
          .orElseThrow(
              () -> new UnavailableException("the image " + repository + " is not pulled"));
    }
  }

  private ControlPlane run(DockerImageName image, Path kubectl)
      throws UnavailableException, IOException, InterruptedException {
    var log = new ToStringConsumer();
    try {
      var container = new K3sContainer(image);
      container.withLogConsumer(log).withStartupTimeout(START_LIMIT);
      return run(container, image, kubectl);
    } catch (RuntimeException e) {
      // Testcontainers throws many types of exceptions if Docker does not work.
      throw new UnavailableException(
          "%s does not start: %s%s".formatted(image, reasons(e), LogTail.of(log.toUtf8String())),
          e);
    }
  }

  private ControlPlane run(K3sContainer container, DockerImageName image, Path kubectl)
      throws UnavailableException, IOException, InterruptedException {
    var folder = host.newTemporaryFolder();
    AutoCloseable owned =
        () -> {
          container.close();
          folder.close();
        };
    boolean ready = false;
    try {
      container.start();
      Path kubeconfig = folder.path().resolve("kubeconfig");
      Files.writeString(kubeconfig, container.getKubeConfigYaml());
      String version = Readiness.await(kubeconfig, START_LIMIT);
      ready = true;
      return new ControlPlane(
          "%s from %s in Docker".formatted(version, image),
          ControlPlane.Lifetime.OF_THIS_JVM,
          kubeconfig,
          folder.path(),
          kubectl,
          host,
          owned);
    } finally {
      if (!ready) {
        container.close();
        folder.close();
      }
    }
  }

  /** Messages of the outer exception, which names the step, and of the innermost, the cause. */
  private static @Nullable String reasons(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return innermost == failure
        ? failure.getMessage()
        : failure.getMessage() + ": " + innermost.getMessage();
  }
}
