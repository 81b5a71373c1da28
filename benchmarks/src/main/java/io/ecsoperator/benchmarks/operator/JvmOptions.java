package io.ecsoperator.benchmarks.operator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The flags of the operator's JVM, and of the JVMs that run beside it. */
final class JvmOptions {
  /**
   * No optimising compiler: it would take CPU time from the operator for as long as a case lasts.
   * The heap has room for five thousand services and their tasks.
   */
  static final List<String> BESIDE_THE_OPERATOR =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g");

  private JvmOptions() {}

  /** The file with the operator's flags. */
  static Path file(Path project) {
    return project.resolve("operator/jvm.options");
  }

  /** The operator's flags. */
  static List<String> of(Path project) throws IOException {
    return Files.readAllLines(file(project)).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }
}
