package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.operator.leader.Leadership;
import io.ecsoperator.operator.leader.NotLeaderException;
import io.ecsoperator.operator.status.StatusStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import software.amazon.awssdk.services.ecs.model.ClusterSetting;
import software.amazon.awssdk.services.ecs.model.ClusterSettingName;

/** Several replicas of the operator, of which one leads. */
@WithOperator
class LeaderElectionTest {
  private static final int NUMBER = 16;
  private static final ObjectRef<?>[] CLUSTERS = refs(ObjectRef::cluster);
  private static final ObjectRef<?>[] SERVICES = refs(ObjectRef::service);

  @Test
  void aStandbyDoesNothingUntilTheLeaderStops(TestBed bed) {
    bed.stopOperator();
    OperatorReplica first = bed.startReplica("first");
    awaitLeads(first);
    Optional<String> firstHolder = bed.leaseHolder();
    OperatorReplica second = bed.startReplica("second");
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", "example.com/app:1"),
        Manifests.service("app", "demo", "app", "desiredCount: 1"));
    bed.awaitReady(cluster("demo"), taskDefinition("app"), service("app"));
    bed.awaitResync();

    assertThat(second.isReady()).isTrue();
    assertThat(second.leads()).isFalse();
    assertThat(second.callsSince(0)).isEmpty();
    assertThat(second.kubernetesWrites()).isEmpty();

    first.stop();

    assertThat(bed.leaseHolder())
        .as("a replica that stops releases the Lease")
        .isNotEqualTo(firstHolder);
    long stopped = bed.ecs().calls().lastSequence();
    awaitLeads(second);
    bed.awaitResync();
    assertThat(bed.writesSince(stopped)).as("no writes after the change of leader").isEmpty();

    bed.patchSpec(service("app"), "desiredCount: 2");
    bed.awaitReady(service("app"));
    assertThat(first.callsSince(stopped)).isEmpty();
    assertThat(bed.writesSince(stopped))
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.operation()).isEqualTo("UpdateService");
              assertThat(second.isCaller(call)).isTrue();
            });
  }

  @Test
  void aReplicaThatIsCutOffNeverWritesTogetherWithTheNextLeader(TestBed bed) {
    bed.stopOperator();
    OperatorReplica first = bed.startReplica("first");
    awaitLeads(first);
    OperatorReplica second = bed.startReplica("second");
    bed.apply(clusters());
    bed.apply(Manifests.taskDefinition("app", "example.com/app:1"));
    bed.awaitReady(CLUSTERS);

    // The leader is cut off while it creates services; the next leader must continue.
    bed.apply(services());
    Await.until("services are created", () -> !bed.ecs().calls().of("CreateService").isEmpty());
    first.toKubernetes().cut();
    driftUntil(bed, second::leads);
    bed.awaitReady(SERVICES);
    first.toKubernetes().restore();
    bed.awaitQuiet();

    // The other way round: this leader still writes for a while, until its Lease has expired.
    second.toKubernetes().cut();
    long cut = bed.ecs().calls().lastSequence();
    driftUntil(bed, () -> second.callsSince(cut).stream().anyMatch(Call::isWrite));
    driftUntil(bed, first::leads);
    second.toKubernetes().restore();
    bed.awaitQuiet();

    assertThat(callers(bed, first, second)).containsExactly("first", "second", "first");
    assertThat(successes(bed))
        .as("no resource is created twice")
        .containsEntry("CreateCluster", (long) CLUSTERS.length)
        .containsEntry("RegisterTaskDefinition", 1L)
        .containsEntry("CreateService", (long) SERVICES.length);
    bed.awaitReady(CLUSTERS);
    bed.awaitReady(SERVICES);
    assertThat(bed.aws().describeClusters(d -> d.clusters(names(CLUSTERS))).clusters())
        .allSatisfy(cluster -> assertThat(cluster.runningTasksCount()).isOne());
  }

  @Test
  void aStatusThatArrivesAfterThatOfTheNextLeaderIsRefused(TestBed bed) {
    bed.stopOperator();
    bed.apply(Manifests.cluster("demo"));
    EcsCluster seen = bed.get(cluster("demo"));
    AtomicBoolean leading = new AtomicBoolean(true);
    StatusStore late = statuses(bed, () -> leading.getAndSet(false));
    StatusStore next = statuses(bed, () -> true);

    next.write(seen, new EcsClusterStatus(CommonStatus.unknown(), "ACTIVE", null, null));

    assertThatThrownBy(
            () ->
                late.write(
                    seen, new EcsClusterStatus(CommonStatus.unknown(), "PROVISIONING", null, null)))
        .isInstanceOf(NotLeaderException.class);
    assertThat(bed.get(cluster("demo")).getStatus().status()).isEqualTo("ACTIVE");
  }

  @Test
  void aProcessThatIsTerminatedReleasesTheLease(TestBed bed) throws Exception {
    bed.stopOperator();
    try (OperatorProcess process = OperatorProcess.forShortRun(bed, "pod-0")) {
      bed.apply(Manifests.cluster("demo"));
      bed.awaitReady(cluster("demo"));
      assertThat(bed.leaseHolder().orElseThrow()).startsWith("pod-0_");

      process.stop();

      assertThat(bed.leaseHolder()).isEmpty();
    }
  }

  /**
   * An attacker who may write the Lease deletes and edits it at random times. Part of {@code make
   * soak}; {@code ExclusiveLeadershipTest} has the same in virtual time.
   */
  @Test
  @EnabledIfSystemProperty(named = "lease.seconds", matches = "\\d+")
  void twoProcessesDoubleNoWriteWhileTheLeaseIsDeletedAndEdited(TestBed bed) throws Exception {
    bed.stopOperator();
    LeaseAttack attack = new LeaseAttack(bed, new Random(Long.getLong("soak.seed", 1)));
    try (OperatorProcess first = OperatorProcess.released(bed, "first", Map.of());
        OperatorProcess second = OperatorProcess.released(bed, "second", Map.of())) {
      Await.until("one of them leads", () -> bed.leaseHolder().isPresent());

      List<ObjectRef<?>> objects =
          attack.run(Duration.ofSeconds(Integer.getInteger("lease.seconds")));

      assertThat(objects).isNotEmpty();
      bed.awaitReady(objects.toArray(ObjectRef[]::new));
      assertThat(first.isAlive() && second.isAlive()).isTrue();
      assertThat(attack.doubledWrites()).isEmpty();
      assertThat(attack.registrations()).hasSameSizeAs(objects);
    }
  }

  private static StatusStore statuses(TestBed bed, Leadership leadership) {
    return new StatusStore(
        bed.kubernetes(), new ObjectMapper(), leadership, Clock.systemUTC(), Duration.ZERO);
  }

  private static void awaitLeads(OperatorReplica replica) {
    Await.until(replica.name() + " leads", replica::leads);
  }

  /** Changes one cluster after the other in ECS, so that the leader has drift to correct. */
  private static void driftUntil(TestBed bed, BooleanSupplier condition) {
    ClusterSetting drifted =
        ClusterSetting.builder()
            .name(ClusterSettingName.CONTAINER_INSIGHTS)
            .value("enabled")
            .build();
    var next = IntStream.iterate(0, i -> (i + 1) % CLUSTERS.length).iterator();
    Await.until(
        "drift of clusters is corrected",
        () -> {
          bed.aws()
              .updateClusterSettings(
                  u -> u.cluster(CLUSTERS[next.nextInt()].name()).settings(drifted));
          return condition.getAsBoolean();
        });
  }

  private static ObjectRef<?>[] refs(Function<String, ObjectRef<?>> kind) {
    return IntStream.range(0, NUMBER)
        .mapToObj(i -> kind.apply("app-" + i))
        .toArray(ObjectRef[]::new);
  }

  private static String[] names(ObjectRef<?>[] objects) {
    return Stream.of(objects).map(ObjectRef::name).toArray(String[]::new);
  }

  private static String[] clusters() {
    return Stream.of(names(CLUSTERS))
        .map(
            name ->
                Manifests.cluster(name, "settings: [{name: containerInsights, value: disabled}]"))
        .toArray(String[]::new);
  }

  /** A service in each cluster. */
  private static String[] services() {
    return Stream.of(names(SERVICES))
        .map(name -> Manifests.service(name, name, "app", "desiredCount: 1"))
        .toArray(String[]::new);
  }

  /** The callers of ECS in order; consecutive calls of one caller count once. */
  private static List<String> callers(TestBed bed, OperatorReplica... replicas) {
    List<String> callers = new ArrayList<>();
    for (Call call : bed.ecs().calls().all()) {
      Stream.of(replicas)
          .filter(replica -> replica.isCaller(call))
          .map(OperatorReplica::name)
          .filter(name -> callers.isEmpty() || !callers.getLast().equals(name))
          .forEach(callers::add);
    }
    return callers;
  }

  private static Map<String, Long> successes(TestBed bed) {
    return bed.ecs().calls().writes().stream()
        .filter(Call::succeeded)
        .collect(groupingBy(Call::operation, counting()));
  }
}
