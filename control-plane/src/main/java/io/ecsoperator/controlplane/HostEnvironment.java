package io.ecsoperator.controlplane;

import io.ecsoperator.controlplane.process.TemporaryFolder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The environment variables and the home folder, which decide how an API server is found. */
public record HostEnvironment(Map<String, String> variables, Path home) {

  public HostEnvironment {
    variables = Map.copyOf(variables);
  }

  public static HostEnvironment ofThisProcess() {
    return new HostEnvironment(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /** The variable's value; an empty one counts as unset. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }

  /** The same environment with variables added or changed. */
  public HostEnvironment with(Map<String, String> changes) {
    var changed = new HashMap<>(variables);
    changed.putAll(changes);
    return new HostEnvironment(changed, home);
  }

  /** The program {@code name} on the PATH. */
  public Optional<Path> command(String name) {
    return Arrays.stream(variable("PATH").orElse("").split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name).toAbsolutePath())
        .filter(HostEnvironment::isProgram)
        .findFirst();
  }

  static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  /** A folder for the files of a control plane. */
  TemporaryFolder newTemporaryFolder() throws IOException {
    return newTemporaryFolder("ecs-operator-control-plane-");
  }

  /** A new folder below TMPDIR, or below Java's default if that is unset. */
  public TemporaryFolder newTemporaryFolder(String prefix) throws IOException {
    Path parent =
        variable("TMPDIR").map(Path::of).orElse(Path.of(System.getProperty("java.io.tmpdir")));
    return TemporaryFolder.createIn(parent, prefix);
  }

  /** The folder that keeps built binaries between runs. */
  Path cache() {
    return variable("XDG_CACHE_HOME")
        .map(Path::of)
        .orElse(home.resolve(".cache"))
        .resolve("ecs-operator");
  }

  /** The variables for a child process, which never uses a proxy for loopback. */
  Map<String, String> forChild(Map<String, String> additions) {
    var result = new HashMap<>(variables);
    result.putAll(additions);
    String noProxy = noProxy();
    result.put("NO_PROXY", noProxy);
    result.put("no_proxy", noProxy);
    return result;
  }

  String noProxy() {
    String loopback = "127.0.0.1,localhost";
    return variable("NO_PROXY")
        .or(() -> variable("no_proxy"))
        .map(given -> given + "," + loopback)
        .orElse(loopback);
  }
}
