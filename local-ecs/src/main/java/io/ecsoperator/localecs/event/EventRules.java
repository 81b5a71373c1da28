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
  private final Runnable beforeTelling;
  private final Map<Scope, SortedSet<String>> targets = new HashMap<>();
  private EventWeather weather = EventWeather.NONE;

  /** How often queues were touched: a world that is played again does it only where it is new. */
  private long deeds;

  /**
   * @param beforeTelling makes sure that what an event tells of is not undone
   */
  public EventRules(Queues queues, Runnable beforeTelling) {
    this.queues = queues;
    this.beforeTelling = beforeTelling;
  }

  /**
   * All events of {@code scope} go to the queue from now on, which is created if need be.
   *
   * @throws IllegalArgumentException when no queue can be so called
   */
  public void send(Scope scope, String queue) {
    Queues.requireName(queue);
    deeds++;
    if (!queues.isDone(deeds)) {
      queues.ensure(deeds, scope, queue);
    }
    targets.computeIfAbsent(scope, unknown -> new TreeSet<>()).add(queue);
  }

  public void set(EventWeather next) {
    weather = next;
  }

  /** The names of the queues that events of {@code scope} go to. */
  public List<String> targets(Scope scope) {
    return List.copyOf(targets.getOrDefault(scope, new TreeSet<>()));
  }

  public EventWeather weather() {
    return weather;
  }

  void deliver(Scope scope, String body) {
    for (String queue : targets(scope)) {
      deeds++;
      if (!queues.isDone(deeds)) {
        beforeTelling.run();
        queues.deliver(deeds, scope, queue, body);
      }
    }
  }

  /** Forgets all rules and queues. */
  public void clear() {
    targets.clear();
    weather = EventWeather.NONE;
    deeds = 0;
    queues.clear();
  }
}
