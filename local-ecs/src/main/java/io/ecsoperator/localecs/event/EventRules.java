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
  private final Map<Scope, SortedSet<String>> targets = new HashMap<>();
  private EventWeather weather = EventWeather.NONE;

  public EventRules(Queues queues) {
    this.queues = queues;
  }

  /** All events of {@code scope} go to the queue from now on, which is created if need be. */
  public void send(Scope scope, String queue) {
    queues.ensure(scope, queue);
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
    targets(scope).forEach(queue -> queues.deliver(scope, queue, body));
  }

  /** Forgets all rules and queues. */
  public void clear() {
    targets.clear();
    weather = EventWeather.NONE;
    queues.clear();
  }
}
