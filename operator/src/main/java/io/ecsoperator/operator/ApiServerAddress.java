package io.ecsoperator.operator;

import io.fabric8.kubernetes.client.Client;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.io.File;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The address of the API server, and where it comes from: both are what a user needs to know when
 * it does not answer.
 */
record ApiServerAddress(String url, String source) {

  static ApiServerAddress of(Config config, Map<String, String> environment) {
    return new ApiServerAddress(config.getMasterUrl(), source(config, environment));
  }

  private static String source(Config config, Map<String, String> environment) {
    String variable = environment.get("KUBECONFIG");
    if (variable != null && !variable.isBlank()) {
      return "KUBECONFIG=" + variable + (isFile(variable) ? "" : ", which is no file");
    }
    if (config.getFile() != null) {
      return config.getFile().getPath();
    }
    return Files.exists(Path.of(Config.KUBERNETES_SERVICE_ACCOUNT_TOKEN_PATH))
        ? "the service account"
        : "neither a kubeconfig nor a service account was found";
  }

  private static boolean isFile(String variable) {
    return Stream.of(variable.split(File.pathSeparator)).anyMatch(path -> new File(path).isFile());
  }

  /** Why the API server does not answer one request; empty if it does. */
  Optional<String> problem(KubernetesClient kubernetes) {
    // It shares the connections of the operator's client, which closes them.
    Client once =
        kubernetes.newClient(new RequestConfigBuilder().withRequestRetryBackoffLimit(0).build());
    try {
      return once.adapt(KubernetesClient.class).getKubernetesVersion() == null
          ? Optional.of("what answers there is no Kubernetes API server")
          : Optional.empty();
    } catch (KubernetesClientException e) {
      return Optional.of(why(e));
    }
  }

  /** The sentence that names the address and the reason. */
  String unusable(String why) {
    return "The API server " + this + " cannot be used: " + why;
  }

  /** What the API server answered, or else the message of the root cause. */
  static String why(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof KubernetesClientException refused
        && refused.getStatus() != null
        && refused.getStatus().getMessage() != null) {
      return refused.getStatus().getMessage();
    }
    if (cause instanceof UnknownHostException) {
      return "its name is not known";
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  @Override
  public String toString() {
    return url + " (" + source + ")";
  }
}
