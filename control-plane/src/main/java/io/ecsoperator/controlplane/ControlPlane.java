package io.ecsoperator.controlplane;

import static java.util.Map.entry;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A Kubernetes API server that answers, with all rights on it. What was started for it ends on
 * {@link #close} and, without that, with this JVM.
 */
public final class ControlPlane implements AutoCloseable {
  /** How long an API server is there. */
  enum Lifetime {
    /** It was started for this JVM, and ends with it. */
    OF_THIS_JVM,
    /** Somebody else's: what is applied to it stays. */
    ITS_OWN
  }

  private static final Duration KUBECTL_LIMIT = Duration.ofMinutes(2);

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
   * Takes or starts an API server, in the first of the four ways that works on this machine.
   *
   * @param progress gets a line for whatever takes long, and for how the server came about
   * @throws ControlPlaneException if no way works; it names all four and what each one lacks
   */
  public static ControlPlane start(Consumer<String> progress) {
    return start(HostEnvironment.ofThisProcess(), progress);
  }

  /** Like {@link #start(Consumer)}, with other variables than those of this process. */
  public static ControlPlane start(HostEnvironment host, Consumer<String> progress) {
    return ControlPlaneProvider.on(host, progress).start();
  }

  /** How the API server came about, for a person. */
  public String description() {
    return description;
  }

  /** Whether it goes on after {@link #close}, with all that was applied to it. */
  public boolean outlivesThisJvm() {
    return lifetime == Lifetime.ITS_OWN;
  }

  public Path kubeconfig() {
    return kubeconfig;
  }

  /** A folder for what belongs to this control plane, deleted with it. */
  public Path directory() {
    return directory;
  }

  public URI server() {
    return URI.create(configOf(kubeconfig).getMasterUrl());
  }

  /** Runs kubectl here, with nothing of the user's own kubectl settings and caches. */
  public Kubectl kubectl() {
    return new Kubectl(kubectl, host.forChild(variables()), KUBECTL_LIMIT);
  }

  /** The variables that make a child process, or a person's shell, use this control plane. */
  public Map<String, String> variables() {
    return Map.ofEntries(
        entry("KUBECONFIG", kubeconfig.toString()),
        // Ports come back with other servers behind them: cached discovery would be of those.
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
        .withHttpClientFactory(new JdkHttpClientFactory())
        .build();
  }

  /** Only what the file says: variables and system properties, a proxy say, play no part. */
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
