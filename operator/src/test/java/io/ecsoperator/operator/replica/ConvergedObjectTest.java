package io.ecsoperator.operator.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.localecs.world.WorldClock;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.act.Actuator;
import io.ecsoperator.operator.aws.SdkEcs;
import io.ecsoperator.operator.cluster.ClusterReconciler;
import io.ecsoperator.operator.desired.Dependents;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.reconcile.Environment;
import io.ecsoperator.operator.reconcile.KindReconciler;
import io.ecsoperator.operator.reconcile.ReconcileMetrics;
import io.ecsoperator.operator.reconcile.Reconciliation;
import io.ecsoperator.operator.reconcile.Timing;
import io.ecsoperator.operator.service.ServiceReconciler;
import io.ecsoperator.operator.status.Conditions;
import io.ecsoperator.operator.taskdefinition.TaskDefinitionReconciler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;

/** Hours of looks at what has converged, while the replica sweeps. */
class ConvergedObjectTest {
  private static final Duration WINDOW = Duration.ofMillis(30);
  private static final Timing TIMING =
      new Timing(
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofMinutes(10),
          Duration.ofMinutes(5));
  private static final Ownership OWNERSHIP = new Ownership(new Owner("k8s"));

  private final VirtualTime time = new VirtualTime();
  private final LocalEcs local =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final SdkEcs ecs =
      SdkEcs.of(
          EcsClient.builder()
              .httpClient(local.httpClient())
              .endpointOverride(URI.create("http://local-ecs"))
              .region(Region.US_EAST_1)
              .credentialsProvider(
                  StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret"))),
          new SimpleMeterRegistry());

  /** Calls are made beside the looks that wait for them; there is nothing else beside these. */
  private final ExecutorService calls = Executors.newSingleThreadExecutor();

  private final List<Object> woken = new ArrayList<>();
  private final Replica replica =
      new Replica(
          ecs,
          time,
          new Replica.Settings(
              WINDOW, Duration.ofSeconds(60), TIMING.poll(), TIMING.resync(), Duration.ofHours(5)),
          woken::add,
          new SimpleMeterRegistry(),
          new Random(1),
          calls,
          this::later);

  private final List<Looked<?, ?>> all =
      List.of(
          new Looked<>(
              Wanted.cluster("{'clusterName':'main'}"),
              new ClusterReconciler(new Dependents(new Objects()), OWNERSHIP, TIMING)),
          new Looked<>(
              Wanted.taskDefinition(
                  "{'family':'web','networkMode':'awsvpc','requiresCompatibilities':['FARGATE'],"
                      + "'cpu':'256','memory':'512','containerDefinitions':[{'name':'app','image':'app:1'}]}"),
              new TaskDefinitionReconciler(new Objects(), OWNERSHIP, TIMING)),
          new Looked<>(
              Wanted.service(
                  "{'cluster':'main','taskDefinition':'web:1','desiredCount':2,'launchType':'FARGATE',"
                      + "'networkConfiguration':{'awsvpcConfiguration':{'subnets':['subnet-1']}}}"),
              new ServiceReconciler(new References(new Objects()), OWNERSHIP, TIMING)));

  @BeforeEach
  void converge() throws Exception {
    replica.start();
    for (int looks = 0; !all.stream().allMatch(Looked::isReady); looks++) {
      assertThat(looks).as("looks until all is Ready").isLessThan(100);
      all.forEach(Looked::look);
      pass(TIMING.poll());
    }
    // The cluster still has to be seen with the tasks that run in it now.
    pass(TIMING.resync());
    all.forEach(Looked::look);
    woken.clear();
  }

  @AfterEach
  void stop() {
    replica.stop();
    calls.shutdownNow();
    ecs.close();
    local.close();
  }

  @Test
  void aLookAtWhatHasConvergedAsksAndWritesNothing() throws Exception {
    List<EcsStatus> settled = all.stream().<EcsStatus>map(Looked::status).toList();
    for (int hours = 0; hours < 3; hours++) {
      for (int looks = 0; looks < 6; looks++) {
        pass(TIMING.settled());
        long before = local.calls().lastSequence();
        all.forEach(Looked::look);
        assertThat(local.calls().after(before)).extracting(Call::operation).isEmpty();
      }
    }

    assertThat(all).extracting(Looked::status).isEqualTo(settled);
    assertThat(woken).isEmpty();
  }

  @Test
  void whatIsKnownNeverGetsOlderThanTheInterval() throws Exception {
    pass(TIMING.resync());
    long before = local.calls().lastSequence();

    pass(Duration.ofHours(1));

    assertThat(local.calls().after(before))
        .allMatch(call -> !call.isWrite())
        .extracting(Call::operation)
        .containsOnly(
            "DescribeClusters",
            "DescribeServices",
            "ListClusters",
            "ListServices",
            "ListTaskDefinitions")
        .satisfies(
            operations -> {
              assertThat(operations).filteredOn("ListClusters"::equals).hasSizeBetween(6, 7);
              assertThat(operations).filteredOn("ListServices"::equals).hasSizeBetween(6, 7);
              assertThat(operations).filteredOn("DescribeServices"::equals).hasSizeBetween(60, 62);
              assertThat(operations).filteredOn("DescribeClusters"::equals).hasSizeBetween(60, 62);
              assertThat(operations).filteredOn("ListTaskDefinitions"::equals).hasSizeBetween(6, 7);
            });
  }

  private void later(Duration delay, Runnable task) {
    if (delay.equals(WINDOW)) {
      calls.execute(task);
    } else {
      time.after(delay, task);
    }
  }

  /** Lets time pass; whatever it has begun has ended when this returns. */
  private void pass(Duration duration) throws Exception {
    Duration step = Duration.ofSeconds(1);
    for (Duration gone = Duration.ZERO; gone.compareTo(duration) < 0; gone = gone.plus(step)) {
      time.pass(step);
      local.advance(step);
      // A window closes, its call is answered, and perhaps somebody is asked for singly.
      for (int chained = 0; chained < 3; chained++) {
        calls.submit(() -> {}).get();
      }
    }
  }

  /** An object, and what is known of it. */
  private final class Looked<R extends EcsResource<S>, S extends EcsStatus> {
    private final Wanted wanted;
    private final Reconciliation<R, S> reconciliation;
    private S status;

    Looked(Wanted wanted, KindReconciler<R, S> kind) {
      this.wanted = wanted;
      this.status = kind.unknown();
      this.reconciliation =
          new Reconciliation<>(
              kind,
              new Environment(
                  replica,
                  new Actuator(ecs, replica, time),
                  TIMING,
                  time,
                  new Random(1),
                  new ReconcileMetrics(new SimpleMeterRegistry())));
    }

    void look() {
      status = reconciliation.run(wanted.desired(), status, intent -> status = intent).status();
    }

    S status() {
      return status;
    }

    boolean isReady() {
      return Conditions.isTrue(status.common(), Conditions.READY);
    }
  }
}
