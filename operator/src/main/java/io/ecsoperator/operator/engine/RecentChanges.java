package io.ecsoperator.operator.engine;

import io.ecsoperator.operator.ObjectKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** When new generations of objects were seen a short time ago. */
final class RecentChanges {
  // Both are in the order of time, so that the oldest are removed first.
  private final Map<ObjectKey, Instant> byObject = new LinkedHashMap<>();
  private final Map<String, Instant> byNamespace = new LinkedHashMap<>();

  private final Duration kept;
  private final Clock clock;

  /**
   * @param kept how long a change is remembered
   */
  RecentChanges(Duration kept, Clock clock) {
    this.kept = kept;
    this.clock = clock;
  }

  synchronized void add(ObjectKey key) {
    Instant now = clock.instant();
    add(byObject, key, now);
    add(byNamespace, key.namespace(), now);
  }

  private <K> void add(Map<K, Instant> changes, K key, Instant now) {
    changes.remove(key);
    changes.put(key, now);
    Instant oldest = now.minus(kept);
    var inOrder = changes.values().iterator();
    while (inOrder.next().isBefore(oldest)) {
      inOrder.remove();
    }
  }

  /** When the object changed last. */
  synchronized Optional<Instant> lastOf(ObjectKey key) {
    return Optional.ofNullable(byObject.get(key));
  }

  /** When any object of a namespace changed last. */
  synchronized Optional<Instant> lastIn(String namespace) {
    return Optional.ofNullable(byNamespace.get(namespace));
  }
}
