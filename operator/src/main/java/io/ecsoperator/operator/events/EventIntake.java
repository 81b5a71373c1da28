package io.ecsoperator.operator.events;

import io.ecsoperator.operator.Backoff;
import io.ecsoperator.operator.Scheduler;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.AwsLocation;
import io.ecsoperator.operator.aws.MessageQueue;
import io.ecsoperator.operator.aws.MessageQueue.Message;
import io.ecsoperator.operator.cache.ChangeHints;
import io.ecsoperator.operator.leader.LeadershipListener;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives ECS's events from a queue while this replica leads, and hands them to the cache as
 * hints.
 *
 * <p>An event is deleted once its hint has had its effect, so a crash loses none. Events that come
 * twice or in disorder are harmless. A message that is no event is counted and stays, so that the
 * queue moves it to its dead-letter queue.
 */
public final class EventIntake implements LeadershipListener {
  private static final Logger log = LoggerFactory.getLogger(EventIntake.class);

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
  private static final Duration HIDDEN = Duration.ofSeconds(60);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** Several receive side by side as long as the queue fills what they take. */
  private static final int MOST_RECEIVERS = 8;

  /** Messages whose effect is waited for. */
  private static final int MOST_UNDER_WAY = 500;

  private final MessageQueue queue;
  private final ChangeHints hints;
  private final Supplier<Optional<AwsLocation>> home;
  private final Clock clock;
  private final Scheduler scheduler;
  private final EventMetrics metrics;
  private final EcsEvent.Reader reader = new EcsEvent.Reader();

  private volatile Optional<Term> term = Optional.empty();

  /**
   * @param home the account and region of the events that count
   */
  public EventIntake(
      MessageQueue queue,
      ChangeHints hints,
      Supplier<Optional<AwsLocation>> home,
      Clock clock,
      Scheduler scheduler,
      MeterRegistry metrics) {
    this.queue = queue;
    this.hints = hints;
    this.home = home;
    this.clock = clock;
    this.scheduler = scheduler;
    this.metrics = new EventMetrics(metrics, clock);
    Gauge.builder("ecs.operator.events.queue.failing", this, it -> it.problem().isPresent() ? 1 : 0)
        .description("1 while the queue of events cannot be read, else 0")
        .register(metrics);
  }

  @Override
  public void started() {
    Term begun = new Term();
    term = Optional.of(begun);
    begun.receiveLater(Duration.ZERO);
  }

  @Override
  public void stopped() {
    term = Optional.empty();
  }

  /** Why the queue cannot be read now; sweeps alone find changes in ECS meanwhile. */
  public Optional<String> problem() {
    return term.flatMap(now -> now.failure).map(AwsFailure::message);
  }

  /** A time in which this replica leads. */
  private final class Term {
    private final AtomicInteger receivers = new AtomicInteger(1);
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();

    /** Why the queue could not be read the last time. */
    private volatile Optional<AwsFailure> failure = Optional.empty();

    private boolean isOver() {
      return term.filter(now -> now == this).isEmpty();
    }

    private void receiveLater(Duration pause) {
      scheduler.after(pause, this::receive);
    }

    private void receive() {
      if (isOver()) {
        return;
      }
      if (underWay.get() >= MOST_UNDER_WAY) {
        receiveLater(FIRST_PAUSE);
        return;
      }
      Instant begun = clock.instant();
      List<Message> messages;
      try {
        // After a failure the first answer counts, not the first message.
        messages = queue.receive(failure.isPresent() ? Duration.ZERO : LONGEST_WAIT, HIDDEN);
      } catch (AwsFailure why) {
        failed(why);
        return;
      }
      answered();
      take(messages);
      boolean full = messages.size() == MessageQueue.MOST_AT_ONCE;
      // An endpoint may answer at once instead of waiting for messages.
      boolean hasWaited = !clock.instant().isBefore(begun.plus(FIRST_PAUSE));
      if (full && receivers.get() < MOST_RECEIVERS) {
        receivers.incrementAndGet();
        receiveLater(Duration.ZERO);
      }
      if (full || !isRetired()) {
        receiveLater(messages.isEmpty() && !hasWaited ? FIRST_PAUSE : Duration.ZERO);
      }
    }

    /** Whether the caller stops to receive, since another one goes on. */
    private boolean isRetired() {
      return receivers.getAndUpdate(count -> Math.max(1, count - 1)) > 1;
    }

    private void failed(AwsFailure why) {
      boolean isNew = failure.filter(last -> last.code().equals(why.code())).isEmpty();
      failure = Optional.of(why);
      if (isNew) {
        log.warn(
            "The queue of ECS's events cannot be read; sweeps alone find changes: {}",
            why.message());
      }
      if (!isRetired()) {
        receiveLater(Backoff.doubled(FIRST_PAUSE, failures.incrementAndGet(), LONGEST_PAUSE));
      }
    }

    private void answered() {
      failures.set(0);
      if (failure.isPresent()) {
        failure = Optional.empty();
        log.info("The queue of ECS's events can be read again");
      }
    }

    private void take(List<Message> messages) {
      List<Message> events = new ArrayList<>();
      List<CompletableFuture<Void>> effects = new ArrayList<>();
      Optional<AwsLocation> here = home.get();
      for (Message message : messages) {
        reader
            .read(message.body(), here)
            .flatMap(this::effect)
            .ifPresentOrElse(
                effect -> {
                  events.add(message);
                  effects.add(effect);
                },
                metrics::unreadable);
      }
      if (events.isEmpty()) {
        return;
      }
      underWay.addAndGet(events.size());
      CompletableFuture<Void> all =
          CompletableFuture.allOf(effects.toArray(CompletableFuture[]::new));
      hideLater(events, all);
      // Not in the thread of the read, which has other readers too.
      all.whenComplete((done, e) -> scheduler.after(Duration.ZERO, () -> finish(events)));
    }

    /** Hands the event on; empty if the cache cannot make anything of it. */
    private Optional<CompletableFuture<Void>> effect(EcsEvent event) {
      metrics.received(event);
      try {
        return Optional.of(
            switch (event) {
              case EcsEvent.Irrelevant nothing -> CompletableFuture.completedFuture(null);
              case EcsEvent.Called called -> hints.called(called.operation(), called.request());
              case EcsEvent.Changed changed ->
                  CompletableFuture.allOf(
                      changed.arns().stream()
                          .map(arn -> hints.changed(arn, changed.version(), changed.detail()))
                          .toArray(CompletableFuture[]::new));
            });
      } catch (RuntimeException e) {
        log.debug("An event cannot be used", e);
        return Optional.empty();
      }
    }

    /** Keeps others from receiving the events while their effect is waited for. */
    private void hideLater(List<Message> events, CompletableFuture<Void> effect) {
      if (effect.isDone()) {
        return;
      }
      scheduler.after(
          HIDDEN.dividedBy(2),
          () -> {
            if (effect.isDone() || isOver()) {
              return;
            }
            try {
              queue.hide(events, HIDDEN);
            } catch (AwsFailure why) {
              log.debug("Events will come twice: {}", why.message());
            }
            hideLater(events, effect);
          });
    }

    private void finish(List<Message> events) {
      underWay.addAndGet(-events.size());
      try {
        queue.delete(events);
      } catch (AwsFailure why) {
        log.debug("Events will come twice: {}", why.message());
      }
    }
  }
}
