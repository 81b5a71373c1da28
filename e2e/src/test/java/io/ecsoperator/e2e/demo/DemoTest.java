package io.ecsoperator.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.e2e.process.ChildJvm;
import io.ecsoperator.e2e.process.Processes;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs the jars that are packaged before the tests of this module run. */
class DemoTest {

  @Test
  void bringsTheQuickstartUpAndLeavesNothing(@TempDir Path temporary) throws Exception {
    Process demo =
        ChildJvm.start(
            Demo.class, Map.of("TMPDIR", temporary.toString()), "--once", "--root", "..");
    String output = new String(demo.getInputStream().readAllBytes());

    assertThat(demo.waitFor()).as(output).isZero();
    assertThat(output).contains("All 5 objects Ready after ");
    assertThat(Processes.workIn(temporary)).isFalse();
    assertThat(temporary).isEmptyDirectory();
  }
}
