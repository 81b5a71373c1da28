package io.ecsoperator.localecs.surroundings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The switches for what lies around ECS, the same in all accounts and regions. Nothing is in ALARM,
 * every target is healthy and every function succeeds until told otherwise. Fargate has room.
 * Belongs to the world's thread.
 */
public final class Surroundings {
  private final SortedSet<String> alarms = new TreeSet<>();
  private final SortedMap<String, TargetHealth> targets = new TreeMap<>();
  private final SortedMap<String, HookAnswer> functions = new TreeMap<>();
  private final List<Runnable> listeners = new ArrayList<>();
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

  /** Says how healthy the targets of a target group are. */
  public void setTargets(String targetGroupArn, TargetHealth health) {
    targets.put(targetGroupArn, health);
    changed();
  }

  public TargetHealth targets(String targetGroupArn) {
    return targets.getOrDefault(targetGroupArn, TargetHealth.HEALTHY);
  }

  /** What was said of target groups. */
  public Map<String, TargetHealth> targets() {
    return Map.copyOf(targets);
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
    fargate = true;
    listeners.clear();
  }

  private void changed() {
    listeners.forEach(Runnable::run);
  }
}
