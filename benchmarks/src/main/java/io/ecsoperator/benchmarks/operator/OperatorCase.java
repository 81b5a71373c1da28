package io.ecsoperator.benchmarks.operator;

import io.ecsoperator.benchmarks.BenchmarkCase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A case that measures the operator, in a process beside its own, on a {@link
 * BenchmarkEnvironment}.
 */
interface OperatorCase extends BenchmarkCase {
  @Override
  default List<String> flags() {
    return JvmOptions.BESIDE_THE_OPERATOR;
  }

  @Override
  default List<String> measuredFlags(Path project) throws IOException {
    return JvmOptions.of(project);
  }
}
