package io.ecsoperator.controlplane;

import static java.util.Map.entry;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A Kubernetes API server that is ready, with all rights on it. Processes that were started for it
 * end on {@link #close}, at the latest with this JVM.
 */
public final class ControlPlane implements AutoCloseable {
  /** The lifetime of an API server. */
  enum Lifetime {
    /** It was started by this JVM and ends with it. */
    OF_THIS_JVM,
    /** The user's own: objects that are applied to it stay. */
    ITS_OWN
  }

  private static final Duration TOOL_LIMIT = Duration.ofMinutes(2);

  private final String description;
  private final Lifetime lifetime;
  private final Path kubeconfig;
  private final Path directory;
  private final Path kubectl;
  private final HostEnvironment host;
  private final AutoCloseable owned;

  /**
   * @param directory working folder, deleted by {@code owned}
   * @param owned ends what was started for this control plane
   */
  ControlPlane(
      String description,
      Lifetime lifetime,
      Path kubeconfig,
      Path directory,
      Path kubectl,
      HostEnvironment host,
      AutoCloseable owned) {
    this.description = description;
    this.lifetime = lifetime;
    this.kubeconfig = kubeconfig;
    this.directory = directory;
    this.kubectl = kubectl;
    this.host = host;
    this.owned = owned;
  }

  /**
   * Finds or starts an API server, in the first of the four ways that works on this machine.
   *
   * @param progress gets a line for each slow step, and one that describes the server
   * @throws ControlPlaneException if no way works; the message names all four and why each failed
   */
  public static ControlPlane start(Consumer<String> progress) {
    return start(HostEnvironment.ofThisProcess(), progress);
  }

  /** Like {@link #start(Consumer)}, with other variables than those of this process. */
  public static ControlPlane start(HostEnvironment host, Consumer<String> progress) {
    return ControlPlaneProvider.on(host, progress).start();
  }

  /** Version, origin and address of the API server, as text for the user. */
  public String description() {
    return description;
  }

  /** Whether it continues after {@link #close}, with all objects that were applied to it. */
  public boolean outlivesThisJvm() {
    return lifetime == Lifetime.ITS_OWN;
  }

  public Path kubeconfig() {
    return kubeconfig;
  }

  /** A folder for files of this control plane, deleted with it. */
  public Path directory() {
    return directory;
  }

  public URI server() {
    return URI.create(configOf(kubeconfig).getMasterUrl());
  }

  /** Runs kubectl with this API server, without the user's own kubectl settings and caches. */
  public Kubectl kubectl() {
    return new Kubectl(kubectl, host.forChild(variables()), TOOL_LIMIT);
  }

  /**
   * Helm for this API server, without the user's own settings and caches; built from source if the
   * PATH has no Helm 4.
   *
   * @throws ControlPlaneException if this machine has no Helm 4 and cannot build it
   */
  public Helm helm(Consumer<String> progress) {
    var settings = new HashMap<>(variables());
    for (String kind : List.of("CACHE", "CONFIG", "DATA")) {
      settings.put("HELM_" + kind + "_HOME", directory.resolve("helm").toString());
    }
    try {
      return new Helm(new HelmBinary(host, progress).find(), host.forChild(settings), TOOL_LIMIT);
    } catch (UnavailableException | IOException e) {
      throw new ControlPlaneException("Helm 4 is needed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ControlPlaneException("Interrupted while Helm was built", e);
    }
  }

  /** The environment variables with which a child process or a shell uses this control plane. */
  public Map<String, String> variables() {
    return Map.ofEntries(
        entry("KUBECONFIG", kubeconfig.toString()),
        // Ports are reused by other servers: cached discovery could be of such a server.
        entry("KUBECACHEDIR", directory.resolve("kubectl-cache").toString()),
        entry("KUBERC", "off"),
        entry("NO_PROXY", host.noProxy()));
  }

  /** A new client with all rights; the caller closes it. */
  public KubernetesClient newClient() {
    return clientFor(configOf(kubeconfig));
  }

  static KubernetesClient clientFor(Config config) {
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientFactory(new OkHttpClientFactory())
        .build();
  }

  /** The settings of the file alone, without variables and system properties, such as a proxy. */
  static Config configOf(Path kubeconfig) {
    return Config.fromKubeconfig(kubeconfig.toFile());
  }

  @Override
  public void close() {
    try {
      owned.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ControlPlaneException("The control plane did not end: " + description, e);
    }
  }
}
