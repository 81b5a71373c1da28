package io.ecsoperator.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.controlplane.junit.ControlPlaneExtension;
import io.ecsoperator.controlplane.junit.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

class ControlPlaneProviderTest {

  /** Listens on the port of etcd and does nothing else. */
  private static final String IDLE_ETCD =
      """
      #!/bin/sh
      for argument; do
        case $argument in --listen-client-urls=*) port=${argument##*:} ;; esac
      done
      exec "%s/bin/java" -m jdk.httpserver -b 127.0.0.1 -p "$port"
      """
          .formatted(System.getProperty("java.home"));

  @TempDir Path home;

  private final List<String> progress = new ArrayList<>();

  @Test
  void theWaysAreTriedInTheDocumentedOrder() {
    assertThat(provider(Map.of()).sources())
        .extracting(source -> source.getClass().getSimpleName())
        .containsExactly("NamedKubeconfig", "BinariesOnDisk", "K3sInDocker", "GoToolchain");
  }

  @Test
  void theErrorNamesAllWaysWithTheirReasons() throws Exception {
    FakePrograms.write(home.resolve("bin/kubectl"), "#!/bin/sh");
    FakePrograms.write(home.resolve("bin/docker"), "#!/bin/sh\necho no daemon here; exit 1");
    FakePrograms.write(home.resolve("assets/etcd"), "#!/bin/sh\necho unknown flag; exit 2");
    FakePrograms.write(home.resolve("assets/kube-apiserver"), "#!/bin/sh");
    var provider = provider(Map.of("KUBEBUILDER_ASSETS", home.resolve("assets").toString()));

    assertThatThrownBy(provider::start)
        .isInstanceOf(ControlPlaneException.class)
        .hasMessageContaining("1. a kubeconfig named by E2E_KUBECONFIG: the variable is not set")
        .hasMessageContaining("2. kube-apiserver and etcd on disk: etcd ended by itself")
        .hasMessageContaining("unknown flag")
        .hasMessageContaining("3. k3s in Docker: no daemon here")
        .hasMessageContaining("4. the Go toolchain")
        .hasMessageContaining("no go on the PATH");
  }

  @Test
  void nothingIsLeftBehindIfAServerDoesNotStart() throws Exception {
    Path folders = home.resolve("folders");
    FakePrograms.write(home.resolve("bin/kubectl"), "#!/bin/sh");
    FakePrograms.write(home.resolve("assets/etcd"), IDLE_ETCD);
    FakePrograms.write(
        home.resolve("assets/kube-apiserver"),
        "#!/bin/sh\npwd >'%s'\necho bad certificate; exit 1".formatted(folders));
    var provider = provider(Map.of("KUBEBUILDER_ASSETS", home.resolve("assets").toString()));

    assertThatThrownBy(provider::start)
        .hasMessageContaining("kube-apiserver ended by itself")
        .hasMessageContaining("bad certificate");

    Path folder = Path.of(Files.readString(folders).strip());
    assertThat(folder).doesNotExist();
    assertThat(Processes.workIn(folder)).isFalse();
  }

  @Test
  void imagesThatDockerLacksArePulledIfThereIsNoOtherWay() throws Exception {
    Path pulled = home.resolve("pulled");
    FakePrograms.write(
        home.resolve("bin/docker"),
        """
        #!/bin/sh
        case $1 in pull) echo $2 >>'%s'; echo no network here; exit 1 ;; esac
        """
            .formatted(pulled));

    assertThatThrownBy(provider(Map.of())::start)
        .hasMessageContaining("3. k3s in Docker: no network here");

    assertThat(pulled).content().startsWith("rancher/k3s:");
    assertThat(progress).singleElement().asString().startsWith("Pulling rancher/k3s:");
  }

  @Test
  void noImageIsPulledBeforeTheOtherWaysHaveFailed() throws Exception {
    Path calls = home.resolve("calls");
    FakePrograms.write(home.resolve("bin/kubectl"), "#!/bin/sh");
    FakePrograms.write(
        home.resolve("bin/docker"),
        "#!/bin/sh\necho docker $1 >>'%s'; [ $1 != pull ]".formatted(calls));
    FakePrograms.write(
        home.resolve("bin/go"), "#!/bin/sh\necho go $1 >>'%s'; exit 1".formatted(calls));

    assertThatThrownBy(provider(Map.of())::start).isInstanceOf(ControlPlaneException.class);

    assertThat(Files.readAllLines(calls))
        .containsExactly("docker image", "go env", "docker image", "docker pull");
  }

  @Test
  void otherPortsAreTriedIfAnotherProcessTookOne() throws Exception {
    Path starts = home.resolve("starts");
    FakePrograms.write(home.resolve("bin/kubectl"), "#!/bin/sh");
    FakePrograms.write(home.resolve("assets/kube-apiserver"), "#!/bin/sh");
    FakePrograms.write(
        home.resolve("assets/etcd"),
        "#!/bin/sh\necho \"$*\" >>'%s'\necho 'bind: address already in use'; exit 1"
            .formatted(starts));
    var provider = provider(Map.of("KUBEBUILDER_ASSETS", home.resolve("assets").toString()));

    assertThatThrownBy(provider::start).hasMessageContaining("address already in use");

    assertThat(Files.readAllLines(starts)).hasSizeGreaterThan(1).doesNotHaveDuplicates();
  }

  @Test
  void aFolderWithoutControllerManagerIsTheLastResort() throws Exception {
    FakePrograms.write(home.resolve("bin/kubectl"), "#!/bin/sh");
    FakePrograms.write(home.resolve("assets/etcd"), "#!/bin/sh");
    FakePrograms.write(home.resolve("assets/kube-apiserver"), "#!/bin/sh");
    var provider = provider(Map.of("KUBEBUILDER_ASSETS", home.resolve("assets").toString()));

    assertThatThrownBy(provider::start).isInstanceOf(ControlPlaneException.class);

    assertThat(progress).singleElement().asString().contains("no kube-controller-manager");
  }

  @Test
  void aNamedKubeconfigThatDoesNotWorkIsAnError() {
    var provider = provider(Map.of("E2E_KUBECONFIG", home.resolve("missing").toString()));

    assertThatThrownBy(provider::start)
        .isInstanceOf(ControlPlaneException.class)
        .hasMessageContaining("E2E_KUBECONFIG names " + home.resolve("missing"));
  }

  @Test
  void theUsersDefaultKubeconfigIsNeverUsed() throws Exception {
    Files.createDirectories(home.resolve(".kube"));
    Files.writeString(home.resolve(".kube/config"), "apiVersion: v1\nkind: Config\n");
    var provider = provider(Map.of("KUBECONFIG", home.resolve(".kube/config").toString()));

    assertThatThrownBy(provider::start)
        .isInstanceOf(ControlPlaneException.class)
        .hasMessageNotContaining(".kube/config");
  }

  @Test
  @ExtendWith(ControlPlaneExtension.class)
  void aNamedClusterIsUsedAndLeftRunning(ControlPlane running, Kubectl kubectl) {
    var variables = Map.of("E2E_KUBECONFIG", running.kubeconfig().toString());
    ControlPlaneProvider provider =
        ControlPlaneProvider.on(
            new HostEnvironment(with(System.getenv(), variables), home), progress::add);

    Path directory;
    try (ControlPlane named = provider.start()) {
      directory = named.directory();
      assertThat(named.server()).isEqualTo(running.server());
      assertThat(named.kubectl().run("get", "namespaces").exitCode()).isZero();
    }

    assertThat(directory).doesNotExist();
    assertThat(kubectl.run("get", "namespaces").exitCode()).isZero();
  }

  private ControlPlaneProvider provider(Map<String, String> variables) {
    var path = Map.of("PATH", home.resolve("bin").toString());
    return ControlPlaneProvider.on(new HostEnvironment(with(path, variables), home), progress::add);
  }

  private static Map<String, String> with(Map<String, String> base, Map<String, String> more) {
    var result = new HashMap<>(base);
    result.putAll(more);
    return result;
  }
}
