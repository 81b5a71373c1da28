package io.ecsoperator.localecs;

import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.world.WorldClock;
import java.time.Duration;

/**
 * How to start a {@link LocalEcs}.
 *
 * @param host address to listen on
 * @param port 0 takes a free one
 * @param clock how fast the world's time runs
 * @param latency wall time that every call waits before it is carried out
 * @param lostAnswers the share of calls, from 0 to 1, whose answer is lost after their effect
 * @param seed where all chance comes from: ids and which answers are lost
 * @param standard account and region of calls that do not name theirs
 */
public record LocalEcsOptions(
    String host,
    int port,
    WorldClock clock,
    Duration latency,
    double lostAnswers,
    long seed,
    Scope standard) {

  public LocalEcsOptions {
    if (!(lostAnswers >= 0 && lostAnswers <= 1)) {
      throw new IllegalArgumentException(
          "The share of lost answers is between 0 and 1, not " + lostAnswers);
    }
    if (latency.isNegative()) {
      throw new IllegalArgumentException("Latency cannot be negative: " + latency);
    }
  }

  /** A free port on loopback, real time, no weather, account 123456789012 in us-east-1. */
  public static LocalEcsOptions defaults() {
    return new LocalEcsOptions(
        "127.0.0.1",
        0,
        WorldClock.real(),
        Duration.ZERO,
        0,
        1,
        new Scope("123456789012", "us-east-1"));
  }

  public LocalEcsOptions withPort(int port) {
    return new LocalEcsOptions(host, port, clock, latency, lostAnswers, seed, standard);
  }

  public LocalEcsOptions withClock(WorldClock clock) {
    return new LocalEcsOptions(host, port, clock, latency, lostAnswers, seed, standard);
  }

  public LocalEcsOptions withLatency(Duration latency) {
    return new LocalEcsOptions(host, port, clock, latency, lostAnswers, seed, standard);
  }

  public LocalEcsOptions withLostAnswers(double lostAnswers) {
    return new LocalEcsOptions(host, port, clock, latency, lostAnswers, seed, standard);
  }

  public LocalEcsOptions withSeed(long seed) {
    return new LocalEcsOptions(host, port, clock, latency, lostAnswers, seed, standard);
  }

  public LocalEcsOptions withStandard(Scope standard) {
    return new LocalEcsOptions(host, port, clock, latency, lostAnswers, seed, standard);
  }
}
