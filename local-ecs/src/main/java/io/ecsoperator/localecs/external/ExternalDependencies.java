package io.ecsoperator.localecs.external;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The switches for what lies around ECS, the same in all accounts and regions. Nothing is in ALARM,
 * every target is healthy and every function succeeds until told otherwise. Fargate has room.
 * Belongs to the world's thread.
 */
public final class ExternalDependencies {
  private final SortedSet<String> alarms = new TreeSet<>();
  private final SortedMap<Target, TargetHealth> targets =
      new TreeMap<>(Comparator.comparing(Target::group).thenComparing(Target::task));
  private final SortedMap<String, HookAnswer> functions = new TreeMap<>();
  private final List<Runnable> listeners = new ArrayList<>();
  private final SortedMap<String, String> zones = new TreeMap<>();
  private boolean fargate = true;

  /** Runs {@code whenChanged} after every change from now on. */
  public void listen(Runnable whenChanged) {
    listeners.add(whenChanged);
  }

  /**
   * Puts a CloudWatch alarm into ALARM, or back into OK.
   *
   * @param name as in {@code deploymentConfiguration.alarms.alarmNames}
   */
  public void setAlarm(String name, boolean inAlarm) {
    if (inAlarm) {
      alarms.add(name);
    } else {
      alarms.remove(name);
    }
    changed();
  }

  /** The names of the alarms that are in ALARM. */
  public List<String> alarms() {
    return List.copyOf(alarms);
  }

  /**
   * Targets of a target group.
   *
   * @param group the ARN of the target group
   * @param task the ARN of the task meant; empty for all of which nothing else is said
   */
  public record Target(String group, String task) {}

  /** Says how healthy targets are. */
  public void setTargets(Target which, TargetHealth health) {
    targets.put(which, health);
    changed();
  }

  /** How healthy the task is as a target of the group. */
  public TargetHealth target(String group, String task) {
    return Optional.ofNullable(targets.get(new Target(group, task)))
        .or(() -> Optional.ofNullable(targets.get(new Target(group, ""))))
        .orElse(TargetHealth.HEALTHY);
  }

  /** What was said of targets, in the order of their groups. */
  public SortedMap<Target, TargetHealth> targets() {
    return new TreeMap<>(targets);
  }

  /** Says what a Lambda function answers when a lifecycle hook calls it. */
  public void setFunction(String functionArn, HookAnswer answer) {
    functions.put(functionArn, answer);
    changed();
  }

  public HookAnswer function(String functionArn) {
    return functions.getOrDefault(functionArn, HookAnswer.SUCCEEDED);
  }

  /** What was said of functions. */
  public Map<String, HookAnswer> functions() {
    return Map.copyOf(functions);
  }

  /** Says in which availability zone a subnet is; those of which nothing is said suit any. */
  public void setZone(String subnet, String availabilityZone) {
    zones.put(subnet, availabilityZone);
    changed();
  }

  public Optional<String> zone(String subnet) {
    return Optional.ofNullable(zones.get(subnet));
  }

  /** The zones of the subnets that something was said of. */
  public Map<String, String> zones() {
    return new TreeMap<>(zones);
  }

  /** Says whether Fargate has room for tasks; it has until told otherwise. */
  public void setFargate(boolean available) {
    fargate = available;
    changed();
  }

  public boolean hasFargate() {
    return fargate;
  }

  /** Forgets everything that was said, and who listens. */
  public void clear() {
    alarms.clear();
    targets.clear();
    functions.clear();
    zones.clear();
    fargate = true;
    listeners.clear();
  }

  private void changed() {
    listeners.forEach(Runnable::run);
  }
}
