package io.ecsoperator.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinariesOnDiskTest {
  @TempDir Path home;

  @Test
  void theNewestCompleteVersionIsUsed() throws Exception {
    Path versions = home.resolve(".kubeapitest/k8s");
    program(versions.resolve("1.9.11-linux-amd64/etcd"));
    program(versions.resolve("1.9.11-linux-amd64/kube-apiserver"));
    program(versions.resolve("1.36.3-linux-amd64/etcd"));
    program(versions.resolve("1.36.3-linux-amd64/kube-apiserver"));
    program(versions.resolve("1.37.0-linux-amd64/kube-apiserver"));

    var found = find(Map.of("KUBE_API_TEST_DIR", home.resolve(".kubeapitest").toString()));

    assertThat(found.apiserver()).hasParentRaw(versions.resolve("1.36.3-linux-amd64"));
    assertThat(found.controllerManager()).isEmpty();
  }

  @Test
  void theAssetsFolderIsUsedBeforeAnyOther() throws Exception {
    Path assets = home.resolve("assets");
    program(assets.resolve("etcd"));
    program(assets.resolve("kube-apiserver"));
    program(assets.resolve("kube-controller-manager"));
    program(home.resolve(".kubeapitest/k8s/1.36.3-linux-amd64/etcd"));
    program(home.resolve(".kubeapitest/k8s/1.36.3-linux-amd64/kube-apiserver"));

    var found = find(Map.of("KUBEBUILDER_ASSETS", assets.toString()));

    assertThat(found.apiserver()).hasParentRaw(assets);
    assertThat(found.controllerManager()).contains(assets.resolve("kube-controller-manager"));
  }

  @Test
  void binariesNamedOneByOneAreUsedBeforeAnyFolder() throws Exception {
    Path etcd = program(home.resolve("a/my-etcd"));
    Path apiserver = program(home.resolve("b/my-apiserver"));

    var found =
        find(
            Map.of(
                "TEST_ASSET_ETCD", etcd.toString(),
                "TEST_ASSET_KUBE_APISERVER", apiserver.toString(),
                "KUBEBUILDER_ASSETS", home.toString()));

    assertThat(found.etcd()).isEqualTo(etcd);
    assertThat(found.apiserver()).isEqualTo(apiserver);
  }

  private ControlPlaneBinaries find(Map<String, String> variables) throws Exception {
    return new BinariesOnDisk(
            new HostEnvironment(variables, home),
            BinariesOnDisk.ControllerManager.OPTIONAL,
            _ -> {})
        .find()
        .orElseThrow();
  }

  private static Path program(Path file) throws Exception {
    return FakePrograms.write(file, "#!/bin/sh");
  }
}
