package io.ecsoperator.controlplane;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Binaries in the folders that Go's envtest and Java's kube-api-test use. */
record BinariesOnDisk(
    HostEnvironment host, ControllerManager controllerManager, Consumer<String> progress)
    implements ControlPlaneSource {

  /** Whether the binaries must include a controller-manager, which most tests need. */
  enum ControllerManager {
    REQUIRED,
    OPTIONAL
  }

  @Override
  public String name() {
    return "kube-apiserver and etcd on disk";
  }

  @Override
  public ControlPlane start() throws UnavailableException, IOException, InterruptedException {
    var found = find();
    if (found.isEmpty()) {
      throw new UnavailableException(
          "neither by TEST_ASSET_KUBE_APISERVER and TEST_ASSET_ETCD nor in "
              + String.join(", ", folders().stream().map(Path::toString).toList()));
    }
    if (found.get().controllerManager().isEmpty()) {
      if (controllerManager == ControllerManager.REQUIRED) {
        throw new UnavailableException(
            found.get().origin() + " has no kube-controller-manager beside them");
      }
      progress.accept(
          found.get().origin()
              + " has no kube-controller-manager: deleted namespaces will stay, and nothing is"
              + " garbage-collected.");
    }
    return new LocalControlPlane(found.get(), host, progress).start();
  }

  /** The first folder that has both etcd and the API server. */
  Optional<ControlPlaneBinaries> find() throws IOException {
    var named = namedOneByOne();
    if (named.isPresent()) {
      return named;
    }
    return folders().stream()
        .filter(folder -> executable(folder, "kube-apiserver").isPresent())
        .filter(folder -> executable(folder, "etcd").isPresent())
        .findFirst()
        .map(
            folder ->
                new ControlPlaneBinaries(
                    folder.toString(),
                    folder.resolve("etcd"),
                    folder.resolve("kube-apiserver"),
                    executable(folder, "kube-controller-manager"),
                    executable(folder, "kubectl")));
  }

  private Optional<ControlPlaneBinaries> namedOneByOne() {
    return executable("TEST_ASSET_ETCD")
        .flatMap(
            etcd ->
                executable("TEST_ASSET_KUBE_APISERVER")
                    .map(
                        apiserver ->
                            new ControlPlaneBinaries(
                                "the folder of TEST_ASSET_KUBE_APISERVER",
                                etcd,
                                apiserver,
                                executable("TEST_ASSET_KUBE_CONTROLLER_MANAGER")
                                    .or(
                                        () ->
                                            Optional.ofNullable(apiserver.getParent())
                                                .flatMap(
                                                    folder ->
                                                        executable(
                                                            folder, "kube-controller-manager"))),
                                executable("TEST_ASSET_KUBECTL"))));
  }

  /** The folders to search, those named by variables first. */
  private List<Path> folders() throws IOException {
    var folders = new ArrayList<Path>();
    host.variable("KUBEBUILDER_ASSETS").map(Path::of).ifPresent(folders::add);
    var named = host.variable("KUBE_API_TEST_DIR").map(Path::of);
    if (named.isPresent()) {
      folders.addAll(versions(named.get()));
    }
    folders.add(Path.of("/usr/local/kubebuilder/bin"));
    folders.addAll(versions(host.home().resolve(".kubeapitest")));
    folders.addAll(
        versions(
            host.variable("XDG_DATA_HOME")
                .map(Path::of)
                .orElse(host.home().resolve(".local/share"))
                .resolve("kubebuilder-envtest")));
    return folders;
  }

  /** The folders {@code <root>/k8s/<version>-<os>-<architecture>}, newest version first. */
  private static List<Path> versions(Path root) throws IOException {
    Path k8s = root.resolve("k8s");
    if (!Files.isDirectory(k8s)) {
      return List.of(k8s);
    }
    try (var folders = Files.list(k8s)) {
      return folders
          .filter(folder -> folder.getFileName().toString().matches("\\d.*-.*-.*"))
          .sorted(Comparator.comparing(BinariesOnDisk::version).reversed())
          .toList();
    }
  }

  private static Version version(Path folder) {
    String name = folder.getFileName().toString();
    return Version.parse(name.substring(0, name.indexOf('-')));
  }

  private Optional<Path> executable(String variable) {
    return host.variable(variable).map(Path::of).filter(HostEnvironment::isProgram);
  }

  private static Optional<Path> executable(Path folder, String name) {
    return Optional.of(folder.resolve(name)).filter(HostEnvironment::isProgram);
  }
}
