package io.ecsoperator.localecs.event;

import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.sqs.Queues;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * To which queues the events of an account and region go, and how badly. Belongs to the world's
 * thread.
 */
public final class EventRules {
  private final Queues queues;
  private final Runnable beforeDelivery;
  private final Map<Scope, SortedSet<String>> targets = new HashMap<>();
  private EventDeliveryFaults deliveryFaults = EventDeliveryFaults.NONE;

  /** How often queues were touched: a world that is played again does it only where it is new. */
  private long actions;

  /**
   * @param beforeDelivery makes sure that what an event tells of is not undone
   */
  public EventRules(Queues queues, Runnable beforeDelivery) {
    this.queues = queues;
    this.beforeDelivery = beforeDelivery;
  }

  /**
   * All events of {@code scope} go to the queue from now on, which is created if need be.
   *
   * @throws IllegalArgumentException when no queue can be so called
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

  /** The names of the queues that events of {@code scope} go to. */
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

  /** Forgets all rules and queues. */
  public void clear() {
    targets.clear();
    deliveryFaults = EventDeliveryFaults.NONE;
    actions = 0;
    queues.clear();
  }
}
