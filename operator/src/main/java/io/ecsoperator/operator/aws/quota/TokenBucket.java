package io.ecsoperator.operator.aws.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How many calls AWS is sure to take now.
 *
 * <p>AWS takes a token when a call arrives, which is somewhere between its sending and its answer,
 * and while AWS's bucket is full nothing comes back. So a call takes its token here when it is
 * sent, but only its answer lets a full bucket fill again: whenever the call arrived, AWS then has
 * at least what is counted here, and a share of all of the quota does not get throttled for the way
 * that calls take.
 *
 * <p>Where AWS throttles all the same, somebody else uses the quota too: the bucket is empty then,
 * and fills at half the rate from there on, which climbs back step by step. Not safe for many
 * threads.
 */
final class TokenBucket {
  /** A call that is not answered for so long has arrived, or never will. */
  private static final Duration ARRIVAL = Duration.ofSeconds(1);

  private static final Duration BETWEEN_STEPS = Duration.ofSeconds(10);

  /** How much of the quota's rate comes back with each step. */
  private static final double STEP = 0.1;

  /** The least that throttling leaves of the quota's rate. */
  private static final double FLOOR = 0.1;

  /** Below what sums of fractions may be wrong by. */
  private static final double ROUNDING = 1e-11;

  private static final double NANOS = 1e9;

  /** A call on its way; each is only equal to itself. */
  static final class Sent {
    private final Instant at;

    private Sent(Instant at) {
      this.at = at;
    }

    private Instant arrivedAt() {
      return at.plus(ARRIVAL);
    }
  }

  private final Quota quota;
  private final Set<Sent> underWay = new LinkedHashSet<>();
  private double rate;

  /** What AWS has, those under way not counted as arrived. */
  private double level;

  private Instant levelAt;
  private Instant nextStep = Instant.MAX;
  private Instant slowedAt = Instant.MIN;

  TokenBucket(Quota quota, Instant now) {
    this.quota = quota;
    this.rate = quota.perSecond();
    this.level = quota.burst();
    this.levelAt = now;
  }

  /** The calls that may be sent now, and a fraction of the next one. */
  double tokens(Instant now) {
    settle(now);
    return level - underWay.size();
  }

  boolean has(int calls, Instant now) {
    return tokens(now) >= calls - ROUNDING;
  }

  /** The tokens that come back in a second, as things stand. */
  double rate(Instant now) {
    settle(now);
    return rate;
  }

  /** Takes a token that is there. */
  Sent send(Instant now) {
    Sent sent = new Sent(now);
    underWay.add(sent);
    return sent;
  }

  void answered(Sent sent, Instant now) {
    settle(now);
    if (underWay.remove(sent)) {
      level--;
    }
  }

  /**
   * AWS had no token for a call.
   *
   * @return whether calls are slowed down for it; those that were under way when they last were say
   *     nothing new
   */
  boolean throttled(Sent sent, Instant now) {
    settle(now);
    underWay.remove(sent);
    level = Math.min(level, underWay.size());
    nextStep = now.plus(BETWEEN_STEPS);
    if (sent.at.isBefore(slowedAt)) {
      return false;
    }
    slowedAt = now;
    rate = Math.max(quota.perSecond() * FLOOR, rate / 2);
    return true;
  }

  /**
   * When to ask again whether there are so many tokens, if it is not known before that a call has
   * been answered; empty where only answers can bring them, or nothing.
   */
  Optional<Instant> mayHaveAt(int calls, Instant now) {
    settle(now);
    int wanted = underWay.size() + calls;
    Stream<Instant> filled =
        wanted <= quota.burst()
            ? Stream.of(now.plusNanos((long) Math.ceil((wanted - ROUNDING - level) / rate * NANOS)))
            : Stream.empty();
    Stream<Instant> arrived = underWay.stream().limit(1).map(Sent::arrivedAt);
    Stream<Instant> faster = rate < quota.perSecond() ? Stream.of(nextStep) : Stream.empty();
    return Stream.of(filled, arrived, faster)
        .flatMap(times -> times)
        .min(Instant::compareTo)
        .map(at -> at.isAfter(now) ? at : now.plusNanos(1));
  }

  /** Goes through what has happened since, in its order. */
  private void settle(Instant now) {
    while (true) {
      Optional<Sent> oldest = underWay.stream().findFirst();
      Instant arrival = oldest.map(Sent::arrivedAt).orElse(Instant.MAX);
      if (!arrival.isAfter(now) && !arrival.isAfter(nextStep)) {
        fill(arrival);
        underWay.remove(oldest.orElseThrow());
        level--;
      } else if (!nextStep.isAfter(now)) {
        fill(nextStep);
        rate = Math.min(quota.perSecond(), rate + quota.perSecond() * STEP);
        nextStep = rate < quota.perSecond() ? nextStep.plus(BETWEEN_STEPS) : Instant.MAX;
      } else {
        fill(now);
        return;
      }
    }
  }

  private void fill(Instant now) {
    // A clock that was set back brings nothing, and counts from there.
    double seconds = Math.max(0, Duration.between(levelAt, now).toNanos() / NANOS);
    level = Math.min(quota.burst(), level + seconds * rate);
    levelAt = now;
  }
}
