package io.ecsoperator.operator.simulation;

import io.ecsoperator.operator.SimulatedOperator;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs seeds one after the other. */
final class Seeds implements AutoCloseable {
  private final EcsWorld ecs = new EcsWorld();
  private final KubernetesSerialization serialization = SimulatedOperator.serialization();

  /**
   * A seed that went wrong.
   *
   * @param log what happened, line by line
   */
  record Failure(Scenario scenario, String message, List<String> log) {
    @Override
    public String toString() {
      return "seed " + scenario.seed() + ": " + message;
    }
  }

  Optional<Failure> run(long seed) {
    return run(Scenario.of(seed));
  }

  Optional<Failure> run(Scenario scenario) {
    return run(scenario, Simulation::run);
  }

  Optional<Failure> run(Scenario scenario, Consumer<Simulation> course) {
    Simulation simulation = new Simulation(scenario, ecs, serialization);
    try {
      course.accept(simulation);
      return Optional.empty();
    } catch (AssertionError | RuntimeException e) {
      return Optional.of(new Failure(scenario, e.toString(), simulation.log()));
    }
  }

  /** A failure with as few steps as possible: each is left out that is not needed for one. */
  Failure shrunk(Failure failure) {
    Failure smallest = failure;
    for (int step = failure.scenario().steps().size() - 1; step >= 0; step--) {
      smallest = run(smallest.scenario().without(step)).orElse(smallest);
    }
    return smallest;
  }

  String log(long seed) {
    Simulation simulation = new Simulation(Scenario.of(seed), ecs, serialization);
    try {
      simulation.run();
    } catch (AssertionError | RuntimeException e) {
      simulation.log().add(e.toString());
    }
    return String.join("\n", simulation.log());
  }

  @Override
  public void close() {
    ecs.close();
  }

  /** First seed, number of seeds, folder for the logs of those that fail; "storm" for storms. */
  public static void main(String[] arguments) throws IOException {
    long first = Long.parseLong(arguments[0]);
    long count = Long.parseLong(arguments[1]);
    Path logs = Files.createDirectories(Path.of(arguments[2]));
    int failed = 0;
    long begun = System.nanoTime();
    try (Seeds seeds = new Seeds()) {
      for (long seed = first; seed < first + count; seed++) {
        Optional<Failure> failure =
            seeds.run(
                arguments.length > 3 ? Storm.of(seed, Duration.ofMinutes(10)) : Scenario.of(seed));
        if (failure.isPresent()) {
          failed++;
          System.out.println(failure.get());
          Files.write(logs.resolve(seed + ".log"), failure.get().log());
        }
      }
    }
    System.out.printf(
        "%d of %d failed, %d s, %d ms of CPU per seed%n",
        failed,
        count,
        (System.nanoTime() - begun) / 1_000_000_000,
        ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime()
            / 1_000_000
            / count);
  }
}
