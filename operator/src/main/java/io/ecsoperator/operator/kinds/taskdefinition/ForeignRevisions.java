package io.ecsoperator.operator.kinds.taskdefinition;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Revisions that were read and are not the object's. A revision gets its owner when it is
 * registered, or while it is the newest of its family. So an older one stays foreign and is not
 * read again: families have thousands of them. Safe for many threads.
 */
final class ForeignRevisions {
  /** One bit for each revision: the object that was asked about first is forgotten first. */
  private static final int MOST_FAMILIES = 200;

  private record Family(String uid, String arnWithoutRevision) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Family, BitSet> byFamily =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Family, BitSet> eldest) {
          return size() > MOST_FAMILIES;
        }
      };

  /**
   * @param uid of the object that asks
   */
  boolean contains(String uid, String arn) {
    lock.lock();
    try {
      BitSet numbers = byFamily.get(family(uid, arn));
      return numbers != null && numbers.get(OwnRevisions.number(arn));
    } finally {
      lock.unlock();
    }
  }

  void add(String uid, String arn) {
    lock.lock();
    try {
      byFamily
          .computeIfAbsent(family(uid, arn), first -> new BitSet())
          .set(OwnRevisions.number(arn));
    } finally {
      lock.unlock();
    }
  }

  private static Family family(String uid, String arn) {
    return new Family(uid, arn.substring(0, arn.lastIndexOf(':')));
  }
}
