package io.ecsoperator.benchmarks.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessUsageTest {
  @Test
  void readsCpuAndMemoryOfAProcess() throws IOException {
    ProcessUsage usage = ProcessUsage.of(ProcessHandle.current().pid());

    assertThat(usage.cpuSeconds())
        .isPositive()
        .isLessThanOrEqualTo(
            ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1e3
                + 0.01);
    assertThat(usage.residentMebibytes()).isGreaterThan(10);
    assertThat(usage.peakMebibytes()).isGreaterThanOrEqualTo(usage.residentMebibytes());
  }
}
