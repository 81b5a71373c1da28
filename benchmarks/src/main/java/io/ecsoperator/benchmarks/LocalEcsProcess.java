package io.ecsoperator.benchmarks;

import io.ecsoperator.controlplane.HostEnvironment;
import io.ecsoperator.controlplane.process.BoundProcess;
import io.ecsoperator.controlplane.process.JavaCommand;
import io.ecsoperator.controlplane.process.TemporaryFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code java -jar local-ecs.jar} in a process of its own, which is killed when this is closed. */
public final class LocalEcsProcess implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("local-ecs is listening on (\\S+)");
  private static final Duration START_LIMIT = Duration.ofMinutes(10);

  private final TemporaryFolder folder;
  private final BoundProcess process;
  private final URI url;

  private LocalEcsProcess(TemporaryFolder folder, BoundProcess process, URI url) {
    this.folder = folder;
    this.process = process;
    this.url = url;
  }

  /**
   * Starts it on a free port, and waits until it listens.
   *
   * @param project the built project
   * @param flags of the JVM
   * @param options of local-ecs
   */
  public static LocalEcsProcess start(Path project, List<String> flags, String... options)
      throws IOException, InterruptedException {
    HostEnvironment host = HostEnvironment.ofThisProcess();
    TemporaryFolder folder = host.newTemporaryFolder("ecs-operator-benchmark-");
    BoundProcess process =
        JavaCommand.ofJar(project.resolve("local-ecs/target/local-ecs.jar"))
            .withFlags(flags)
            .withArguments(Stream.concat(Stream.of("--port=0"), Stream.of(options)).toList())
            .start("local-ecs", host.variables(), folder.path());
    try {
      URI url = URI.create(process.await(LISTENING, START_LIMIT).group(1));
      return new LocalEcsProcess(folder, process, url);
    } catch (InterruptedException | RuntimeException e) {
      process.close();
      folder.close();
      throw e;
    }
  }

  public URI url() {
    return url;
  }

  /** The time that it has used of all cores so far. */
  public Duration processorTime() {
    return process.handle().info().totalCpuDuration().orElseThrow();
  }

  @Override
  public void close() {
    process.close();
    folder.close();
  }
}
