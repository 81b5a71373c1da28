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
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The order of admission: by priority; within a priority, the namespace whose last admission is
 * longest ago; within a namespace, first in, first out.
 *
 * <p>So that no call starves, one of {@value #ADMISSIONS_PER_ROUND} admissions goes to a lower
 * priority, and the lower priorities take turns. A fixed share keeps the order under permanent
 * load. Ageing, by which waiting calls gain priority, would make all calls of a long queue equally
 * urgent, and put a deletion behind a thousand creations. Not safe for use by many threads.
 */
final class FairQueueOrder {
  static final int ADMISSIONS_PER_ROUND = 10;

  private record QueueKey(Priority priority, String namespace) {}

  /** The waiting calls of one namespace and priority: their count and the lowest number. */
  private record Group(int count, long first) {
    Group and(Group other) {
      return new Group(count + other.count, Math.min(first, other.first));
    }
  }

  private final Map<Priority, Long> lastAdmissionByPriority = new EnumMap<>(Priority.class);
  private final Map<QueueKey, Long> lastAdmissionByKey = new HashMap<>();
  private long admissions;

  /** Admissions in a row of the highest priority while calls of lower priority waited. */
  private int urgentInARow;

  Optional<QueuedCall> next(Collection<QueuedCall> queuedCalls) {
    NavigableSet<Priority> waiting = new TreeSet<>();
    queuedCalls.forEach(queuedCall -> waiting.add(queuedCall.priority()));
    if (waiting.isEmpty()) {
      return Optional.empty();
    }
    Priority mostUrgent = waiting.first();
    Priority due =
        urgentInARow < ADMISSIONS_PER_ROUND - 1
            ? mostUrgent
            : waiting.tailSet(mostUrgent, false).stream()
                .min(comparingLong(priority -> lastAdmissionByPriority.getOrDefault(priority, 0L)))
                .orElse(mostUrgent);
    return queuedCalls.stream()
        .filter(queuedCall -> queuedCall.priority() == due)
        .min(
            comparingLong((QueuedCall queuedCall) -> lastAdmission(key(queuedCall)))
                .thenComparingLong(QueuedCall::number));
  }

  /**
   * Records the admission of a call.
   *
   * @param queuedCalls all calls that waited, including the admitted one
   */
  void admitted(QueuedCall queuedCall, Collection<QueuedCall> queuedCalls) {
    admissions++;
    lastAdmissionByPriority.put(queuedCall.priority(), admissions);
    lastAdmissionByKey.put(key(queuedCall), admissions);
    EnumSet<Priority> waiting = EnumSet.noneOf(Priority.class);
    queuedCalls.forEach(waitingCall -> waiting.add(waitingCall.priority()));
    boolean mostUrgent = waiting.stream().findFirst().orElseThrow() == queuedCall.priority();
    urgentInARow = mostUrgent ? urgentInARow + (waiting.size() > 1 ? 1 : 0) : 0;
  }

  /** Forgets earlier admissions of namespaces. To be called when the queue is empty. */
  void reset() {
    lastAdmissionByKey.clear();
  }

  /**
   * Estimates how many calls are admitted before this one, if no call enters or leaves. Calls of
   * lower priority may be admitted earlier than that.
   */
  int ahead(QueuedCall queuedCall, Collection<QueuedCall> queuedCalls) {
    int moreUrgent = 0;
    int before = 0;
    Map<String, Group> byNamespace = new HashMap<>();
    for (QueuedCall other : queuedCalls) {
      if (other.priority().compareTo(queuedCall.priority()) < 0) {
        moreUrgent++;
      } else if (other.priority() == queuedCall.priority()) {
        byNamespace.merge(other.namespace(), new Group(1, other.number()), Group::and);
        before +=
            other.namespace().equals(queuedCall.namespace()) && other.number() < queuedCall.number()
                ? 1
                : 0;
      }
    }
    Comparator<String> order =
        comparing(
                (String namespace) -> lastAdmission(new QueueKey(queuedCall.priority(), namespace)))
            .thenComparing(namespace -> Objects.requireNonNull(byNamespace.get(namespace)).first());
    int sameNamespaceBefore = before;
    return moreUrgent
        + byNamespace.entrySet().stream()
            .mapToInt(
                entry -> {
                  int others = entry.getValue().count();
                  boolean own = entry.getKey().equals(queuedCall.namespace());
                  boolean goesFirst = order.compare(entry.getKey(), queuedCall.namespace()) < 0;
                  return own
                      ? sameNamespaceBefore
                      : Math.min(others, sameNamespaceBefore + (goesFirst ? 1 : 0));
                })
            .sum();
  }

  private long lastAdmission(QueueKey key) {
    return lastAdmissionByKey.getOrDefault(key, 0L);
  }

  private static QueueKey key(QueuedCall queuedCall) {
    return new QueueKey(queuedCall.priority(), queuedCall.namespace());
  }
}
