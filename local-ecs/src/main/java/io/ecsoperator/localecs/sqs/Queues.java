package io.ecsoperator.localecs.sqs;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.state.Store;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The queues of all accounts and regions. Safe for use by many threads. */
public final class Queues {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,80}");

  private final InstantSource clock;
  private final QueueJournal journal;
  private final Map<Scope, SortedMap<String, Queue>> queues = new HashMap<>();

  /**
   * @param clock the wall clock; queues do not use world time
   * @param store keeps queues and messages across restarts
   * @param seed the seed of message ids
   */
  public Queues(InstantSource clock, Store store, long seed) {
    this.clock = clock;
    this.journal = new QueueJournal(store, seed);
  }

  /** Restores the queues and messages of the store. */
  public synchronized void load(Map<String, JsonNode> values) {
    journal.load(values);
    values.forEach(
        (key, value) ->
            QueueJournal.queue(key, value)
                .ifPresent(
                    queue ->
                        in(queue.name().scope())
                            .put(queue.name().name(), Queue.load(queue, journal, clock))));
    values.forEach(
        (key, value) ->
            journal
                .message(key, value)
                .ifPresent(
                    written ->
                        find(written.queue().scope(), written.queue().name())
                            .ifPresent(queue -> queue.load(written.message()))));
  }

  /** Whether the world has done this action already, before its state file was replayed. */
  public boolean isDone(long action) {
    return action <= journal.actions();
  }

  /**
   * Creates a queue with default attributes unless it exists.
   *
   * @param action the number of the world's action on queues, counted from one
   */
  public synchronized void ensure(long action, Scope scope, String queue) {
    if (find(scope, queue).isEmpty()) {
      create(scope, queue, Map.of());
    }
    journal.done(action);
  }

  /**
   * Sends a message to a queue, which is created if it does not exist. A message that the queue
   * refuses is lost, as with EventBridge without a dead-letter queue.
   *
   * @param action the number of the world's action on queues, counted from one
   */
  public synchronized void deliver(long action, Scope scope, String queue, String body) {
    try {
      find(scope, queue).orElseGet(() -> create(scope, queue, Map.of())).send(body, action);
    } catch (SqsError e) {
      journal.done(action);
    }
  }

  /** Returns when everything recorded so far is on disk. */
  void force() {
    journal.force();
  }

  /**
   * Returns the name if it is a valid queue name.
   *
   * @throws IllegalArgumentException when the name is not valid
   */
  public static String requireName(@Nullable String name) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "The name of a queue has 1 to 80 letters, digits, hyphens and underscores, unlike "
              + name);
    }
    return name;
  }

  /**
   * Creates a queue, or returns the existing one with this name.
   *
   * @throws SqsError where the existing queue has other attributes, or name or attributes are
   *     invalid
   */
  synchronized Queue create(Scope scope, @Nullable String name, Map<String, String> attributes) {
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
        Queue.create(
            new QueueName(scope, name), QueueSettings.standard().with(attributes), journal, clock);
    in(scope).put(name, queue);
    return queue;
  }

  synchronized Optional<Queue> find(Scope scope, String name) {
    return Optional.ofNullable(in(scope).get(name));
  }

  synchronized void delete(Scope scope, String name) {
    Optional.ofNullable(in(scope).remove(name)).ifPresent(Queue::delete);
  }

  synchronized List<String> names(Scope scope) {
    return List.copyOf(in(scope).keySet());
  }

  /** Removes all queues. */
  public synchronized void clear() {
    queues.clear();
    journal.clear();
  }

  private SortedMap<String, Queue> in(Scope scope) {
    return queues.computeIfAbsent(scope, unknown -> new TreeMap<>());
  }
}
