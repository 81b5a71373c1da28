package io.ecsoperator.operator.simulation;

import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Trees;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An object of each kind is created, changed and deleted while reads lag and ECS answers no write.
 * In one of these phases all statuses are wiped and the operator is killed.
 */
enum LostAnswers {
  CREATION(Duration.ZERO),
  CHANGE(Duration.ofSeconds(200)),
  DELETION(Duration.ofSeconds(400));

  /** Each phase may take so long: each of its writes is found out by a read after the grace. */
  private static final Duration PHASE = Duration.ofSeconds(200);

  /** Longer than ECS describes a task that has ended, and than it keeps a token of RunTask. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(90);

  private static final String GROUP =
      "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/gpu";

  private final Duration begin;

  LostAnswers(Duration begin) {
    this.begin = begin;
  }

  /**
   * @param lag how long reads are behind writes
   * @param after when the statuses are wiped and the operator is killed, from the phase's begin
   */
  Scenario in(Duration lag, Duration after) {
    List<Scenario.Timed> steps = new ArrayList<>();
    specs(1).forEach((object, spec) -> steps.add(apply(CREATION, object, spec)));
    if (this != CREATION) {
      specs(2).forEach((object, spec) -> steps.add(apply(CHANGE, object, spec)));
    }
    if (this == DELETION) {
      steps.addAll(deletions(DELETION.begin));
    }
    steps.addAll(wipeAndKill(begin.plus(after)));
    return scenario(ordinal(), lag, steps, begin.plus(PHASE));
  }

  /**
   * Everything is deleted so soon that ECS may not show yet what was created.
   *
   * @param lived how long the objects exist before they are deleted
   * @param wiped whether all statuses are wiped a second later and the operator is killed
   */
  static Scenario deletedSoon(Duration lag, Duration lived, boolean wiped) {
    List<Scenario.Timed> steps = new ArrayList<>();
    specs(1).forEach((object, spec) -> steps.add(apply(CREATION, object, spec)));
    steps.addAll(deletions(lived));
    if (wiped) {
      steps.addAll(wipeAndKill(lived.plusSeconds(1)));
    }
    return scenario(lived.toMillis(), lag, steps, PHASE);
  }

  /** All statuses are wiped and the operator is killed when ECS has forgotten tasks that ended. */
  static Scenario afterTasksAreForgotten() {
    List<Scenario.Timed> steps = new ArrayList<>();
    specs(1).forEach((object, spec) -> steps.add(apply(CREATION, object, spec)));
    steps.addAll(wipeAndKill(FORGOTTEN));
    return new Scenario(
        1, 1, Faults.Rates.NONE, steps, FORGOTTEN.plus(PHASE), Duration.ofMinutes(7));
  }

  private static List<Scenario.Timed> deletions(Duration at) {
    return specs(1).keySet().stream()
        .map(object -> new Scenario.Timed(at, new Step.Delete(object, false)))
        .toList();
  }

  private static List<Scenario.Timed> wipeAndKill(Duration at) {
    return Stream.<Step>concat(
            specs(1).keySet().stream().map(Step.WipeStatus::new), Stream.of(new Step.Kill()))
        .map(step -> new Scenario.Timed(at, step))
        .toList();
  }

  private static Scenario scenario(
      long seed, Duration lag, List<Scenario.Timed> steps, Duration length) {
    return new Scenario(
        seed,
        1,
        new Faults.Rates(100, 0, 0, 0, 0, 0, 0, lag, Duration.ofMillis(50)),
        steps,
        length,
        Duration.ofMinutes(7));
  }

  private static Scenario.Timed apply(LostAnswers phase, ObjectKey object, String spec) {
    return new Scenario.Timed(phase.begin, new Step.Apply(object, Trees.tree(spec)));
  }

  private static Map<ObjectKey, String> specs(int version) {
    Map<ObjectKey, String> specs =
        new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
    specs.put(
        Scenario.key("EcsCluster", "c0"),
        "{'settings':[{'name':'containerInsights','value':'%s'}]}"
            .formatted(version == 1 ? "enabled" : "disabled"));
    specs.put(
        Scenario.key("EcsCapacityProvider", "p0"),
        "{'autoScalingGroupProvider':{'autoScalingGroupArn':'%s','managedScaling':{'status':'ENABLED','targetCapacity':%d}}}"
            .formatted(GROUP, 90 + version));
    specs.put(Scenario.key("EcsTaskDefinition", "d0"), Scenario.definition("app:" + version));
    specs.put(Scenario.key("EcsTaskDefinition", "job"), Scenario.definition(Scenario.JOB_IMAGE));
    specs.put(
        Scenario.key("EcsService", "s0"),
        "{'clusterRef':{'name':'c0'},'taskDefinitionRef':{'name':'d0'},'launchType':'FARGATE','desiredCount':%d,%s}"
            .formatted(version, Scenario.NETWORK));
    specs.put(
        Scenario.key("EcsTask", "t0"),
        "{'clusterRef':{'name':'c0'},'taskDefinitionRef':{'name':'job'},'launchType':'FARGATE','waitFor':'Completion','backoffLimit':0,%s}"
            .formatted(Scenario.NETWORK));
    return specs;
  }
}
