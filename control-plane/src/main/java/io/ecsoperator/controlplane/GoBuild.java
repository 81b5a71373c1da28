package io.ecsoperator.controlplane;

import io.ecsoperator.controlplane.process.BoundProcess;
import io.ecsoperator.controlplane.process.TemporaryFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builds the commands of a Go module from source, once per version. The binaries stay in a cache
 * folder that is named after a hash of all they depend on. A binary appears there complete or not
 * at all. If several runs need it at the same time, one builds and the others wait.
 */
final class GoBuild {
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(30);

  /** Go may first have to fetch the toolchain that the module requires. */
  private static final Duration QUERY_LIMIT = Duration.ofMinutes(5);

  private static final Duration LOCK_POLL = Duration.ofMillis(200);

  private final Path go;
  private final GoModule module;
  private final HostEnvironment host;
  private final Consumer<String> progress;

  GoBuild(Path go, GoModule module, HostEnvironment host, Consumer<String> progress) {
    this.go = go;
    this.module = module;
    this.host = host;
    this.progress = progress;
  }

  /** Builds those of {@code commands} that are missing, and returns the folder that has all. */
  Path build(Set<GoCommand> commands)
      throws UnavailableException, IOException, InterruptedException {
    Path root = Files.createDirectories(host.cache().resolve("control-plane"));
    List<String> toolchain = toolchain(root);
    Path folder = root.resolve(module.fingerprint(toolchain));
    if (!missing(commands, folder).isEmpty()) {
      try (var channel = openLock(root.resolve(folder.getFileName() + ".lock"));
          var _ = lock(channel)) {
        Set<GoCommand> missing = missing(commands, folder);
        if (!missing.isEmpty()) {
          compile(missing, folder, toolchain.getFirst());
        }
      }
    }
    Files.writeString(record(module, host), folder.getFileName().toString());
    return folder;
  }

  /** The folder that an earlier build filled; needs no Go. */
  static Optional<Path> earlier(GoModule module, HostEnvironment host, Set<GoCommand> commands)
      throws IOException {
    Path record = record(module, host);
    if (!Files.exists(record)) {
      return Optional.empty();
    }
    return Optional.of(record.resolveSibling(Files.readString(record)))
        .filter(folder -> missing(commands, folder).isEmpty());
  }

  /** The file with the name of the folder that the module was last built into. */
  private static Path record(GoModule module, HostEnvironment host) {
    return host.cache().resolve("control-plane").resolve(module.fingerprint(List.of()) + ".built");
  }

  private static Set<GoCommand> missing(Set<GoCommand> commands, Path folder) {
    var missing = EnumSet.copyOf(commands);
    missing.removeIf(command -> Files.isExecutable(folder.resolve(command.fileName)));
    return missing;
  }

  /** Go's version, operating system and architecture. */
  private List<String> toolchain(Path root)
      throws UnavailableException, IOException, InterruptedException {
    try (var folder = TemporaryFolder.createIn(root, "building-")) {
      module.writeTo(folder.path());
      var names = List.of("GOVERSION", "GOOS", "GOARCH");
      var arguments = new ArrayList<>(List.of("env"));
      arguments.addAll(names);
      List<String> output = run(arguments, folder.path(), QUERY_LIMIT).lines().toList();
      // Go may report a toolchain download before the answer.
      return output.subList(output.size() - names.size(), output.size());
    }
  }

  private void compile(Set<GoCommand> commands, Path target, String goVersion)
      throws UnavailableException, IOException, InterruptedException {
    progress.accept(
        "Building %s of %s %s with %s; with nothing cached by Go this takes about %s on two cores, once ..."
            .formatted(
                commands.stream().map(c -> c.fileName).collect(Collectors.joining(", ")),
                module.isKubernetes() ? "Kubernetes" : "Helm",
                module.version(),
                goVersion,
                minutes(commands)));
    Files.createDirectories(target);
    try (var folder = TemporaryFolder.createIn(target, "building-")) {
      module.writeTo(folder.path());
      Path out = Files.createDirectory(folder.path().resolve("out"));
      var arguments =
          new ArrayList<>(
              // These override GOFLAGS, which the user may have set for other modules.
              List.of(
                  "build", "-mod=readonly", "-buildvcs=false", "-ldflags", linkerFlags(), "-o"));
      arguments.add(out + "/");
      commands.forEach(command -> arguments.add(command.source));
      run(arguments, folder.path(), BUILD_LIMIT);
      for (GoCommand command : commands) {
        Files.move(
            out.resolve(command.built),
            target.resolve(command.fileName),
            StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  private static String minutes(Set<GoCommand> commands) {
    if (commands.size() > 1) {
      return "five minutes";
    }
    return commands.contains(GoCommand.HELM) ? "two minutes" : "one minute";
  }

  /** Leaves out symbols, a third of the size, and sets the version, which is another otherwise. */
  private String linkerFlags() {
    String version = module.version();
    if (!module.isKubernetes()) {
      return "-s -w -X helm.sh/helm/v4/internal/version.version=" + version;
    }
    String[] parts = version.substring(1).split("\\.");
    return "-s -w "
        + List.of("k8s.io/component-base/version", "k8s.io/client-go/pkg/version").stream()
            .map(
                variables ->
                    "-X %1$s.gitVersion=%2$s -X %1$s.gitMajor=%3$s -X %1$s.gitMinor=%4$s"
                        .formatted(variables, version, parts[0], parts[1]))
            .collect(Collectors.joining(" "));
  }

  private String run(List<String> arguments, Path folder, Duration limit)
      throws UnavailableException, IOException, InterruptedException {
    var command = new ArrayList<>(List.of(go.toString()));
    command.addAll(arguments);
    var variables = host.forChild(Map.of("CGO_ENABLED", "0", "GOWORK", "off"));
    // The binaries are for this machine, also if the user builds for another one.
    variables.keySet().removeAll(Set.of("GOOS", "GOARCH"));
    try (var process = BoundProcess.start("go", command, variables, folder)) {
      int exit = process.waitFor(limit);
      if (exit != 0) {
        throw new UnavailableException(
            "`go %s` %s:%s"
                .formatted(
                    arguments.getFirst(),
                    exit == -1 ? "took longer than " + limit.toMinutes() + " minutes" : "failed",
                    process.tail()));
      }
      return process.output();
    }
  }

  private static FileChannel openLock(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private FileLock lock(FileChannel channel)
      throws UnavailableException, IOException, InterruptedException {
    FileLock lock = tryLock(channel);
    if (lock == null) {
      progress.accept("Waiting for another run that is building the same with Go ...");
    }
    long end = System.nanoTime() + BUILD_LIMIT.toNanos();
    while (lock == null) {
      if (System.nanoTime() > end) {
        throw new UnavailableException("another run has been building for " + BUILD_LIMIT);
      }
      Thread.sleep(LOCK_POLL);
      lock = tryLock(channel);
    }
    return lock;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // A thread of this JVM has the lock; wait for it like for another process.
    }
  }
}
