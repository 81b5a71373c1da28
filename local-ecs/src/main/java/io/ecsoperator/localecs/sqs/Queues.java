package io.ecsoperator.localecs.sqs;

import io.ecsoperator.localecs.protocol.Scope;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The queues of all accounts and regions. Safe for use by many threads. */
public final class Queues {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,80}");

  private final InstantSource clock;
  private final Map<Scope, SortedMap<String, Queue>> queues = new HashMap<>();

  /**
   * @param clock the wall clock, which queues live on whatever the world's time does
   */
  public Queues(InstantSource clock) {
    this.clock = clock;
  }

  /** Creates a queue with the standard attributes where there is none so called. */
  public synchronized void ensure(Scope scope, String queue) {
    if (find(scope, queue).isEmpty()) {
      create(scope, queue, Map.of());
    }
  }

  /** Puts a message into a queue, which is created where it does not exist. */
  public void deliver(Scope scope, String queue, String body) {
    find(scope, queue)
        .orElseGet(() -> create(scope, queue, Map.of()))
        .send(body, Map.of(), Optional.empty());
  }

  /**
   * Creates a queue, or answers the one that is so called.
   *
   * @throws SqsError when that one has other attributes, or there cannot be such a queue
   */
  synchronized Queue create(Scope scope, String name, Map<String, String> attributes) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw SqsError.invalidParameter(
          "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
    }
    Queue existing = in(scope).get(name);
    if (existing != null) {
      Map<String, String> has = existing.settings().values();
      if (!attributes.entrySet().stream()
          .allMatch(asked -> asked.getValue().equals(has.get(asked.getKey())))) {
        throw new SqsError(
            "QueueNameExists",
            "QueueAlreadyExists",
            "A queue already exists with the same name and a different value for an attribute");
      }
      return existing;
    }
    Queue queue =
        new Queue(name, scope.arn("sqs", name), QueueSettings.standard().with(attributes), clock);
    in(scope).put(name, queue);
    return queue;
  }

  synchronized Optional<Queue> find(Scope scope, String name) {
    return Optional.ofNullable(in(scope).get(name));
  }

  synchronized void delete(Scope scope, String name) {
    in(scope).remove(name);
  }

  synchronized List<String> names(Scope scope) {
    return List.copyOf(in(scope).keySet());
  }

  /** Forgets all queues. */
  public synchronized void clear() {
    queues.clear();
  }

  private SortedMap<String, Queue> in(Scope scope) {
    return queues.computeIfAbsent(scope, unknown -> new TreeMap<>());
  }
}
