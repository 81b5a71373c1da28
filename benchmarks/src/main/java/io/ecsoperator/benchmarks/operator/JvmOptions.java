package io.ecsoperator.benchmarks.operator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The file with the flags of the operator's JVM. */
final class JvmOptions {
  private JvmOptions() {}

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
