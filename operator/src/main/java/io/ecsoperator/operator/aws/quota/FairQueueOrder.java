package io.ecsoperator.operator.aws.quota;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingLong;

import io.ecsoperator.operator.aws.Priority;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whose turn it is: the most urgent first; among those the namespace that has waited longest for a
 * turn; and of a namespace who came first.
 *
 * <p>So that nothing starves, one of {@value #ROUND} turns goes to the less urgent, by turns among
 * their priorities. A fixed share keeps the order under a load that does not end. Had waiting made
 * calls more urgent instead, everything would be equally urgent once the line is long, and a
 * deletion would stand behind a thousand creations. Not safe for many threads.
 */
final class FairQueueOrder {
  static final int ROUND = 10;

  private record Row(Priority priority, String namespace) {}

  /** Those of a namespace that wait with equal urgency. */
  private record Waiting(int count, long first) {
    Waiting and(Waiting other) {
      return new Waiting(count + other.count, Math.min(first, other.first));
    }
  }

  private final Map<Priority, Long> turnOfPriority = new EnumMap<>(Priority.class);
  private final Map<Row, Long> turnOfNamespace = new HashMap<>();
  private long turns;

  /** How many turns in a row the less urgent have let others go first. */
  private int passedBy;

  Optional<QueuedCall> next(Collection<QueuedCall> queuedCalls) {
    NavigableSet<Priority> waiting = new TreeSet<>();
    queuedCalls.forEach(queuedCall -> waiting.add(queuedCall.priority()));
    if (waiting.isEmpty()) {
      return Optional.empty();
    }
    Priority mostUrgent = waiting.first();
    Priority due =
        passedBy < ROUND - 1
            ? mostUrgent
            : waiting.tailSet(mostUrgent, false).stream()
                .min(comparingLong(priority -> turnOfPriority.getOrDefault(priority, 0L)))
                .orElse(mostUrgent);
    return queuedCalls.stream()
        .filter(queuedCall -> queuedCall.priority() == due)
        .min(
            comparingLong((QueuedCall queuedCall) -> lastTurn(row(queuedCall)))
                .thenComparingLong(QueuedCall::number));
  }

  /**
   * It was this one's turn.
   *
   * @param tickets all that waited, this one among them
   */
  void took(QueuedCall queuedCall, Collection<QueuedCall> queuedCalls) {
    turns++;
    turnOfPriority.put(queuedCall.priority(), turns);
    turnOfNamespace.put(row(queuedCall), turns);
    EnumSet<Priority> waiting = EnumSet.noneOf(Priority.class);
    queuedCalls.forEach(waits -> waiting.add(waits.priority()));
    boolean mostUrgent = waiting.stream().findFirst().orElseThrow() == queuedCall.priority();
    passedBy = mostUrgent ? passedBy + (waiting.size() > 1 ? 1 : 0) : 0;
  }

  /** Nobody waits: who had a turn before no longer matters. */
  void restart() {
    turnOfNamespace.clear();
  }

  /** How many go before, if nobody comes or leaves; the less urgent may be sooner. */
  int ahead(QueuedCall queuedCall, Collection<QueuedCall> queuedCalls) {
    int moreUrgent = 0;
    int before = 0;
    Map<String, Waiting> byNamespace = new HashMap<>();
    for (QueuedCall other : queuedCalls) {
      if (other.priority().compareTo(queuedCall.priority()) < 0) {
        moreUrgent++;
      } else if (other.priority() == queuedCall.priority()) {
        byNamespace.merge(other.namespace(), new Waiting(1, other.number()), Waiting::and);
        before +=
            other.namespace().equals(queuedCall.namespace()) && other.number() < queuedCall.number()
                ? 1
                : 0;
      }
    }
    Comparator<String> order =
        comparing((String namespace) -> lastTurn(new Row(queuedCall.priority(), namespace)))
            .thenComparing(namespace -> byNamespace.get(namespace).first());
    int rounds = before;
    return moreUrgent
        + byNamespace.entrySet().stream()
            .mapToInt(
                entry -> {
                  int others = entry.getValue().count();
                  boolean own = entry.getKey().equals(queuedCall.namespace());
                  boolean goesFirst = order.compare(entry.getKey(), queuedCall.namespace()) < 0;
                  return own ? rounds : Math.min(others, rounds + (goesFirst ? 1 : 0));
                })
            .sum();
  }

  private long lastTurn(Row row) {
    return turnOfNamespace.getOrDefault(row, 0L);
  }

  private static Row row(QueuedCall queuedCall) {
    return new Row(queuedCall.priority(), queuedCall.namespace());
  }
}
