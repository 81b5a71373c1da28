package io.ecsoperator.controlplane;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A control plane built from source, or taken from the cache of an earlier build. */
record GoToolchain(HostEnvironment host, Consumer<String> progress) implements ControlPlaneSource {

  @Override
  public String name() {
    return "the Go toolchain, which builds one from source";
  }

  @Override
  public ControlPlane start() throws UnavailableException, IOException, InterruptedException {
    Set<GoCommand> commands = EnumSet.copyOf(GoCommand.CONTROL_PLANE);
    boolean kubectlPresent = host.command("kubectl").isPresent();
    if (kubectlPresent) {
      commands.remove(GoCommand.KUBECTL);
    }
    Path folder = folder(commands);
    var binaries =
        new ControlPlaneBinaries(
            "built with Go",
            folder.resolve(GoCommand.ETCD.fileName),
            folder.resolve(GoCommand.KUBE_APISERVER.fileName),
            Optional.of(folder.resolve(GoCommand.KUBE_CONTROLLER_MANAGER.fileName)),
            kubectlPresent
                ? Optional.empty()
                : Optional.of(folder.resolve(GoCommand.KUBECTL.fileName)));
    return new LocalControlPlane(binaries, host, progress).start();
  }

  private Path folder(Set<GoCommand> commands)
      throws UnavailableException, IOException, InterruptedException {
    GoModule module = GoModule.ofControlPlane();
    Optional<Path> go = host.command("go");
    if (go.isPresent()) {
      return new GoBuild(go.get(), module, host, progress).build(commands);
    }
    return GoBuild.earlier(module, host, commands)
        .orElseThrow(
            () -> new UnavailableException("no go on the PATH, and no earlier build of it"));
  }
}
