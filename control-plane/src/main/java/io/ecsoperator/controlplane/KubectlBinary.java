package io.ecsoperator.controlplane;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds kubectl on the PATH or beside the API server's binaries, or builds it from source. */
record KubectlBinary(HostEnvironment host, Consumer<String> progress) {

  Path find(Optional<Path> beside) throws UnavailableException, IOException, InterruptedException {
    var present = host.command("kubectl").or(() -> beside);
    if (present.isPresent()) {
      return present.get();
    }
    Path go =
        host.command("go")
            .orElseThrow(
                () -> new UnavailableException("no kubectl on the PATH, and no go to build it"));
    return new GoBuild(go, GoModule.ofControlPlane(), host, progress)
        .build(EnumSet.of(GoCommand.KUBECTL))
        .resolve(GoCommand.KUBECTL.fileName);
  }
}
