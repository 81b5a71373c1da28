package io.ecsoperator.operator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** A clock that the test moves, and the tasks that are scheduled by it. For use by one thread. */
public final class VirtualTime extends UtcClock {
  private record Due(Instant at, Runnable task) {}

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final List<Due> later = new ArrayList<>();
  private final Deque<Runnable> held = new ArrayDeque<>();
  private boolean holding;

  public void after(Duration delay, Runnable task) {
    later.add(new Due(now.plus(delay), task));
  }

  /** Moves the clock and runs what has become due, in order. */
  public void advance(Duration duration) {
    now = now.plus(duration);
    List<Due> due = later.stream().filter(task -> !task.at().isAfter(now)).toList();
    later.removeAll(due);
    due.stream().sorted(Comparator.comparing(Due::at)).forEach(task -> task.task().run());
  }

  /**
   * Lets time pass: the clock stops at each scheduled task, so that tasks that are scheduled
   * meanwhile run at their time too.
   */
  public void pass(Duration duration) {
    Instant end = now.plus(duration);
    while (true) {
      Optional<Due> next =
          later.stream().filter(due -> !due.at().isAfter(end)).min(Comparator.comparing(Due::at));
      if (next.isEmpty()) {
        now = end;
        return;
      }
      later.remove(next.get());
      now = next.get().at();
      next.get().task().run();
    }
  }

  /** Runs tasks at once, or, between {@link #hold} and {@link #release}, when they are released. */
  public Executor executor() {
    return task -> {
      if (holding) {
        held.add(task);
      } else {
        task.run();
      }
    };
  }

  /** Holds tasks of {@link #executor} back from now on. */
  public void hold() {
    holding = true;
  }

  /** Runs the tasks that were held back. */
  public void release() {
    holding = false;
    while (!held.isEmpty()) {
      held.remove().run();
    }
  }

  /** Runs the oldest task that was held back. */
  public void releaseOne() {
    held.remove().run();
  }

  /** Runs the newest task that was held back. */
  public void releaseLast() {
    held.removeLast().run();
  }

  @Override
  public Instant instant() {
    return now;
  }
}
