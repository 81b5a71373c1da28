package io.ecsoperator.operator.aws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.Scheduler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows whether ECS answers. An outage belongs to the endpoint, not to an object: while ECS is away
 * no call is sent but one probe every two seconds, and once that is answered all objects go on. The
 * log has a line for the begin and the end of an outage, and for reads that are denied.
 */
public final class OutageEcs implements Ecs {
  private static final Logger log = LoggerFactory.getLogger(OutageEcs.class);

  /** The code of calls that are not sent since ECS is away. */
  public static final String AWAY = "EcsAway";

  private static final int FAILURES_OF_AN_OUTAGE = 3;
  private static final Duration SHORTEST_OUTAGE = Duration.ofSeconds(1);
  private static final Duration PROBE = Duration.ofSeconds(2);
  private static final Duration BETWEEN_LINES = Duration.ofMinutes(10);
  private static final String PROBE_OPERATION = "ListClusters";

  /**
   * Calls that have failed since ECS has last answered.
   *
   * @param away the failure, once there were enough
   */
  private record Silence(Instant since, int failures, Optional<AwsFailure> away) {}

  private final Ecs ecs;
  private final Clock clock;
  private final Scheduler scheduler;
  private final Runnable onChange;
  private final ReentrantLock lock = new ReentrantLock();

  /** When the log last had a line on reads of an operation that are denied. */
  private final Map<String, Instant> loggedAt = new ConcurrentHashMap<>();

  private volatile Optional<Silence> silence = Optional.empty();

  /** Whether a probe is scheduled or under way; guarded by the lock. */
  private boolean probing;

  /**
   * @param onChange runs when an outage begins and when it ends
   */
  public OutageEcs(Ecs ecs, Clock clock, Scheduler scheduler, Runnable onChange) {
    this.ecs = ecs;
    this.clock = clock;
    this.scheduler = scheduler;
    this.onChange = onChange;
  }

  @Override
  public Response read(String operation, ObjectNode request, CallContext callContext) {
    return observed(operation, true, () -> ecs.read(operation, request, callContext));
  }

  @Override
  public Response write(String operation, ObjectNode request, CallContext callContext) {
    return observed(operation, false, () -> ecs.write(operation, request, callContext));
  }

  @Override
  public String region() {
    return ecs.region();
  }

  @Override
  public Optional<AwsFailure> failing(String operation) {
    return silence.flatMap(
        now ->
            now.away()
                .map(
                    cause ->
                        AwsFailure.of(
                            operation,
                            FailureClass.TRANSIENT,
                            AWAY,
                            "ECS has not answered since "
                                + now.since().truncatedTo(ChronoUnit.SECONDS)
                                + " ("
                                + cause.code()
                                + "). The operator asks every two seconds, and continues as soon as"
                                + " ECS answers.")));
  }

  private Response observed(String operation, boolean reads, Supplier<Response> call) {
    Optional<AwsFailure> away = failing(operation);
    if (away.isPresent()) {
      throw away.get();
    }
    try {
      Response response = call.get();
      answered();
      return response;
    } catch (AwsFailure failure) {
      if (failure.isOutage()) {
        silent(failure);
      } else if (failure.isAnswer()) {
        answered();
      }
      if (reads && failure.concernsAllObjects()) {
        denied(failure);
      }
      throw failure;
    }
  }

  private void silent(AwsFailure failure) {
    boolean begins = false;
    lock.lock();
    try {
      Instant now = clock.instant();
      Silence before = silence.orElse(new Silence(now, 0, Optional.empty()));
      int failures = before.failures() + 1;
      boolean isLong =
          failures >= FAILURES_OF_AN_OUTAGE && !now.isBefore(before.since().plus(SHORTEST_OUTAGE));
      begins = isLong && before.away().isEmpty();
      silence =
          Optional.of(
              new Silence(
                  before.since(),
                  failures,
                  before.away().or(() -> isLong ? Optional.of(failure) : Optional.empty())));
      if (!probing) {
        probing = true;
        scheduler.after(SHORTEST_OUTAGE, this::probe);
      }
    } finally {
      lock.unlock();
    }
    if (begins) {
      log.warn("ECS is away: {} failed with {}", failure.operation(), failure.code());
      onChange.run();
    }
  }

  private void answered() {
    if (silence.isEmpty()) {
      return;
    }
    Optional<Silence> ended;
    lock.lock();
    try {
      ended = silence;
      silence = Optional.empty();
    } finally {
      lock.unlock();
    }
    ended
        .filter(outage -> outage.away().isPresent())
        .ifPresent(
            outage -> {
              log.info(
                  "ECS answers again after {} s",
                  Duration.between(outage.since(), clock.instant()).toSeconds());
              onChange.run();
            });
  }

  /** Asks ECS until it answers. A refusal is an answer too. */
  private void probe() {
    if (endsProbing()) {
      return;
    }
    try {
      ecs.read(
          PROBE_OPERATION,
          JsonNodeFactory.instance.objectNode().put("maxResults", 1),
          CallContext.of(Priority.DELETE));
      answered();
    } catch (AwsFailure failure) {
      if (failure.isOutage()) {
        silent(failure);
      } else if (failure.isAnswer()) {
        answered();
      } else if (failure.code().equals(AwsFailure.NOT_LEADER)) {
        // The next leader finds out by itself.
        silence = Optional.empty();
      }
    } catch (RuntimeException e) {
      log.error("Unexpected error in a probe", e);
      silence = Optional.empty();
    }
    if (!endsProbing()) {
      scheduler.after(PROBE, this::probe);
    }
  }

  private boolean endsProbing() {
    lock.lock();
    try {
      probing = silence.isPresent();
      return !probing;
    } finally {
      lock.unlock();
    }
  }

  private void denied(AwsFailure failure) {
    Instant now = clock.instant();
    Instant due = now.minus(BETWEEN_LINES);
    Instant last = loggedAt.getOrDefault(failure.operation(), Instant.MIN);
    if (last.isAfter(due) || !replaced(failure.operation(), last, now)) {
      return;
    }
    log.warn("{} fails with {}: {}", failure.operation(), failure.code(), failure.message());
  }

  private boolean replaced(String operation, Instant last, Instant now) {
    return last.equals(Instant.MIN)
        ? loggedAt.putIfAbsent(operation, now) == null
        : loggedAt.replace(operation, last, now);
  }
}
