package io.ecsoperator.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs etcd, the API server and the controller-manager as processes on loopback. */
final class LocalControlPlane {
  private static final Duration ETCD_LIMIT = Duration.ofMinutes(2);
  private static final Duration API_SERVER_LIMIT = Duration.ofMinutes(2);
  private static final Duration CONTROLLERS_LIMIT = Duration.ofMinutes(2);

  /** Another process may take a free port between the check and the use. */
  private static final int PORT_ATTEMPTS = 5;

  private final ControlPlaneBinaries binaries;
  private final HostEnvironment host;
  private final Consumer<String> progress;

  LocalControlPlane(
      ControlPlaneBinaries binaries, HostEnvironment host, Consumer<String> progress) {
    this.binaries = binaries;
    this.host = host;
    this.progress = progress;
  }

  /**
   * Starts the processes and waits until the API server is ready.
   *
   * @throws UnavailableException with the end of the log of the process that failed; no process is
   *     left running
   */
  ControlPlane start() throws UnavailableException, IOException, InterruptedException {
    Path kubectl = new KubectlBinary(host, progress).find(binaries.kubectl());
    for (int attempt = 1; ; attempt++) {
      var folder = host.newTemporaryFolder();
      // Not the user's own variables: some configure etcd, and others a proxy.
      var processes = new ProcessGroup(folder, Map.of("PATH", host.variable("PATH").orElse("")));
      try {
        return start(folder.path(), processes, kubectl);
      } catch (UnavailableException e) {
        boolean portTaken = processes.logged("address already in use");
        processes.close();
        if (!portTaken || attempt == PORT_ATTEMPTS) {
          throw e;
        }
      } catch (Throwable e) {
        processes.close();
        throw e;
      }
    }
  }

  private ControlPlane start(Path folder, ProcessGroup processes, Path kubectl)
      throws UnavailableException, IOException, InterruptedException {
    var ports = LoopbackPorts.find();
    var credentials = Credentials.createIn(folder);

    processes.start("etcd", etcd(folder, ports));
    processes.await(ETCD_LIMIT, "etcd does not listen", ports::etcdListens);

    processes.start("kube-apiserver", apiServer(ports, credentials));
    processes.await(API_SERVER_LIMIT, "no certificate", credentials::hasServingCertificate);
    Path kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"), credentials.kubeconfig(ports.apiServerUrl()));

    try (var readiness = new Readiness(kubeconfig)) {
      processes.await(API_SERVER_LIMIT, "the API server is not ready", readiness::isReady);
      if (binaries.controllerManager().isPresent()) {
        processes.start(
            "kube-controller-manager",
            controllerManager(binaries.controllerManager().get(), kubeconfig));
        processes.await(
            CONTROLLERS_LIMIT, "the controllers do not work", readiness::hasControllers);
      }
      String description =
          "%s %s at %s".formatted(readiness.version(), binaries.origin(), ports.apiServerUrl());
      return new ControlPlane(
          description,
          ControlPlane.Lifetime.OF_THIS_JVM,
          kubeconfig,
          folder,
          kubectl,
          host,
          processes);
    }
  }

  private List<String> etcd(Path folder, LoopbackPorts ports) {
    return List.of(
        binaries.etcd().toString(),
        "--name=default",
        "--data-dir=" + folder.resolve("etcd-data"),
        "--listen-client-urls=" + ports.etcdUrl(),
        "--advertise-client-urls=" + ports.etcdUrl(),
        "--listen-peer-urls=" + ports.etcdPeerUrl(),
        "--initial-advertise-peer-urls=" + ports.etcdPeerUrl(),
        "--initial-cluster=default=" + ports.etcdPeerUrl(),
        // The data need not survive a power failure.
        "--unsafe-no-fsync",
        "--log-level=warn");
  }

  private List<String> apiServer(LoopbackPorts ports, Credentials credentials) {
    return List.of(
        binaries.apiserver().toString(),
        "--etcd-servers=" + ports.etcdUrl(),
        "--bind-address=" + LoopbackPorts.ADDRESS,
        "--advertise-address=" + LoopbackPorts.ADDRESS,
        "--secure-port=" + ports.apiServer(),
        // There are no pods, so the Kubernetes service needs no address.
        "--endpoint-reconciler-type=none",
        "--cert-dir=" + credentials.servingCertificates(),
        "--token-auth-file=" + credentials.tokenFile(),
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        "--service-account-key-file=" + credentials.verificationKey(),
        "--service-account-signing-key-file=" + credentials.signingKey(),
        "--service-cluster-ip-range=10.0.0.0/24",
        // It gives pods a token that they need to run; no node runs pods here.
        "--disable-admission-plugins=ServiceAccount",
        "--profiling=false");
  }

  private static List<String> controllerManager(Path binary, Path kubeconfig) {
    return List.of(
        binary.toString(),
        "--kubeconfig=" + kubeconfig,
        "--leader-elect=false",
        // Nothing reads its metrics, so it needs no port.
        "--secure-port=0",
        "--profiling=false");
  }
}
