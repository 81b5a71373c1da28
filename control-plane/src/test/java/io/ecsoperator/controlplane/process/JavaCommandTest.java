package io.ecsoperator.controlplane.process;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaCommandTest {
  private static final Pattern NEVER_WRITTEN = Pattern.compile("ready");

  @Test
  void aMissingJarIsReportedWithTheCommandThatBuildsIt(@TempDir Path folder) {
    assertThatThrownBy(() -> JavaCommand.ofJar(folder.resolve("operator.jar")))
        .isInstanceOf(ProcessException.class)
        .hasMessageContaining("operator.jar")
        .hasMessageContaining("make build");
  }

  @Test
  void aProcessThatEndsIsReportedWithTheEndOfItsLog(@TempDir Path folder) throws Exception {
    Path jar = Files.writeString(folder.resolve("operator.jar"), "not a jar");

    try (var process = JavaCommand.ofJar(jar).start("operator", Map.of(), folder)) {
      assertThatThrownBy(() -> process.await(NEVER_WRITTEN, Duration.ofMinutes(1)))
          .isInstanceOf(ProcessException.class)
          .hasMessageContaining("operator ended by itself")
          .hasMessageContaining("corrupt");
    }
  }
}
