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

/** What of this machine decides how an API server is found: its variables and the home folder. */
public record HostEnvironment(Map<String, String> variables, Path home) {

  public HostEnvironment {
    variables = Map.copyOf(variables);
  }

  public static HostEnvironment ofThisProcess() {
    return new HostEnvironment(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /** The variable's value; one that is empty counts as unset. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }

  /** This host, with variables added or changed. */
  public HostEnvironment with(Map<String, String> changes) {
    var changed = new HashMap<>(variables);
    changed.putAll(changes);
    return new HostEnvironment(changed, home);
  }

  /** The file that a shell would run for {@code name}. */
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

  /** A folder for a control plane's own files. */
  TemporaryFolder newTemporaryFolder() throws IOException {
    return newTemporaryFolder("ecs-operator-control-plane-");
  }

  /** A folder below TMPDIR where that is set, else where Java makes them. */
  public TemporaryFolder newTemporaryFolder(String prefix) throws IOException {
    Path parent =
        variable("TMPDIR").map(Path::of).orElse(Path.of(System.getProperty("java.io.tmpdir")));
    return TemporaryFolder.createIn(parent, prefix);
  }

  /** Where built binaries are kept between runs. */
  Path cache() {
    return variable("XDG_CACHE_HOME")
        .map(Path::of)
        .orElse(home.resolve(".cache"))
        .resolve("ecs-operator");
  }

  /** The variables for a child process: loopback is never reached through a proxy. */
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
