package io.ecsoperator.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A cluster that the user names, used without changes. If it does not work, no other way is tried:
 * a test run against an unintended cluster would be worse than none.
 */
record NamedKubeconfig(HostEnvironment host, Consumer<String> progress)
    implements ControlPlaneSource {
  private static final String VARIABLE = "E2E_KUBECONFIG";
  private static final Duration READY_LIMIT = Duration.ofSeconds(15);

  @Override
  public String name() {
    return "a kubeconfig named by " + VARIABLE;
  }

  @Override
  public ControlPlane start() throws UnavailableException, IOException, InterruptedException {
    Path kubeconfig =
        host.variable(VARIABLE)
            .map(file -> Path.of(file).toAbsolutePath())
            .orElseThrow(() -> new UnavailableException("the variable is not set"));
    if (!Files.isReadable(kubeconfig)) {
      throw new ControlPlaneException(
          VARIABLE + " names " + kubeconfig + ", which is not readable");
    }
    try {
      Readiness.await(kubeconfig, READY_LIMIT);
      Path kubectl = new KubectlBinary(host, progress).find(Optional.empty());
      var folder = host.newTemporaryFolder();
      return new ControlPlane(
          "the cluster of " + kubeconfig,
          ControlPlane.Lifetime.ITS_OWN,
          kubeconfig,
          folder.path(),
          kubectl,
          host,
          folder);
    } catch (UnavailableException e) {
      throw new ControlPlaneException(VARIABLE + " names " + kubeconfig + ": " + e.getMessage(), e);
    }
  }
}
