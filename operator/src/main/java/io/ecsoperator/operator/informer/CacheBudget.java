package io.ecsoperator.operator.informer;

import java.util.HashMap;
import java.util.Map;

/**
 * Bounds the memory of the cached objects of all kinds, whatever users write. The namespace with
 * the most gets nothing more once the objects take {@code soft} bytes; the rest up to {@code hard}
 * is left to the others, so that one namespace keeps no object of another one out. Safe for many
 * threads.
 */
final class CacheBudget {
  private final long soft;
  private final long hard;
  private final Map<String, Long> used = new HashMap<>();
  private long total;

  CacheBudget(long soft, long hard) {
    this.soft = soft;
    this.hard = hard;
  }

  /** For a heap of this size: the rest is for what is under way. */
  static CacheBudget ofHeap(long maxBytes) {
    return new CacheBudget(maxBytes / 10 * 6, maxBytes / 4 * 3);
  }

  /**
   * Takes the memory of an object, or of a version of it that takes the place of another one.
   *
   * @return whether there is memory for it; what becomes smaller is always taken
   */
  synchronized boolean replace(String namespace, long before, long after) {
    long own = used.getOrDefault(namespace, 0L) - before + after;
    if (after > before && total - before + after > (isLargest(namespace, own) ? soft : hard)) {
      return false;
    }
    total += after - before;
    if (own == 0) {
      used.remove(namespace);
    } else {
      used.put(namespace, own);
    }
    return true;
  }

  /** Whether objects that were refused may have room now. */
  synchronized boolean hasRoom() {
    return total < soft / 10 * 9;
  }

  private boolean isLargest(String namespace, long own) {
    return used.entrySet().stream()
        .noneMatch(other -> !other.getKey().equals(namespace) && other.getValue() > own);
  }
}
