package io.ecsoperator.operator.replica;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.FakeEcs;
import io.ecsoperator.operator.FakeEcs.Asked;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.Purpose;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The list of ACTIVE revisions is kept young without anybody asking for it. */
class CensusTest {
  private static final String ARN = "arn:aws:ecs:eu-central-1:1:task-definition/";
  private static final Duration SWEEP = Duration.ofSeconds(60);
  private static final Freshness TEN_SWEEPS = new Freshness.MaxAge(SWEEP.multipliedBy(10));
  private static final ObjectKey WEB = new ObjectKey("EcsTaskDefinition", "shop", "web");
  private static final ObjectKey API = new ObjectKey("EcsTaskDefinition", "shop", "api");

  private final VirtualTime time = new VirtualTime();
  private final FakeEcs ecs = new FakeEcs().always(this::answer);
  private final List<ObjectKey> woken = new ArrayList<>();
  private final Set<String> active = new TreeSet<>(List.of("web:1", "api:1"));
  private boolean down;
  private final Replica replica =
      new Replica(
          ecs,
          time,
          new Replica.Settings(
              Duration.ofMillis(30),
              Duration.ofSeconds(60),
              Duration.ofSeconds(5),
              SWEEP,
              Duration.ofMinutes(30)),
          woken::add,
          new SimpleMeterRegistry(),
          new Random(1),
          time.executor(),
          time::after);

  @Test
  void aLookEveryTenSweepsFindsAListThatIsYoungEnough() {
    replica.start();
    assertThat(isActive(WEB, "web:1")).isTrue();

    for (int looks = 0; looks < 10; looks++) {
      time.pass(SWEEP.multipliedBy(10));
      int before = ecs.asked().size();
      assertThat(isActive(WEB, "web:1")).isTrue();
      assertThat(ecs.asked()).as("look %s", looks).hasSize(before);
    }

    assertThat(ecs.operations()).containsOnly("ListTaskDefinitions").hasSizeBetween(11, 13);
    assertThat(ecs.asked().getLast().purpose()).isEqualTo(Purpose.of(Priority.CLEANUP));
    assertThat(woken).isEmpty();
  }

  @Test
  void whoeverAskedForARevisionThatVanishedIsWokenAndFindsItNotActive() {
    replica.start();
    isActive(WEB, "web:1");
    isActive(API, "api:1");

    active.remove("web:1");
    time.pass(SWEEP.multipliedBy(9).plusSeconds(1));

    assertThat(woken).containsExactly(WEB);
    assertThat(isActive(WEB, "web:1")).isFalse();
    assertThat(isActive(API, "api:1")).isTrue();
  }

  @Test
  void whatWasWithdrawnByThisOperatorIsNoNews() {
    replica.start();
    isActive(WEB, "web:1");
    replica.readerFor(Purpose.of(Priority.CHANGE, WEB)).taskDefinition("web:1", Freshness.NOW);
    active.remove("web:1");
    replica.wrote(
        WEB,
        "DeregisterTaskDefinition",
        tree("{'taskDefinition':'web:1'}"),
        tree("{'taskDefinition':" + revision("web:1", "INACTIVE") + "}"),
        time.instant());

    time.pass(SWEEP.multipliedBy(10));

    assertThat(woken).isEmpty();
  }

  @Test
  void aListThatFailsIsNoDeletionAndIsTriedAgainLater() {
    replica.start();
    isActive(WEB, "web:1");
    down = true;
    active.clear();

    time.pass(SWEEP.multipliedBy(12));
    assertThat(woken).isEmpty();
    assertThat(ecs.asked()).hasSizeBetween(4, 5);

    down = false;
    time.pass(SWEEP.multipliedBy(2));
    assertThat(woken).containsExactly(WEB);
  }

  @Test
  void nothingIsListedThatNobodyAskedFor() {
    replica.start();
    time.pass(Duration.ofHours(1));
    assertThat(ecs.asked()).isEmpty();

    isActive(WEB, "web:1");
    replica.forget(WEB);
    time.pass(Duration.ofHours(1));
    assertThat(ecs.asked()).hasSize(1);
  }

  @Test
  void aReplicaThatDoesNotLeadListsNothing() {
    replica.start();
    isActive(WEB, "web:1");
    replica.stop();

    time.pass(Duration.ofHours(1));

    assertThat(ecs.asked()).hasSize(1);
  }

  private boolean isActive(ObjectKey object, String revision) {
    return replica
        .readerFor(Purpose.of(Priority.SWEEP, object))
        .isActive(ARN + revision, TEN_SWEEPS);
  }

  private ObjectNode answer(Asked asked) {
    if (down) {
      throw AwsFailure.of(asked.operation(), FailureClass.TRANSIENT, "Down", "down");
    }
    ObjectNode answer = tree("{'taskDefinitionArns':[]}");
    if (asked.operation().equals("DescribeTaskDefinition")) {
      return tree("{'taskDefinition':" + revision("web:1", "ACTIVE") + ",'tags':[]}");
    }
    active.forEach(revision -> answer.withArray("taskDefinitionArns").add(ARN + revision));
    return answer;
  }

  private static String revision(String id, String status) {
    return "{'taskDefinitionArn':'" + ARN + id + "','revision':1,'status':'" + status + "'}";
  }
}
