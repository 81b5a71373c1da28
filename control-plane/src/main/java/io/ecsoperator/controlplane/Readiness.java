package io.ecsoperator.controlplane;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Checks whether an API server is ready: it says so, and its first namespaces exist. */
final class Readiness implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final KubernetesClient client;

  Readiness(Path kubeconfig) {
    Config config = ControlPlane.configOf(kubeconfig);
    // Callers poll, so the client need not retry.
    config.setRequestRetryBackoffLimit(0);
    config.setConnectionTimeout(2_000);
    config.setRequestTimeout(5_000);
    client = ControlPlane.clientFor(config);
  }

  /** Waits for an API server that this JVM did not start. */
  static String await(Path kubeconfig, Duration limit)
      throws UnavailableException, InterruptedException {
    try (var readiness = new Readiness(kubeconfig)) {
      Instant end = Instant.now().plus(limit);
      while (!readiness.isReady()) {
        if (Instant.now().isAfter(end)) {
          throw new UnavailableException(
              "not ready after %d s: %s".formatted(limit.toSeconds(), readiness.obstacle()));
        }
        Thread.sleep(POLL);
      }
      return readiness.version();
    }
  }

  boolean isReady() {
    return obstacle().isEmpty();
  }

  /** Whether the controllers work: they create the service account of a namespace first. */
  boolean hasControllers() {
    return client.serviceAccounts().inNamespace("default").withName("default").get() != null;
  }

  /** Such as {@code v1.36.3}. */
  String version() {
    return client.getKubernetesVersion().getGitVersion();
  }

  /** Why the API server is not ready; empty if it is. */
  private String obstacle() {
    try {
      if (!"ok".equals(client.raw("/readyz"))) {
        return "/readyz does not answer ok";
      }
      return client.namespaces().withName("default").get() == null
          ? "there is no default namespace"
          : "";
    } catch (KubernetesClientException e) {
      Throwable innermost = e;
      while (innermost.getCause() != null) {
        innermost = innermost.getCause();
      }
      return innermost.toString();
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
