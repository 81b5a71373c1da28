package io.ecsoperator.operator.simulation;

import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Trees;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Objects that change several times each while ECS is away. */
final class Outage {
  private static final int SERVICES = 12;
  private static final int ROUNDS = 4;

  private Outage() {}

  static Scenario before(long seed) {
    List<Scenario.Timed> steps = new ArrayList<>();
    steps.add(
        new Scenario.Timed(
            Duration.ZERO, new Step.Apply(Scenario.key("EcsCluster", "c0"), Trees.tree("{}"))));
    round(0).forEach(apply -> steps.add(new Scenario.Timed(Duration.ZERO, apply)));
    return new Scenario(
        seed, 2, Faults.Rates.NONE, steps, Duration.ofSeconds(2), Duration.ofMinutes(2));
  }

  /** Each definition gets other images, and each service other counts. */
  static List<Step.Apply> changes() {
    return IntStream.rangeClosed(1, ROUNDS).boxed().flatMap(i -> round(i).stream()).toList();
  }

  private static List<Step.Apply> round(int round) {
    List<Step.Apply> applies = new ArrayList<>();
    for (int i = 0; i < SERVICES; i++) {
      applies.add(apply("EcsTaskDefinition", "d" + i, Scenario.definition("app:" + round)));
      applies.add(
          apply(
              "EcsService",
              "s" + i,
              "{'clusterRef':{'name':'c0'},'taskDefinitionRef':{'name':'d%d'},'launchType':'FARGATE','desiredCount':%d,%s}"
                  .formatted(i, 1 + round, Scenario.NETWORK)));
    }
    return applies;
  }

  private static Step.Apply apply(String kind, String name, String spec) {
    ObjectKey object = Scenario.key(kind, name);
    return new Step.Apply(object, Trees.tree(spec));
  }
}
