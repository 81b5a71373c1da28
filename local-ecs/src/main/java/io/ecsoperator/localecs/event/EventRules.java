package io.ecsoperator.localecs.event;

import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.sqs.Queues;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The queues that receive the events of each account and region, and the faults of the delivery.
 * Belongs to the world's thread.
 */
public final class EventRules {
  private final Queues queues;
  private final Runnable beforeDelivery;
  private final Map<Scope, SortedSet<String>> targets = new HashMap<>();
  private EventDeliveryFaults deliveryFaults = EventDeliveryFaults.NONE;

  /**
   * Counts the actions on queues. A replay repeats only the actions that the queues have not seen
   * yet.
   */
  private long actions;

  /**
   * @param beforeDelivery runs before each delivery; records the world time, so that a replay does
   *     not undo what an event reports
   */
  public EventRules(Queues queues, Runnable beforeDelivery) {
    this.queues = queues;
    this.beforeDelivery = beforeDelivery;
  }

  /**
   * Sends all later events of {@code scope} to the queue, which is created if it does not exist.
   *
   * @throws IllegalArgumentException when the name is not a valid queue name
   */
  public void send(Scope scope, String queue) {
    Queues.requireName(queue);
    actions++;
    if (!queues.isDone(actions)) {
      queues.ensure(actions, scope, queue);
    }
    targets.computeIfAbsent(scope, unknown -> new TreeSet<>()).add(queue);
  }

  public void set(EventDeliveryFaults next) {
    deliveryFaults = next;
  }

  /** The names of the queues that receive events of {@code scope}. */
  public List<String> targets(Scope scope) {
    return List.copyOf(targets.getOrDefault(scope, new TreeSet<>()));
  }

  public EventDeliveryFaults deliveryFaults() {
    return deliveryFaults;
  }

  void deliver(Scope scope, String body) {
    for (String queue : targets(scope)) {
      actions++;
      if (!queues.isDone(actions)) {
        beforeDelivery.run();
        queues.deliver(actions, scope, queue, body);
      }
    }
  }

  /** Removes all rules and queues. */
  public void clear() {
    targets.clear();
    deliveryFaults = EventDeliveryFaults.NONE;
    actions = 0;
    queues.clear();
  }
}
