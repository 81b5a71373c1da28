package io.ecsoperator.e2e.controlplane;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Runs etcd, the API server and the controller-manager as processes on loopback. */
final class LocalControlPlane {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration ETCD_LIMIT = Duration.ofSeconds(30);
  private static final Duration API_SERVER_LIMIT = Duration.ofMinutes(2);
  private static final Duration CONTROLLERS_LIMIT = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(20);

  /** Another process may take a free port between the look and the use. */
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
   * @throws UnavailableException with the end of the log of the process that did not do its part;
   *     nothing is left running
   */
  ControlPlane start() throws UnavailableException, IOException, InterruptedException {
    Path kubectl = new KubectlBinary(host, progress).find(binaries.kubectl());
    for (int attempt = 1; ; attempt++) {
      var started = new Started(TemporaryFolder.create(), new ArrayList<>());
      try {
        return start(started, kubectl);
      } catch (UnavailableException e) {
        boolean portTaken = started.logged("address already in use");
        started.close();
        if (!portTaken || attempt == PORT_ATTEMPTS) {
          throw e;
        }
      } catch (Throwable e) {
        started.close();
        throw e;
      }
    }
  }

  private ControlPlane start(Started started, Path kubectl)
      throws UnavailableException, IOException, InterruptedException {
    Path folder = started.folder.path();
    List<Integer> ports = freePorts(3);
    int etcdPort = ports.get(0);
    int apiServerPort = ports.get(2);
    String token = UUID.randomUUID().toString();

    start(started, "etcd", etcd(folder, etcdPort, ports.get(1)));
    awaitListening(started, etcdPort);
    start(started, "kube-apiserver", apiServer(folder, etcdPort, apiServerPort, token));
    Path kubeconfig = kubeconfig(started, apiServerPort, token);
    String version = awaitReady(started, kubeconfig);
    if (binaries.controllerManager().isPresent()) {
      start(
          started,
          "kube-controller-manager",
          controllerManager(binaries.controllerManager().get(), kubeconfig));
      awaitControllers(started, kubeconfig);
    }
    String description =
        "%s %s at https://%s:%d".formatted(version, binaries.origin(), LOOPBACK, apiServerPort);
    return new ControlPlane(description, kubeconfig, folder, kubectl, host, started);
  }

  private static String awaitReady(Started started, Path kubeconfig)
      throws UnavailableException, InterruptedException {
    try {
      return Readiness.of(kubeconfig).await(API_SERVER_LIMIT, started::checkAllAlive);
    } catch (UnavailableException e) {
      started.checkAllAlive();
      throw started.failure(e.getMessage());
    }
  }

  /** The default service account is the first thing that controllers make. */
  private static void awaitControllers(Started started, Path kubeconfig)
      throws UnavailableException, InterruptedException {
    try (var client = ControlPlane.clientFor(ControlPlane.configOf(kubeconfig))) {
      var account = client.serviceAccounts().inNamespace("default").withName("default");
      await(
          started,
          CONTROLLERS_LIMIT,
          "kube-controller-manager made no service account",
          () -> account.get() != null);
    }
  }

  private void start(Started started, String name, List<String> command) throws IOException {
    started.processes.add(
        BoundProcess.start(name, command, host.forChild(Map.of()), started.folder.path()));
  }

  private List<String> etcd(Path folder, int clientPort, int peerPort) {
    String clientUrl = "http://%s:%d".formatted(LOOPBACK, clientPort);
    String peerUrl = "http://%s:%d".formatted(LOOPBACK, peerPort);
    return List.of(
        binaries.etcd().toString(),
        "--name=default",
        "--data-dir=" + folder.resolve("etcd-data"),
        "--listen-client-urls=" + clientUrl,
        "--advertise-client-urls=" + clientUrl,
        "--listen-peer-urls=" + peerUrl,
        "--initial-advertise-peer-urls=" + peerUrl,
        "--initial-cluster=default=" + peerUrl,
        "--unsafe-no-fsync",
        "--log-level=warn");
  }

  private List<String> apiServer(Path folder, int etcdPort, int port, String token)
      throws IOException {
    KeyPair tokenKeys = newKeyPair();
    Path signingKey = folder.resolve("service-account.key");
    Files.writeString(signingKey, pem("PRIVATE KEY", tokenKeys.getPrivate()));
    Path verificationKey = folder.resolve("service-account.pub");
    Files.writeString(verificationKey, pem("PUBLIC KEY", tokenKeys.getPublic()));
    Path tokens = folder.resolve("tokens.csv");
    Files.writeString(tokens, token + ",admin,admin,system:masters\n");
    return List.of(
        binaries.apiserver().toString(),
        "--etcd-servers=http://%s:%d".formatted(LOOPBACK, etcdPort),
        "--bind-address=" + LOOPBACK,
        "--advertise-address=" + LOOPBACK,
        "--secure-port=" + port,
        // The Kubernetes service would need an address that pods reach; there are no pods.
        "--endpoint-reconciler-type=none",
        "--cert-dir=" + folder.resolve("certificates"),
        "--token-auth-file=" + tokens,
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        "--service-account-key-file=" + verificationKey,
        "--service-account-signing-key-file=" + signingKey,
        "--service-cluster-ip-range=10.0.0.0/24",
        // It would hold back pods until their token's secret exists; no node would run them.
        "--disable-admission-plugins=ServiceAccount",
        "--profiling=false");
  }

  private static List<String> controllerManager(Path binary, Path kubeconfig) {
    return List.of(
        binary.toString(),
        "--kubeconfig=" + kubeconfig,
        "--leader-elect=false",
        // It serves nothing that is read here, so it needs no port.
        "--secure-port=0",
        "--profiling=false");
  }

  /** The API server makes its own certificate at start; it is what the client then trusts. */
  private Path kubeconfig(Started started, int port, String token)
      throws UnavailableException, IOException, InterruptedException {
    Path certificates = started.folder.path().resolve("certificates");
    // The key is written after the certificate: once it is there, the certificate is whole.
    await(
        started,
        API_SERVER_LIMIT,
        "kube-apiserver wrote no certificate",
        () -> Files.exists(certificates.resolve("apiserver.key")));
    byte[] authority = Files.readAllBytes(certificates.resolve("apiserver.crt"));
    Path file = started.folder.path().resolve("kubeconfig");
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        current-context: ecs-operator
        contexts:
        - name: ecs-operator
          context: {cluster: ecs-operator, user: admin}
        clusters:
        - name: ecs-operator
          cluster:
            server: https://%s:%d
            certificate-authority-data: %s
        users:
        - name: admin
          user: {token: %s}
        """
            .formatted(LOOPBACK, port, Base64.getEncoder().encodeToString(authority), token));
    return file;
  }

  private static KeyPair newKeyPair() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has elliptic curve keys", e);
    }
  }

  private static String pem(String type, Key key) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(type, Base64.getMimeEncoder().encodeToString(key.getEncoded()));
  }

  private static List<Integer> freePorts(int count) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK)));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  private static void awaitListening(Started started, int port)
      throws UnavailableException, InterruptedException {
    await(
        started,
        ETCD_LIMIT,
        "etcd does not listen",
        () -> {
          try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(LOOPBACK, port), 1_000);
            return true;
          } catch (IOException e) {
            return false;
          }
        });
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Started started, Duration limit, String otherwise, Condition condition)
      throws UnavailableException, InterruptedException {
    Instant end = Instant.now().plus(limit);
    while (!condition.holds()) {
      started.checkAllAlive();
      if (Instant.now().isAfter(end)) {
        throw started.failure(otherwise + " after " + limit.toSeconds() + " s");
      }
      Thread.sleep(POLL);
    }
  }

  /** What runs so far, ended last started first. */
  private record Started(TemporaryFolder folder, List<BoundProcess> processes)
      implements AutoCloseable {

    void checkAllAlive() throws UnavailableException {
      Optional<BoundProcess> dead = processes.stream().filter(p -> !p.isAlive()).findFirst();
      if (dead.isPresent()) {
        throw failure(dead.get().name() + " ended by itself");
      }
    }

    UnavailableException failure(String what) {
      BoundProcess culprit =
          processes.stream().filter(p -> !p.isAlive()).findFirst().orElse(processes.getLast());
      return new UnavailableException(
          "%s; the end of the log of %s:%s".formatted(what, culprit.name(), culprit.tail()));
    }

    boolean logged(String text) {
      return processes.stream().anyMatch(process -> process.logged(text));
    }

    @Override
    public void close() {
      processes.reversed().forEach(BoundProcess::release);
      processes.reversed().forEach(BoundProcess::close);
      folder.close();
    }
  }
}
