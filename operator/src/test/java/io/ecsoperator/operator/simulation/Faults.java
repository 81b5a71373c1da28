package io.ecsoperator.operator.simulation;

import java.time.Duration;
import java.util.Random;

/** What goes wrong in a simulation, and how often, until the faults end. */
final class Faults {

  /**
   * How often things go wrong, in percent of the calls.
   *
   * @param crashes of the writes to ECS and Kubernetes, before or after them
   * @param ecsLag how long reads of ECS are behind writes
   * @param watchLag how long events of watches take at most
   */
  record Rates(
      int lostAnswers,
      int lostRequests,
      int throttles,
      int unavailable,
      int crashes,
      int apiConflicts,
      int apiLosses,
      Duration ecsLag,
      Duration watchLag) {
    static final Rates NONE = new Rates(0, 0, 0, 0, 0, 0, 0, Duration.ZERO, Duration.ofMillis(50));

    static Rates of(Random random) {
      return new Rates(
          some(random, 25),
          some(random, 15),
          some(random, 20),
          some(random, 15),
          some(random, 8),
          some(random, 20),
          some(random, 10),
          Duration.ofSeconds(random.nextInt(3) == 0 ? 0 : random.nextInt(11)),
          Duration.ofMillis(random.nextBoolean() ? 50 : 50 + random.nextInt(3000)));
    }

    /** In half of the simulations something does not happen at all. */
    private static int some(Random random, int most) {
      return random.nextBoolean() ? 0 : 1 + random.nextInt(most);
    }
  }

  private final Random random;
  private Rates rates;
  private boolean away;

  Faults(Random random, Rates rates) {
    this.random = random;
    this.rates = rates;
  }

  Random random() {
    return random;
  }

  void end() {
    rates = Rates.NONE;
    away = false;
  }

  void away(boolean isAway) {
    away = isAway;
  }

  EcsFault ofRead() {
    if (away) {
      return EcsFault.REQUEST_LOST;
    }
    return happens(rates.throttles())
        ? EcsFault.THROTTLED
        : happens(rates.unavailable()) ? EcsFault.UNAVAILABLE : EcsFault.NONE;
  }

  EcsFault ofWrite() {
    EcsFault fault = ofRead();
    if (fault != EcsFault.NONE) {
      return fault;
    }
    return happens(rates.lostRequests())
        ? EcsFault.REQUEST_LOST
        : happens(rates.lostAnswers()) ? EcsFault.ANSWER_LOST : EcsFault.NONE;
  }

  boolean crashes() {
    return happens(rates.crashes());
  }

  boolean apiConflict() {
    return happens(rates.apiConflicts());
  }

  boolean apiLoss() {
    return happens(rates.apiLosses());
  }

  Duration ecsWay() {
    return Duration.ofMillis(2 + random.nextInt(30));
  }

  Duration apiWay() {
    return Duration.ofMillis(1 + random.nextInt(5));
  }

  Duration watchLag() {
    return Duration.ofMillis(2 + random.nextInt((int) rates.watchLag().toMillis()));
  }

  private boolean happens(int percent) {
    return percent > 0 && random.nextInt(100) < percent;
  }
}
