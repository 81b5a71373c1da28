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
    Path go = host.command("go").orElseThrow(() -> new UnavailableException("no go on the PATH"));
    Set<GoCommand> commands = EnumSet.copyOf(GoCommand.CONTROL_PLANE);
    boolean kubectlPresent = host.command("kubectl").isPresent();
    if (kubectlPresent) {
      commands.remove(GoCommand.KUBECTL);
    }
    Path folder = new GoBuild(go, GoModule.ofControlPlane(), host, progress).build(commands);
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
}
