package io.ecsoperator.localecs.world;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns all state, with its clock and its random numbers.
 *
 * <p>Only commands ({@link #call}) and the actions that they schedule ({@link #after}) touch the
 * state, one after the other. State therefore needs no locks, and the same commands at the same
 * world times with the same seed give the same world.
 */
public final class World implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(World.class);
  private static final Comparator<Timer> BY_TIME =
      Comparator.comparing(Timer::due).thenComparingLong(Timer::sequence);

  private final long seed;
  private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>(BY_TIME);
  private final Thread thread;

  private WorldClock clock;
  private long wallStart;
  private RandomGenerator random;
  private Instant now;
  private long scheduled;
  private long fired;
  private long asked;
  private volatile boolean closed;

  /** A world with a running clock. */
  public World(WorldClock clock, long seed) {
    this(clock.start(), seed);
    begin(clock);
  }

  /** A world with a stopped clock, until {@link #begin}. */
  public World(Instant start, long seed) {
    this.seed = seed;
    this.now = start;
    this.clock = new WorldClock.Virtual(start);
    this.random = random(seed);
    this.thread = Thread.ofPlatform().daemon().name("local-ecs-world").start(this::live);
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /**
   * Replays a recorded command, after all actions that were due before it.
   *
   * @param at not before the time reached
   */
  public void replay(Instant at, Runnable command) {
    run(
        () -> {
          fireUntil(at);
          command.run();
        });
  }

  /**
   * Starts the clock at the time reached. A real clock shows the time of day, so that actions that
   * fell due meanwhile run now.
   */
  public void begin(WorldClock running) {
    run(
        () -> {
          clock = running.from(now);
          wallStart = System.nanoTime();
        });
  }

  /**
   * Runs {@code command} on the world's thread and returns its result. Exceptions of the command
   * are rethrown.
   *
   * @throws IllegalStateException once the world is closed, or when called by the world itself
   */
  public <T> T call(Supplier<T> command) {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("The world cannot wait for itself.");
    }
    if (closed) {
      throw closedException();
    }
    var answer = new CompletableFuture<T>();
    inbox.add(
        () -> {
          try {
            answer.complete(command.get());
          } catch (Throwable e) {
            answer.completeExceptionally(e);
          }
        });
    return await(answer);
  }

  /** Like {@link #call}, for a command without an answer. */
  public void run(Runnable command) {
    call(
        () -> {
          command.run();
          return true;
        });
  }

  /**
   * The world time in whole milliseconds, the resolution of ECS's answers. Only on the world's
   * thread.
   */
  public Instant now() {
    requireWorldThread();
    return now.truncatedTo(ChronoUnit.MILLIS);
  }

  /** The world time to the nanosecond. Only on the world's thread. */
  public Instant exactNow() {
    requireWorldThread();
    return now;
  }

  /** The number of scheduled actions that have run. Only on the world's thread. */
  public long fired() {
    requireWorldThread();
    return fired;
  }

  /** The random numbers of the world, all derived from the seed. Only on the world's thread. */
  public RandomGenerator random() {
    requireWorldThread();
    asked++;
    return random;
  }

  /**
   * A number that rises whenever an action is scheduled or a random number is drawn. A command that
   * does not raise it has left the world untouched. Only on the world's thread.
   */
  public long touched() {
    requireWorldThread();
    return scheduled + asked;
  }

  /**
   * Runs {@code action} on the world's thread after {@code delay} of world time. Actions due at the
   * same instant run in the order they were scheduled. Only on the world's thread.
   */
  public Timer after(Duration delay, Runnable action) {
    requireWorldThread();
    Timer timer = new Timer(now.plus(delay), scheduled++, action);
    timers.add(timer);
    return timer;
  }

  /** Cancels all scheduled actions, and restarts the random numbers. Only on the world's thread. */
  public void restart() {
    requireWorldThread();
    timers.clear();
    random = random(seed);
  }

  /**
   * Moves a virtual clock forward and runs all actions that fall due, in order.
   *
   * @throws IllegalStateException when the clock runs by itself
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("Time does not go back: " + by);
    }
    run(
        () -> {
          if (!(clock instanceof WorldClock.Virtual)) {
            throw new IllegalStateException(
                "Only a virtual clock can be moved; this one runs by itself.");
          }
          fireUntil(now.plus(by));
        });
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private <T> T await(CompletableFuture<T> answer) {
    try {
      while (true) {
        try {
          return answer.get(1, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
          if (closed) {
            throw closedException();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the world.", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException refused -> throw refused;
        case Error broken -> throw broken;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  private static IllegalStateException closedException() {
    return new IllegalStateException("The world is closed.");
  }

  private void live() {
    while (!closed) {
      try {
        Runnable command = nextCommand();
        Instant reached = clock.at(Duration.ofNanos(System.nanoTime() - wallStart), now);
        fireUntil(reached.isAfter(now) ? reached : now);
        if (command != null) {
          command.run();
        }
      } catch (InterruptedException e) {
        // Only close() interrupts; the loop's condition ends it.
      } catch (RuntimeException e) {
        LOG.error("An action of the world failed; the world goes on without it.", e);
      }
    }
  }

  private Runnable nextCommand() throws InterruptedException {
    Timer next = timers.peek();
    long wait = next == null ? Long.MAX_VALUE : clock.wallNanosUntil(next.due(), now);
    return inbox.poll(wait, TimeUnit.NANOSECONDS);
  }

  private void fireUntil(Instant end) {
    for (Timer next = timers.peek();
        next != null && !next.due().isAfter(end);
        next = timers.peek()) {
      timers.poll();
      if (next.isCancelled()) {
        continue;
      }
      now = next.due();
      fired++;
      next.fire();
    }
    now = end;
  }

  private void requireWorldThread() {
    if (Thread.currentThread() != thread) {
      throw new IllegalStateException("Only the world's own thread may touch its state.");
    }
  }
}
