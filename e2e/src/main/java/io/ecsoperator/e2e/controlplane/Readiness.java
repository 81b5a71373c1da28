package io.ecsoperator.e2e.controlplane;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Ready is an API server that says so and has the namespace that everything starts in. */
record Readiness(Config config) {
  private static final Duration POLL = Duration.ofMillis(50);

  static Readiness of(Path kubeconfig) {
    Config config = ControlPlane.configOf(kubeconfig);
    // The loop below is the retry.
    config.setRequestRetryBackoffLimit(0);
    config.setConnectionTimeout(2_000);
    config.setRequestTimeout(5_000);
    return new Readiness(config);
  }

  /** Throws as soon as waiting is in vain. */
  interface Liveness {
    void check() throws UnavailableException;
  }

  /** Waits until the API server is ready; answers with its version, such as {@code v1.36.3}. */
  String await(Duration limit, Liveness liveness)
      throws UnavailableException, InterruptedException {
    try (KubernetesClient client = ControlPlane.clientFor(config)) {
      Instant end = Instant.now().plus(limit);
      while (true) {
        String obstacle = obstacle(client);
        liveness.check();
        if (obstacle.isEmpty()) {
          return client.getKubernetesVersion().getGitVersion();
        }
        if (Instant.now().isAfter(end)) {
          throw new UnavailableException(
              "not ready after %d s: %s".formatted(limit.toSeconds(), obstacle));
        }
        Thread.sleep(POLL);
      }
    }
  }

  private static String obstacle(KubernetesClient client) {
    try {
      if (!"ok".equals(client.raw("/readyz"))) {
        return "/readyz does not say ok";
      }
      return client.namespaces().withName("default").get() == null
          ? "there is no default namespace"
          : "";
    } catch (KubernetesClientException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return cause.toString();
    }
  }
}
