package io.ecsoperator.localecs.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptReaderTest {
  private final Scripts scripts = new Scripts();
  private final ScriptReader reader = new ScriptReader(scripts);

  @ParameterizedTest
  @CsvSource({
    "echo hello, 1, 0",
    "'echo migrating; sleep 5; echo done', 5, 0",
    "sleep 2 && sleep 3, 5, 0",
    "sleep 7; exit 3; sleep 100, 7, 3",
    "false, 1, 1",
    "'false; true', 1, 0",
    "exit, 1, 0"
  })
  void thePlainCommandDeterminesItsEnd(String line, int seconds, int exitCode) {
    ContainerScript expected = ContainerScript.ends(Duration.ofSeconds(seconds), exitCode);

    assertThat(of(List.of("sh", "-c", line))).isEqualTo(expected);
  }

  @Test
  void aCommandNeedsNoShell() {
    assertThat(of(List.of("sleep", "10")))
        .isEqualTo(ContainerScript.ends(Duration.ofSeconds(10), 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nginx -g x", "sleep infinity", "echo a; ./serve", "exit now", "sleep", "a | b"})
  void anyOtherCommandRunsForEver(String line) {
    assertThat(of(List.of("sh", "-c", line))).isEqualTo(ContainerScript.runsForEver());
  }

  @Test
  void environmentGoesBeforeImageBeforeCommandBeforeBeingAwaited() {
    scripts.forImage("app:1", ContainerScript.unhealthy());

    assertThat(reader.of(container(List.of("true"), Map.of("LOCAL_ECS_RUN_SECONDS", "9"), true)))
        .isEqualTo(ContainerScript.ends(Duration.ofSeconds(9), 0));
    assertThat(reader.of(container(List.of("true"), Map.of("OTHER", "9"), true)))
        .isEqualTo(ContainerScript.unhealthy());
    scripts.clear();
    assertThat(reader.of(container(List.of("false"), Map.of(), true)).exitCode()).isOne();
    assertThat(reader.of(container(List.of("serve"), Map.of(), true)).runsFor())
        .hasValue(Duration.ofSeconds(5));
    assertThat(reader.of(container(List.of("serve"), Map.of(), false)))
        .isEqualTo(ContainerScript.runsForEver());
  }

  @Test
  void theEnvironmentCanSayEverything() {
    assertThat(
            reader.of(
                container(
                    List.of(),
                    Map.of("LOCAL_ECS_EXIT_CODE", "4", "LOCAL_ECS_HEALTH", "UNHEALTHY"),
                    false)))
        .satisfies(
            script -> {
              assertThat(script.exitCode()).isEqualTo(4);
              assertThat(script.runsFor()).hasValue(Duration.ofSeconds(1));
              assertThat(script.healthy()).isFalse();
            });
    assertThat(
            reader
                .of(container(List.of(), Map.of("LOCAL_ECS_PULL_ERROR", "gone"), false))
                .pullError())
        .hasValue("gone");
  }

  private ContainerScript of(List<String> command) {
    return reader.of(container(command, Map.of(), false));
  }

  private static ScriptReader.Container container(
      List<String> command, Map<String, String> environment, boolean awaited) {
    return new ScriptReader.Container("app:1", List.of(), command, environment, awaited);
  }
}
