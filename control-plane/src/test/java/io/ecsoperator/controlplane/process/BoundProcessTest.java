package io.ecsoperator.controlplane.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.controlplane.junit.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundProcessTest {

  /** A JVM that starts a process, reports it, and then waits. */
  static final class Owner {
    public static void main(String[] args) throws Exception {
      try (var process = startIdle(Path.of(args[0]))) {
        System.out.println("started");
        process.waitFor(Duration.ofMinutes(5));
      }
    }
  }

  private static BoundProcess startIdle(Path folder) throws Exception {
    // A child process of it, which must end too.
    String idle = "tail -F %1$s/a 2>/dev/null & tail -F %1$s/b 2>/dev/null".formatted(folder);
    return BoundProcess.start("idle", List.of("/bin/sh", "-c", idle), System.getenv(), folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"KILL", "INT", "TERM", "HUP"})
  void endsWithTheJvmThatStartedIt(String signal, @TempDir Path parent) throws Exception {
    Path folder = Files.createDirectory(parent.resolve("work"));
    Process owner =
        JavaCommand.ofClass(Owner.class)
            .withArguments(List.of(folder.toString()))
            .startUnbound(Map.of());
    assertThat(owner.inputReader().readLine()).isEqualTo("started");
    Await.until("the process works", () -> Processes.workIn(folder.resolve("b")));

    new ProcessBuilder("kill", "-" + signal, Long.toString(owner.pid())).start().waitFor();
    owner.waitFor();

    Await.until("the process has ended", () -> !Processes.workIn(folder.resolve("b")));
    Await.until("its child has ended", () -> !Processes.workIn(folder.resolve("a")));
    Await.until("its folder is deleted", () -> !Files.exists(folder));
  }

  @Test
  void hasEndedAndLeftNoFolderWhenCloseReturns(@TempDir Path parent) throws Exception {
    Path folder = Files.createDirectory(parent.resolve("work"));
    BoundProcess process = startIdle(folder);
    Await.until("the process works", () -> Processes.workIn(folder.resolve("b")));

    process.close();

    assertThat(Processes.workIn(folder)).isFalse();
    assertThat(folder).doesNotExist();
  }

  @Test
  void keepsFolderLogAndExitCodeOfAProcessThatEndsByItself(@TempDir Path folder) throws Exception {
    try (var process =
        BoundProcess.start(
            "talker",
            List.of("/bin/sh", "-c", "seq 1 40; echo bad flag >&2; exit 3"),
            System.getenv(),
            folder)) {
      assertThat(process.waitFor(Duration.ofSeconds(30))).isEqualTo(3);
      assertThat(process.isAlive()).isFalse();
      assertThat(process.tail()).startsWith("\n     27\n     28").endsWith("     bad flag");
      assertThat(folder.resolve("talker.log")).exists();
    }
  }
}
