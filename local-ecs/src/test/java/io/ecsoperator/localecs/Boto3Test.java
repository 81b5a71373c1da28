package io.ecsoperator.localecs;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.world.WorldClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A second SDK works with the endpoint: boto3 runs the Python tests in src/test/python, over HTTP,
 * in a world that is fast enough for its waiters.
 */
class Boto3Test {
  private static final Path TESTS = Path.of("src", "test", "python");
  private static final Path REQUIREMENTS = TESTS.resolve("requirements.txt");

  private static PythonEnvironment python;

  @BeforeAll
  static void install() throws IOException {
    python = PythonEnvironment.in(Path.of("target", "python"), REQUIREMENTS);
  }

  static List<String> modules() throws IOException {
    try (Stream<Path> files = Files.list(TESTS)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("test_.*\\.py"))
          .map(name -> name.substring(0, name.length() - ".py".length()))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("modules")
  void boto3FindsEcs(String module) throws IOException {
    try (LocalEcs ecs =
        LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.scaled(120)))) {
      PythonEnvironment.Outcome outcome =
          python.run(
              TESTS.toAbsolutePath(),
              Map.of(
                  "LOCAL_ECS_URL",
                  ecs.url().toString(),
                  "NO_PROXY",
                  ecs.url().getHost(),
                  "AWS_CONFIG_FILE",
                  "/dev/null",
                  "PYTHONDONTWRITEBYTECODE",
                  "1"),
              List.of("-m", "unittest", "--verbose", module));

      assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    }
  }

  @Test
  void everyPackageIsPinned() throws IOException {
    assertThat(Files.readAllLines(REQUIREMENTS))
        .filteredOn(line -> !line.startsWith("#"))
        .isNotEmpty()
        .allMatch(line -> line.matches("[a-z0-9-]+==[0-9a-z.]+"));
  }
}
