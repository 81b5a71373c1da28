package io.ecsoperator.benchmarks.localecs;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code java -jar local-ecs.jar} in a process of its own, which is killed when closed. */
final class JarProcess implements AutoCloseable {
  private static final String GREETING = "local-ecs is listening on ";

  private final Process process;
  private final URI url;

  /** Starts it on any port, and waits until it says that it listens. */
  JarProcess(Path project, String... options) throws IOException {
    Path jar = project.resolve("local-ecs/target/local-ecs.jar");
    if (!Files.exists(jar)) {
      throw new IOException(jar + " is missing; make build makes it.");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-jar", jar.toString(), "--port", "0"));
    command.addAll(List.of(options));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      url = URI.create(greeting().substring(GREETING.length()));
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private String greeting() throws IOException {
    BufferedReader output = process.inputReader();
    String line = output.readLine();
    if (line == null || !line.startsWith(GREETING)) {
      throw new IOException("local-ecs did not start: " + line);
    }
    return line;
  }

  URI url() {
    return url;
  }

  /** What it has used of all cores so far, which other processes do not add to. */
  Duration processorTime() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
