package io.ecsoperator.e2e.demo;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaProcessTest {
  private static final Pattern NEVER_WRITTEN = Pattern.compile("ready");

  private static JavaProcess start(Path jar, Path folder) throws Exception {
    return JavaProcess.start(jar, List.of(), List.of(), Map.of(), folder, InstantSource.system());
  }

  @Test
  void aMissingJarIsNamedWithWhatMakesIt(@TempDir Path folder) {
    assertThatThrownBy(() -> start(folder.resolve("operator.jar"), folder))
        .isInstanceOf(DemoException.class)
        .hasMessageContaining("operator.jar")
        .hasMessageContaining("make build");
  }

  @Test
  void aProcessThatEndsIsReportedWithTheEndOfItsLog(@TempDir Path folder) throws Exception {
    Path jar = Files.writeString(folder.resolve("operator.jar"), "not a jar");

    try (var process = start(jar, folder)) {
      assertThatThrownBy(() -> process.await(NEVER_WRITTEN, Duration.ofMinutes(1)))
          .isInstanceOf(DemoException.class)
          .hasMessageContaining("operator ended by itself")
          .hasMessageContaining("corrupt");
    }
  }
}
