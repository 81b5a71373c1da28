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
 * The simulated state of what ECS depends on, shared by all accounts and regions. By default no
 * alarm is in ALARM, every target is healthy, every function succeeds, and Fargate has capacity.
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

  /** Runs {@code whenChanged} after every later change. */
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
   * @param task the ARN of one task; empty for all tasks without an entry of their own
   */
  public record Target(String group, String task) {}

  /** Sets the health of targets. */
  public void setTargets(Target which, TargetHealth health) {
    targets.put(which, health);
    changed();
  }

  /** The health of the task as a target of the group. */
  public TargetHealth target(String group, String task) {
    return Optional.ofNullable(targets.get(new Target(group, task)))
        .or(() -> Optional.ofNullable(targets.get(new Target(group, ""))))
        .orElse(TargetHealth.HEALTHY);
  }

  /** The health that was set for targets, sorted by group. */
  public SortedMap<Target, TargetHealth> targets() {
    return new TreeMap<>(targets);
  }

  /** Sets the answer of a Lambda function to lifecycle hooks. */
  public void setFunction(String functionArn, HookAnswer answer) {
    functions.put(functionArn, answer);
    changed();
  }

  public HookAnswer function(String functionArn) {
    return functions.getOrDefault(functionArn, HookAnswer.SUCCEEDED);
  }

  /** The answers that were set for functions. */
  public Map<String, HookAnswer> functions() {
    return Map.copyOf(functions);
  }

  /** Sets the availability zone of a subnet. A subnet without a zone matches every zone. */
  public void setZone(String subnet, String availabilityZone) {
    zones.put(subnet, availabilityZone);
    changed();
  }

  public Optional<String> zone(String subnet) {
    return Optional.ofNullable(zones.get(subnet));
  }

  /** The zones that were set for subnets. */
  public Map<String, String> zones() {
    return new TreeMap<>(zones);
  }

  /** Sets whether Fargate has capacity for tasks; it has by default. */
  public void setFargate(boolean available) {
    fargate = available;
    changed();
  }

  public boolean hasFargate() {
    return fargate;
  }

  /** Restores the defaults and removes all listeners. */
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
