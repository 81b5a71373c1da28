package io.ecsoperator.operator.aws.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A lower bound of the tokens in AWS's bucket, so that AWS does not throttle the calls that are
 * sent.
 *
 * <p>AWS takes a token when a call arrives, at some time between its sending and its response, and
 * AWS's bucket is not refilled while it is full. Therefore a call takes its token here when it is
 * sent, but a full bucket is refilled only from the response on. Whenever the call arrived, AWS
 * then has at least as many tokens as are counted here, and even a share of 100 % of the quota is
 * not throttled because of transit times.
 *
 * <p>If AWS throttles a call all the same, other clients use the quota too. The bucket is then
 * emptied and its refill rate halved; the rate recovers in steps. Not safe for use by many threads.
 */
final class TokenBucket {
  /** A call without a response for this long has arrived at AWS, or never will. */
  private static final Duration MAX_TRANSIT = Duration.ofSeconds(1);

  private static final Duration RECOVERY_INTERVAL = Duration.ofSeconds(10);

  /** The fraction of the quota's rate by which the rate recovers in each interval. */
  private static final double RECOVERY_FRACTION = 0.1;

  /** The fraction of the quota's rate below which throttling does not lower it. */
  private static final double MIN_RATE_FRACTION = 0.1;

  /** Tolerance for rounding errors, in tokens. */
  private static final double ROUNDING = 1e-11;

  private static final double NANOS_PER_SECOND = 1e9;

  /** A call that was sent. Equality is identity. */
  static final class SentCall {
    private final Instant at;

    private SentCall(Instant at) {
      this.at = at;
    }

    private Instant arrivedAt() {
      return at.plus(MAX_TRANSIT);
    }
  }

  private final Quota quota;
  private final Set<SentCall> inFlight = new LinkedHashSet<>();
  private double rate;

  /** Tokens, not reduced by calls in flight. */
  private double level;

  private Instant levelAt;
  private Instant nextRecovery = Instant.MAX;
  private Instant throttledAt = Instant.MIN;

  TokenBucket(Quota quota, Instant now) {
    this.quota = quota;
    this.rate = quota.perSecond();
    this.level = quota.burst();
    this.levelAt = now;
  }

  /** The calls that may be sent now, with the fraction of the next token. */
  double tokens(Instant now) {
    advance(now);
    return level - inFlight.size();
  }

  boolean has(int calls, Instant now) {
    return tokens(now) >= calls - ROUNDING;
  }

  /** The current refill rate, in tokens per second. */
  double rate(Instant now) {
    advance(now);
    return rate;
  }

  /** Takes a token; the caller has checked that there is one. */
  SentCall send(Instant now) {
    SentCall call = new SentCall(now);
    inFlight.add(call);
    return call;
  }

  void answered(SentCall call, Instant now) {
    advance(now);
    if (inFlight.remove(call)) {
      level--;
    }
  }

  /**
   * AWS throttled a call: it had no token for it.
   *
   * @return true if the rate was lowered; false for a call that was in flight when the rate was
   *     last lowered
   */
  boolean throttled(SentCall call, Instant now) {
    advance(now);
    inFlight.remove(call);
    level = Math.min(level, inFlight.size());
    nextRecovery = now.plus(RECOVERY_INTERVAL);
    if (call.at.isBefore(throttledAt)) {
      return false;
    }
    throttledAt = now;
    rate = Math.max(quota.perSecond() * MIN_RATE_FRACTION, rate / 2);
    return true;
  }

  /**
   * Returns when to check again whether there are so many tokens, unless a response comes earlier;
   * empty if only responses can bring them, or nothing can.
   */
  Optional<Instant> nextCheckAt(int calls, Instant now) {
    advance(now);
    int needed = inFlight.size() + calls;
    Stream<Instant> filled =
        needed <= quota.burst()
            ? Stream.of(
                now.plusNanos(
                    (long) Math.ceil((needed - ROUNDING - level) / rate * NANOS_PER_SECOND)))
            : Stream.empty();
    Stream<Instant> arrived = inFlight.stream().limit(1).map(SentCall::arrivedAt);
    Stream<Instant> faster = rate < quota.perSecond() ? Stream.of(nextRecovery) : Stream.empty();
    return Stream.of(filled, arrived, faster)
        .flatMap(times -> times)
        .min(Instant::compareTo)
        .map(at -> at.isAfter(now) ? at : now.plusNanos(1));
  }

  /** Applies arrivals and recoveries of the rate since the last call, in order of time. */
  private void advance(Instant now) {
    while (true) {
      Optional<SentCall> oldest = inFlight.stream().findFirst();
      Instant arrival = oldest.map(SentCall::arrivedAt).orElse(Instant.MAX);
      if (!arrival.isAfter(now) && !arrival.isAfter(nextRecovery)) {
        fill(arrival);
        inFlight.remove(oldest.orElseThrow());
        level--;
      } else if (!nextRecovery.isAfter(now)) {
        fill(nextRecovery);
        rate = Math.min(quota.perSecond(), rate + quota.perSecond() * RECOVERY_FRACTION);
        nextRecovery =
            rate < quota.perSecond() ? nextRecovery.plus(RECOVERY_INTERVAL) : Instant.MAX;
      } else {
        fill(now);
        return;
      }
    }
  }

  private void fill(Instant now) {
    // A clock that was set back adds no tokens; refilling continues from its new time.
    double seconds = Math.max(0, Duration.between(levelAt, now).toNanos() / NANOS_PER_SECOND);
    level = Math.min(quota.burst(), level + seconds * rate);
    levelAt = now;
  }
}
