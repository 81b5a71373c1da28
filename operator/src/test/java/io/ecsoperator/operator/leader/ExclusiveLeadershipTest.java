package io.ecsoperator.operator.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.config.LeaseSettings;
import io.ecsoperator.operator.leader.FakeLease.Passage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever the network does, and however irregularly the replicas come to their turn. */
class ExclusiveLeadershipTest {
  private static final int REPLICAS = 2;

  /** With next to no time between two leaders, which would hide mistakes. */
  private static final LeaseSettings SETTINGS =
      new LeaseSettings(
          Optional.empty(),
          "ecs-operator",
          Duration.ofSeconds(6),
          Duration.ofMillis(5999),
          Duration.ofSeconds(1));

  /** After a pause, a replica makes an attempt of at most two calls. */
  record Turn(int cache, Duration pause, Passage first, Passage second) {}

  @Property(edgeCases = EdgeCasesMode.NONE)
  void noTwoReplicasLeadAtTheSameTime(@ForAll("turns") List<Turn> turns) {
    new World(turns).run();
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void whenTheNetworkIsGoodAgainOneLeads(@ForAll("turns") List<Turn> turns) {
    World world = new World(turns);
    world.run();

    for (int second = 0; second < 8; second++) {
      world.replicas.forEach(cache -> cache.election.step());
      world.time.advance(SETTINGS.retryPeriod());
    }

    assertThat(world.leaders()).isOne();
  }

  private static final class World {
    private final VirtualTime time = new VirtualTime();
    private final Instant start = time.instant();
    private final FakeLease lease = new FakeLease(this::whileACallIsOnItsWay);
    private final Deque<Turn> turns;
    private final List<EcsCache> replicas =
        IntStream.range(0, REPLICAS).mapToObj(number -> new EcsCache(this, number)).toList();

    World(List<Turn> turns) {
      this.turns = new ArrayDeque<>(turns);
    }

    void run() {
      while (!turns.isEmpty()) {
        take(turns.remove());
      }
    }

    private void take(Turn turn) {
      pass(turn.pause());
      EcsCache cache = replicas.get(turn.cache());
      cache.route.next(turn.first());
      cache.route.next(turn.second());
      cache.busy = true;
      cache.election.step();
      cache.busy = false;
      cache.route.forget();
      pass(Duration.ZERO);
    }

    /** Others have their turns meanwhile. */
    private void whileACallIsOnItsWay(Duration delay) {
      pass(delay.dividedBy(2));
      if (delay.isPositive() && !turns.isEmpty() && !replicas.get(turns.peek().cache()).busy) {
        take(turns.remove());
      }
      pass(delay.dividedBy(2));
    }

    private void pass(Duration duration) {
      time.advance(duration);
      assertThat(leaders()).isLessThanOrEqualTo(1);
    }

    long leaders() {
      return replicas.stream().filter(cache -> cache.election.held()).count();
    }
  }

  private static final class EcsCache {
    private final FakeLease.Route route;
    private final LeaseElection election;
    private boolean busy;

    EcsCache(World world, int number) {
      route = world.lease.new Route();
      election =
          new LeaseElection(
              route,
              "replica-" + number,
              SETTINGS,
              world.time,
              // Each has a monotonic clock of its own.
              () ->
                  number * 1_000_000_007L
                      + Duration.between(world.start, world.time.instant()).toNanos());
    }
  }

  @Provide
  Arbitrary<List<Turn>> turns() {
    return Combinators.combine(
            Arbitraries.integers().between(0, REPLICAS - 1), durations(3), passages(), passages())
        .as(Turn::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(80);
  }

  private static Arbitrary<Passage> passages() {
    return Combinators.combine(
            durations(2),
            durations(2),
            Arbitraries.integers().between(1, 10),
            Arbitraries.integers().between(1, 10))
        .as(
            (there, back, arrives, answered) ->
                new Passage(
                    arrives > 5 ? Duration.ZERO : there,
                    answered > 5 ? Duration.ZERO : back,
                    arrives > 2,
                    answered > 2));
  }

  /** Coarse, so that things happen close together. */
  private static Arbitrary<Duration> durations(int mostSeconds) {
    return Arbitraries.integers()
        .between(0, 2 * mostSeconds)
        .map(halves -> Duration.ofMillis(500L * halves));
  }
}
