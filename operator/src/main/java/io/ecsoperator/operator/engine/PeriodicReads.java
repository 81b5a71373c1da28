package io.ecsoperator.operator.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When a converged object of a kind that no resync reads has to read its resource again, so that
 * drift is found: at the reconcile of a converged object, but for many objects together not more
 * often than twice a minute.
 */
final class PeriodicReads {
  private static final Duration BETWEEN_READS = Duration.ofSeconds(30);

  private final boolean isNeeded;
  private final ObjectMemory.OfKind memories;
  private final Timing timing;
  private final RandomGenerator random;

  PeriodicReads(
      Kind<?, ?, ?> kind, ObjectMemory.OfKind memories, Timing timing, RandomGenerator random) {
    this.isNeeded = kind.isReadByReconcile();
    this.memories = memories;
    this.timing = timing;
    this.random = random;
  }

  /** When the next read is due; empty if there is none. After a start the reads are spread. */
  Optional<Instant> dueAt(ReconcileContext<?> context) {
    if (!isNeeded) {
      return Optional.empty();
    }
    ObjectMemory memory = memories.of(context.desired().uid());
    if (memory.readAgainAt().isEmpty()) {
      Duration spread = interval().minus(shortest());
      memory.readAgainAt(
          context
              .now()
              .plus(shortest())
              .plusNanos((long) (spread.toNanos() * random.nextDouble())));
    }
    return memory.readAgainAt();
  }

  /** ECS was compared with the spec. */
  void done(ReconcileContext<?> context) {
    if (dueAt(context).filter(due -> !due.isAfter(context.now())).isPresent()) {
      memories.of(context.desired().uid()).readAgainAt(context.now().plus(interval()));
    }
  }

  private Duration interval() {
    Duration all = BETWEEN_READS.multipliedBy(memories.size());
    return all.compareTo(shortest()) > 0 ? all : shortest();
  }

  /** Shorter than the shortest pause between two reconciles of a converged object. */
  private Duration shortest() {
    return timing.converged().multipliedBy(9).dividedBy(10);
  }
}
