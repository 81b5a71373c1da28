package io.ecsoperator.controlplane;

import io.ecsoperator.controlplane.process.BoundProcess;
import io.ecsoperator.controlplane.process.LogTail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
record K3sInDocker(HostEnvironment host, MissingImages missing, Consumer<String> progress)
    implements ControlPlaneSource {
  private static final String IMAGE = "rancher/k3s";

  /** The tag that is pulled; a local image may have any. */
  private static final String TAG = "v1.34.1-k3s1";

  /** The container with which Testcontainers ends the others after this JVM has ended. */
  private static final String REAPER = "testcontainers/ryuk";

  /** The tag that Testcontainers starts. */
  private static final String REAPER_TAG = "0.12.0";

  /** What happens if an image is not on this machine. */
  enum MissingImages {
    REFUSE,
    PULL
  }

  private static final Duration PROBE_LIMIT = Duration.ofSeconds(10);
  private static final Duration PULL_LIMIT = Duration.ofMinutes(10);
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
    String image = image(docker);
    Path kubectl = new KubectlBinary(host, progress).find(Optional.empty());
    return run(DockerImageName.parse(image).asCompatibleSubstituteFor(IMAGE), kubectl);
  }

  /** The image of k3s, and with it the one that Testcontainers needs beside it. */
  private String image(Path docker) throws UnavailableException, IOException, InterruptedException {
    String image = localOrPulled(docker, IMAGE, TAG);
    if (!"true".equals(host.variables().get("TESTCONTAINERS_RYUK_DISABLED"))) {
      localOrPulled(docker, REAPER, REAPER_TAG);
    }
    return image;
  }

  private String localOrPulled(Path docker, String repository, String tag)
      throws UnavailableException, IOException, InterruptedException {
    Optional<String> local = localImage(docker, repository);
    if (local.isPresent()) {
      return local.get();
    }
    String image = repository + ":" + tag;
    if (missing == MissingImages.REFUSE) {
      throw new UnavailableException(
          "the image %s is not pulled: `docker pull %s`".formatted(repository, image));
    }
    progress.accept("Pulling " + image + ": there is no other Kubernetes API server here ...");
    docker(docker, List.of("pull", image), PULL_LIMIT);
    return image;
  }

  /** The newest local image of the repository. */
  private Optional<String> localImage(Path docker, String repository)
      throws UnavailableException, IOException, InterruptedException {
    return docker(
            docker,
            List.of(
                "image",
                "ls",
                "--filter=reference=" + repository,
                "--format={{.Repository}}:{{.Tag}}"),
            PROBE_LIMIT)
        .lines()
        .findFirst();
  }

  /** The output of a command of docker. */
  private String docker(Path docker, List<String> arguments, Duration limit)
      throws UnavailableException, IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(docker.toString()));
    command.addAll(arguments);
    try (var folder = host.newTemporaryFolder();
        var process =
            BoundProcess.start("docker", command, host.forChild(Map.of()), folder.path())) {
      int exit = process.waitFor(limit);
      if (exit == -1) {
        throw new UnavailableException("Docker does not answer");
      }
      if (exit != 0) {
        throw new UnavailableException(process.output().strip());
      }
      return process.output();
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
