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
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * Properties of the election under any delays and losses of the network and any pauses of replicas.
 */
class ExclusiveLeadershipTest {
  private static final int REPLICAS = 2;

  /** With almost no time between two leaders, which would hide errors. */
  private static final LeaseSettings SETTINGS =
      new LeaseSettings(
          Optional.empty(),
          "ecs-operator",
          Duration.ofSeconds(6),
          Duration.ofMillis(5999),
          Duration.ofSeconds(1));

  /** After a pause, a replica makes an attempt of at most two calls. */
  record Step(int replica, Duration pause, Passage first, Passage second) {}

  /** What a client may do that has the right to write the Lease but takes no part. */
  enum Edit {
    NONE,
    DELETE,
    REMOVE_HOLDER,
    NAME_A_REPLICA,
    NAME_ITSELF,
    SHORTEN,
    LENGTHEN
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void noTwoReplicasLeadAtTheSameTime(@ForAll("steps") List<Step> steps) {
    new World(steps).run();
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void noTwoReplicasLeadWhileAnAttackerDeletesAndEditsTheLease(
      @ForAll("steps") List<Step> steps, @ForAll @Size(80) List<Edit> edits) {
    World world = new World(steps);
    // Both have read the lease once: a replica that starts right after a deletion cannot know.
    world.replicas.forEach(replica -> replica.election.step());
    world.edits.addAll(edits);
    world.run();
  }

  @Example
  void aLeaseThatIsDeletedTwiceMakesNoSecondLeader() {
    List<Step> steps =
        List.of(
            new Step(1, Duration.ZERO, Passage.GOOD, Passage.GOOD),
            new Step(0, Duration.ofMillis(500), Passage.GOOD, Passage.GOOD),
            new Step(0, Duration.ZERO, Passage.GOOD, Passage.GOOD),
            new Step(0, Duration.ofMillis(4500), Passage.LOST, Passage.LOST),
            new Step(1, Duration.ofSeconds(1), Passage.GOOD, Passage.GOOD));

    noTwoReplicasLeadWhileAnAttackerDeletesAndEditsTheLease(
        steps, List.of(Edit.DELETE, Edit.NONE, Edit.NONE, Edit.NONE, Edit.DELETE));
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void oneReplicaLeadsOnceTheNetworkIsGoodAgain(@ForAll("steps") List<Step> steps) {
    World world = new World(steps);
    world.run();

    for (int second = 0; second < 8; second++) {
      world.replicas.forEach(replica -> replica.election.step());
      world.time.advance(SETTINGS.retryPeriod());
    }

    assertThat(world.leaders()).isOne();
  }

  private static final class World {
    private final VirtualTime time = new VirtualTime();
    private final Instant start = time.instant();
    private final FakeLease lease = new FakeLease(this::duringACall);
    private final Deque<Step> steps;
    private final Deque<Edit> edits = new ArrayDeque<>();
    private final List<Replica> replicas =
        IntStream.range(0, REPLICAS).mapToObj(number -> new Replica(this, number)).toList();

    World(List<Step> steps) {
      this.steps = new ArrayDeque<>(steps);
    }

    void run() {
      while (!steps.isEmpty()) {
        take(steps.remove());
      }
    }

    private void take(Step step) {
      pass(step.pause());
      edit(edits.isEmpty() ? Edit.NONE : edits.remove(), step.replica());
      Replica replica = replicas.get(step.replica());
      replica.route.next(step.first());
      replica.route.next(step.second());
      replica.busy = true;
      replica.election.step();
      replica.busy = false;
      replica.route.forget();
      pass(Duration.ZERO);
    }

    private void edit(Edit edit, int replica) {
      switch (edit) {
        case NONE -> {}
        case DELETE -> lease.remove();
        case REMOVE_HOLDER -> lease.write(null, 6);
        case NAME_A_REPLICA -> lease.write("replica-" + replica, 6);
        case NAME_ITSELF -> lease.write("attacker", 6);
        case SHORTEN -> lease.write(holder(), 1);
        case LENGTHEN -> lease.write(holder(), Integer.MAX_VALUE);
      }
    }

    private @Nullable String holder() {
      return lease.now().isPresent() ? lease.holder() : null;
    }

    /** Other replicas take steps meanwhile. */
    private void duringACall(Duration delay) {
      pass(delay.dividedBy(2));
      if (delay.isPositive() && !steps.isEmpty() && !replicas.get(steps.peek().replica()).busy) {
        take(steps.remove());
      }
      pass(delay.dividedBy(2));
    }

    private void pass(Duration duration) {
      time.advance(duration);
      assertThat(leaders()).isLessThanOrEqualTo(1);
    }

    long leaders() {
      return replicas.stream().filter(replica -> replica.election.held()).count();
    }
  }

  private static final class Replica {
    private final FakeLease.Route route;
    private final LeaseElection election;
    private boolean busy;

    Replica(World world, int number) {
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
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.integers().between(0, REPLICAS - 1), durations(3), passages(), passages())
        .as(Step::new)
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

  /** Multiples of half a second, so that events often coincide. */
  private static Arbitrary<Duration> durations(int mostSeconds) {
    return Arbitraries.integers()
        .between(0, 2 * mostSeconds)
        .map(halves -> Duration.ofMillis(500L * halves));
  }
}
