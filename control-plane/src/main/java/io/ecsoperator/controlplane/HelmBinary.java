package io.ecsoperator.controlplane;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.function.Consumer;

/** Finds Helm 4 on the PATH, or builds it from source. */
record HelmBinary(HostEnvironment host, Consumer<String> progress) {
  private static final Duration VERSION_LIMIT = Duration.ofSeconds(30);

  Path find() throws UnavailableException, IOException, InterruptedException {
    var present = host.command("helm").filter(this::isVersion4);
    if (present.isPresent()) {
      return present.get();
    }
    Path go =
        host.command("go")
            .orElseThrow(
                () -> new UnavailableException("no Helm 4 on the PATH, and no go to build it"));
    return new GoBuild(go, GoModule.ofHelm(), host, progress)
        .build(EnumSet.of(GoCommand.HELM))
        .resolve(GoCommand.HELM.fileName);
  }

  private boolean isVersion4(Path helm) {
    return new ToolRun(helm, host.variables(), VERSION_LIMIT)
        .run("", "version", "--short")
        .stdout()
        .startsWith("v4.");
  }
}
