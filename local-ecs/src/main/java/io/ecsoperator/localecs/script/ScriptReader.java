package io.ecsoperator.localecs.script;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the script of a container. The first that applies wins: its environment, its image, its
 * command, other containers that wait for its end. Otherwise it runs until it is stopped.
 */
public final class ScriptReader {
  public static final String START_SECONDS = "LOCAL_ECS_START_SECONDS";
  public static final String RUN_SECONDS = "LOCAL_ECS_RUN_SECONDS";
  public static final String EXIT_CODE = "LOCAL_ECS_EXIT_CODE";
  public static final String PULL_ERROR = "LOCAL_ECS_PULL_ERROR";
  public static final String HEALTH = "LOCAL_ECS_HEALTH";

  private static final Duration MOMENT = Duration.ofSeconds(1);
  private static final Duration STEP_BEFORE_OTHERS = Duration.ofSeconds(5);

  private final Scripts scripts;

  public ScriptReader(Scripts scripts) {
    this.scripts = scripts;
  }

  /**
   * A container with its overrides applied.
   *
   * @param awaited whether other containers wait for it to end
   */
  public record Container(
      String image,
      List<String> entryPoint,
      List<String> command,
      Map<String, String> environment,
      boolean awaited) {}

  public ContainerScript of(Container container) {
    return fromEnvironment(container.environment())
        .or(() -> scripts.of(container.image()))
        .or(() -> fromCommand(container))
        .orElseGet(
            () ->
                container.awaited()
                    ? ContainerScript.ends(STEP_BEFORE_OTHERS, 0)
                    : ContainerScript.runsForEver());
  }

  private static Optional<ContainerScript> fromEnvironment(Map<String, String> environment) {
    if (environment.keySet().stream()
        .noneMatch(List.of(START_SECONDS, RUN_SECONDS, EXIT_CODE, PULL_ERROR, HEALTH)::contains)) {
      return Optional.empty();
    }
    Optional<Duration> runsFor = seconds(environment, RUN_SECONDS);
    Optional<Integer> exitCode =
        Optional.ofNullable(environment.get(EXIT_CODE)).flatMap(ScriptReader::number);
    return Optional.of(
        new ContainerScript(
            Optional.ofNullable(environment.get(PULL_ERROR)),
            seconds(environment, START_SECONDS),
            // An exit code without a run time ends the container almost at once.
            runsFor.or(() -> exitCode.map(code -> MOMENT)),
            exitCode.orElse(0),
            !"UNHEALTHY".equals(environment.get(HEALTH))));
  }

  private static Optional<Duration> seconds(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .flatMap(ScriptReader::number)
        .map(Duration::ofSeconds);
  }

  private static Optional<Integer> number(String text) {
    return text.matches("[0-9]{1,9}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  private static Optional<ContainerScript> fromCommand(Container container) {
    List<String> words = new ArrayList<>(container.entryPoint());
    words.addAll(container.command());
    return ShellCommand.read(words);
  }
}
