package io.ecsoperator.benchmarks.operator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The flags of the operator's JVM, and of those that share the machine with it. */
final class JvmOptions {
  /**
   * Optimising code takes whatever core is free for as long as a case lasts, and time of the
   * operator's. There is room for five thousand services and their tasks.
   */
  static final List<String> BESIDE_THE_OPERATOR =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g");

  private JvmOptions() {}

  /** The file with the operator's. */
  static Path file(Path project) {
    return project.resolve("operator/jvm.options");
  }

  /** The flags in it. */
  static List<String> of(Path project) throws IOException {
    return Files.readAllLines(file(project)).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }
}
