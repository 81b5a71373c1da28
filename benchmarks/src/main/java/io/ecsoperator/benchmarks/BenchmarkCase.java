package io.ecsoperator.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One benchmark. */
public interface BenchmarkCase {
  /** The name on the command line and in the page, such as {@code local-ecs-start}. */
  String name();

  /** A short text that says what is measured. */
  String description();

  /** Flags of the Java process in which the case runs. */
  default List<String> flags() {
    return List.of();
  }

  /**
   * Flags of the measured Java process, if it is not the one in which the case runs.
   *
   * @param project the root folder of the built project
   */
  default List<String> measuredFlags(Path project) throws IOException {
    return flags();
  }

  /**
   * Measures, in a process of its own.
   *
   * @throws Exception if measuring fails; the run fails too
   */
  List<Measure> run(Setting setting) throws Exception;
}
