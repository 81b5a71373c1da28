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
 * How to start a {@link LocalEcs}.
 *
 * @param host address to listen on
 * @param port 0 takes a free one
 * @param clock how fast the world's time runs
 * @param quotas whether AWS's request quotas are in force
 * @param lag how long reads are old after a write
 * @param faults what goes wrong from the start
 * @param seed where all chance comes from: ids and which calls the faults hit
 * @param state the file that the world lives on in; it is loaded when it is there, with its own
 *     seed
 * @param eventsQueue name of the queue that ECS's events of the standard account and region go to,
 *     from the start; it is created if need be
 * @param standard account and region of calls that do not name theirs
 */
public record LocalEcsOptions(
    String host,
    int port,
    WorldClock clock,
    boolean quotas,
    Lag lag,
    List<FaultRule> faults,
    long seed,
    Optional<Path> state,
    Optional<String> eventsQueue,
    Scope standard) {

  public LocalEcsOptions {
    faults = List.copyOf(faults);
    eventsQueue.ifPresent(Queues::requireName);
  }

  /** A free port on loopback, real time, no faults, account 123456789012 in us-east-1. */
  public static LocalEcsOptions defaults() {
    return new LocalEcsOptions(
        "127.0.0.1",
        0,
        WorldClock.real(),
        false,
        Lag.NONE,
        List.of(),
        1,
        Optional.empty(),
        Optional.empty(),
        new Scope("123456789012", "us-east-1"));
  }

  public LocalEcsOptions withHost(String host) {
    return new LocalEcsOptions(
        host, port, clock, quotas, lag, faults, seed, state, eventsQueue, standard);
  }

  public LocalEcsOptions withPort(int port) {
    return new LocalEcsOptions(
        host, port, clock, quotas, lag, faults, seed, state, eventsQueue, standard);
  }

  public LocalEcsOptions withClock(WorldClock clock) {
    return new LocalEcsOptions(
        host, port, clock, quotas, lag, faults, seed, state, eventsQueue, standard);
  }

  public LocalEcsOptions withQuotas(boolean quotas) {
    return new LocalEcsOptions(
        host, port, clock, quotas, lag, faults, seed, state, eventsQueue, standard);
  }

  public LocalEcsOptions withLag(Lag lag) {
    return new LocalEcsOptions(
        host, port, clock, quotas, lag, faults, seed, state, eventsQueue, standard);
  }

  /** One more fault. */
  public LocalEcsOptions withFault(FaultRule rule) {
    List<FaultRule> more = new ArrayList<>(faults);
    more.add(rule);
    return new LocalEcsOptions(
        host, port, clock, quotas, lag, more, seed, state, eventsQueue, standard);
  }

  /** Every call waits so long, in wall time, before it is carried out. */
  public LocalEcsOptions withLatency(Duration latency) {
    return withFault(FaultRule.always(FaultRule.ANY, new Fault.Delay(latency)));
  }

  /** Of a share of the calls, above 0 and up to 1, the answer is lost after their effect. */
  public LocalEcsOptions withLostAnswers(double share) {
    return withFault(FaultRule.share(share, FaultRule.ANY, Fault.lostAnswer()));
  }

  public LocalEcsOptions withSeed(long seed) {
    return new LocalEcsOptions(
        host, port, clock, quotas, lag, faults, seed, state, eventsQueue, standard);
  }

  public LocalEcsOptions withState(Path file) {
    return new LocalEcsOptions(
        host, port, clock, quotas, lag, faults, seed, Optional.of(file), eventsQueue, standard);
  }

  /** ECS's events go to this queue. */
  public LocalEcsOptions withEventsQueue(String queue) {
    return new LocalEcsOptions(
        host, port, clock, quotas, lag, faults, seed, state, Optional.of(queue), standard);
  }

  public LocalEcsOptions withStandard(Scope standard) {
    return new LocalEcsOptions(
        host, port, clock, quotas, lag, faults, seed, state, eventsQueue, standard);
  }
}
