package io.ecsoperator.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests with a fake {@code go} that records its calls and writes empty programs. */
class GoBuildTest {
  private static final EnumSet<GoCommand> SERVERS =
      EnumSet.of(GoCommand.ETCD, GoCommand.KUBE_APISERVER);

  private static final String GO =
      """
      #!/bin/sh
      if [ "$1" = env ]; then
        echo 'go: downloading go1.99.0'
        printf 'go1.99.0\\nlinux\\namd64\\n'
        exit
      fi
      echo "$*" >>"$HOME/builds"
      while [ $# -gt 0 ] && [ "$1" != -o ]; do shift; done
      out=$2; shift 2
      for package; do
        program=$out$(basename "$package" | sed s/v3/server/)
        touch "$program"; chmod +x "$program"
      done
      """;

  @TempDir Path home;

  private HostEnvironment host;
  private GoModule module;
  private Path go;

  @BeforeEach
  void prepare() throws Exception {
    host = new HostEnvironment(Map.of("HOME", home.toString(), "PATH", "/usr/bin:/bin"), home);
    module = GoModule.ofControlPlane();
    go = FakePrograms.write(home.resolve("go"), GO);
  }

  @Test
  void buildsOnceForConcurrentAndLaterRuns() throws Exception {
    Callable<Path> run = () -> build(module, SERVERS);
    List<Future<Path>> folders;
    try (var executor = Executors.newFixedThreadPool(2)) {
      folders = executor.invokeAll(List.of(run, run));
    }

    Path folder = folders.getFirst().get();
    assertThat(folders.getLast().get()).isEqualTo(folder).isEqualTo(build(module, SERVERS));
    assertThat(folder).isDirectoryContaining(file -> file.endsWith("etcd"));
    assertThat(folder).isDirectoryContaining(file -> file.endsWith("kube-apiserver"));
    assertThat(builds()).hasSize(1);
  }

  @Test
  void buildsOnlyWhatIsMissing() throws Exception {
    Path folder = build(module, SERVERS);

    assertThat(build(module, EnumSet.of(GoCommand.ETCD, GoCommand.KUBECTL))).isEqualTo(folder);

    assertThat(builds().getLast()).endsWith("/ k8s.io/kubernetes/cmd/kubectl");
  }

  @Test
  void findsWhatWasBuiltWithoutGo() throws Exception {
    assertThat(GoBuild.earlier(module, host, SERVERS)).isEmpty();

    Path folder = build(module, SERVERS);

    assertThat(GoBuild.earlier(module, host, SERVERS)).contains(folder);
    assertThat(GoBuild.earlier(module, host, EnumSet.of(GoCommand.KUBECTL))).isEmpty();
    assertThat(GoBuild.earlier(GoModule.ofHelm(), host, SERVERS)).isEmpty();
  }

  @Test
  void givesTheBinariesTheVersionThatTheModuleRequires() throws Exception {
    build(module, SERVERS);

    assertThat(builds().getFirst())
        .contains("version.gitVersion=" + module.version() + " ")
        .contains("version.gitMajor=1 ");
  }

  @Test
  void buildsHelmFromAModuleOfItsOwn() throws Exception {
    Path folder = build(module, SERVERS);
    GoModule helm = GoModule.ofHelm();

    assertThat(build(helm, EnumSet.of(GoCommand.HELM))).isNotEqualTo(folder);

    assertThat(builds().getLast())
        .contains("internal/version.version=" + helm.version() + " ")
        .endsWith("/ helm.sh/helm/v4/cmd/helm");
  }

  @Test
  void buildsAgainForAnotherModule() throws Exception {
    var files = new TreeMap<>(module.files());
    files.merge("go.sum", "\n", String::concat);

    assertThat(build(new GoModule(files), SERVERS)).isNotEqualTo(build(module, SERVERS));
  }

  @Test
  void reportsTheOutputOfGoIfItFailsAndKeepsNothing() throws Exception {
    FakePrograms.write(go, GO.replace("out=$2", "echo 'no space left'; exit 1"));

    assertThatThrownBy(() -> build(module, SERVERS))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("`go build` failed")
        .hasMessageContaining("no space left");

    try (var files = Files.walk(home.resolve(".cache"))) {
      assertThat(files.filter(Files::isRegularFile)).allMatch(f -> f.toString().endsWith(".lock"));
    }
  }

  private Path build(GoModule module, EnumSet<GoCommand> commands) throws Exception {
    return new GoBuild(go, module, host, _ -> {}).build(commands);
  }

  private List<String> builds() throws Exception {
    return Files.readAllLines(home.resolve("builds"));
  }
}
