package io.ecsoperator.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.junit.Processes;
import io.ecsoperator.controlplane.process.JavaCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs the jars of operator and local-ecs, which are packaged before this module is tested. */
class DemoTest {

  @Test
  void runsTheQuickstartAndLeavesNothingBehind(@TempDir Path temporary) throws Exception {
    Process demo =
        JavaCommand.ofClass(Demo.class)
            .forShortRun()
            .withArguments(List.of("--once", "--root", ".."))
            .startUnbound(Map.of("TMPDIR", temporary.toString()));
    String output = new String(demo.getInputStream().readAllBytes());

    assertThat(demo.waitFor()).as(output).isZero();
    assertThat(output).contains("All 3 objects Ready after ");
    assertThat(Processes.workIn(temporary)).isFalse();
    assertThat(temporary).isEmptyDirectory();
  }
}
