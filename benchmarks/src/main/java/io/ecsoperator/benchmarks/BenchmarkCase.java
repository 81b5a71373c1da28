package io.ecsoperator.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Something worth measuring. */
public interface BenchmarkCase {
  /** What it is called on the command line and in the page, such as {@code local-ecs-start}. */
  String name();

  /** What is measured, in half a line. */
  String description();

  /** Flags of the Java process in which it runs. */
  default List<String> flags() {
    return List.of();
  }

  /**
   * Flags of the Java process that is measured, where that is another one.
   *
   * @param project the root folder of the built project
   */
  default List<String> measuredFlags(Path project) throws IOException {
    return flags();
  }

  /**
   * Measures, in a process that does nothing else.
   *
   * @throws Exception when it cannot be measured; the run fails
   */
  List<Measure> run(Setting setting) throws Exception;
}
