package io.ecsoperator.localecs;

import io.ecsoperator.localecs.faults.Fault;
import io.ecsoperator.localecs.faults.FaultRule;
import io.ecsoperator.localecs.faults.Lag;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.sqs.Queues;
import io.ecsoperator.localecs.world.WorldClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The options of a {@link LocalEcs}.
 *
 * @param clock how fast the world's time runs
 * @param seed the seed of all random choices: ids, and the calls that faults hit
 * @param state the file that keeps the world across restarts; an existing file is loaded and brings
 *     its own seed
 * @param eventsQueue name of the queue that ECS's events of the standard account and region go to,
 *     from the start; the queue is created if it does not exist
 * @param standard account and region of calls with a signature that names none
 */
public record LocalEcsOptions(
    Address address,
    WorldClock clock,
    Disturbances disturbances,
    long seed,
    Optional<Path> state,
    Optional<String> eventsQueue,
    Scope standard) {

  /**
   * Where to listen.
   *
   * @param port 0 takes a free one
   */
  public record Address(String host, int port) {
    @Override
    public String toString() {
      return host + " port " + port;
    }
  }

  /**
   * What clients notice of AWS's limits, of ECS's consistency and of injected faults.
   *
   * @param quotas whether AWS's request quotas are in force
   * @param lag how long reads stay stale after a write
   * @param faults the faults that are injected from the start
   */
  public record Disturbances(boolean quotas, Lag lag, List<FaultRule> faults) {
    public static final Disturbances NONE = new Disturbances(false, Lag.NONE, List.of());

    public Disturbances {
      faults = List.copyOf(faults);
    }
  }

  public LocalEcsOptions {
    eventsQueue.ifPresent(Queues::requireName);
  }

  /** A free port on loopback, real time, no faults, account 123456789012 in us-east-1. */
  public static LocalEcsOptions defaults() {
    return new LocalEcsOptions(
        new Address("127.0.0.1", 0),
        WorldClock.real(),
        Disturbances.NONE,
        1,
        Optional.empty(),
        Optional.empty(),
        new Scope("123456789012", "us-east-1"));
  }

  public LocalEcsOptions withHost(String host) {
    return with(new Address(host, address.port()));
  }

  public LocalEcsOptions withPort(int port) {
    return with(new Address(address.host(), port));
  }

  private LocalEcsOptions with(Address at) {
    return new LocalEcsOptions(at, clock, disturbances, seed, state, eventsQueue, standard);
  }

  public LocalEcsOptions withClock(WorldClock clock) {
    return new LocalEcsOptions(address, clock, disturbances, seed, state, eventsQueue, standard);
  }

  public LocalEcsOptions withQuotas(boolean quotas) {
    return with(new Disturbances(quotas, disturbances.lag(), disturbances.faults()));
  }

  public LocalEcsOptions withLag(Lag lag) {
    return with(new Disturbances(disturbances.quotas(), lag, disturbances.faults()));
  }

  /** Adds a fault. */
  public LocalEcsOptions withFault(FaultRule rule) {
    List<FaultRule> more = new ArrayList<>(disturbances.faults());
    more.add(rule);
    return with(new Disturbances(disturbances.quotas(), disturbances.lag(), more));
  }

  private LocalEcsOptions with(Disturbances others) {
    return new LocalEcsOptions(address, clock, others, seed, state, eventsQueue, standard);
  }

  /** Delays every call by {@code latency} of wall time before it is carried out. */
  public LocalEcsOptions withLatency(Duration latency) {
    return withFault(FaultRule.always(FaultRule.ANY, new Fault.Delay(latency)));
  }

  /**
   * Loses the answers to a share of the calls, above 0 and up to 1, after the calls took effect.
   */
  public LocalEcsOptions withLostAnswers(double share) {
    return withFault(FaultRule.share(share, FaultRule.ANY, Fault.lostAnswer()));
  }

  public LocalEcsOptions withSeed(long seed) {
    return new LocalEcsOptions(address, clock, disturbances, seed, state, eventsQueue, standard);
  }

  public LocalEcsOptions withState(Path file) {
    return new LocalEcsOptions(
        address, clock, disturbances, seed, Optional.of(file), eventsQueue, standard);
  }

  /** Sends ECS's events to this queue. */
  public LocalEcsOptions withEventsQueue(String queue) {
    return new LocalEcsOptions(
        address, clock, disturbances, seed, state, Optional.of(queue), standard);
  }

  public LocalEcsOptions withStandard(Scope standard) {
    return new LocalEcsOptions(address, clock, disturbances, seed, state, eventsQueue, standard);
  }
}
