package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.cache.ObjectsOnLocalEcs.TIMING;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.cache.ObjectsOnLocalEcs.ReconciledObject;
import io.ecsoperator.operator.config.AdoptionSettings;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.kinds.cluster.ClusterKind;
import io.ecsoperator.operator.kinds.service.ServiceKind;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;

/** Reconciles converged objects for hours, while the cache sweeps. */
class ConvergedObjectTest {
  private static final Ownership OWNERSHIP =
      new Ownership(new Owner("k8s"), AdoptionSettings.ALL_UNTAGGED);

  private final ObjectsOnLocalEcs world = new ObjectsOnLocalEcs();

  private final List<ReconciledObject<?, ?>> all =
      List.of(
          world.object(
              Wanted.cluster("{'clusterName':'main'}"),
              new ClusterKind(new Kind.Dependencies(new Objects(), OWNERSHIP, TIMING))),
          world.object(
              Wanted.taskDefinition(
                  "{'family':'web','networkMode':'awsvpc','requiresCompatibilities':['FARGATE'],"
                      + "'cpu':'256','memory':'512','containerDefinitions':[{'name':'app','image':'app:1'}]}"),
              new TaskDefinitionKind(new Kind.Dependencies(new Objects(), OWNERSHIP, TIMING))),
          world.object(
              Wanted.service(
                  "{'cluster':'main','taskDefinition':'web:1','desiredCount':2,'launchType':'FARGATE',"
                      + "'networkConfiguration':{'awsvpcConfiguration':{'subnets':['subnet-1']}}}"),
              new ServiceKind(new Kind.Dependencies(new Objects(), OWNERSHIP, TIMING))));

  @BeforeEach
  void converge() throws Exception {
    for (int passes = 0; !all.stream().allMatch(ReconciledObject::isReady); passes++) {
      assertThat(passes).as("passes until all is Ready").isLessThan(100);
      all.forEach(ReconciledObject::reconcile);
      world.pass(TIMING.poll());
    }
    // The cluster still has to be read with the tasks that run in it now.
    world.pass(TIMING.resync());
    all.forEach(ReconciledObject::reconcile);
    world.enqueued();
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void withEventsDriftIsSeenWithinTwoSecondsAndCorrected() throws Exception {
    world.receiveEvents();
    world.pass(Duration.ofMinutes(5));
    world.enqueued();
    EcsClient others = world.local().client();

    others.updateService(update -> update.cluster("main").service("web").desiredCount(5));
    world.pass(Duration.ofSeconds(2));
    assertThat(world.enqueued()).contains(new ObjectKey("EcsService", "shop", "web"));
    all.getLast().reconcile();

    assertThat(
            others
                .describeServices(d -> d.cluster("main").services("web"))
                .services()
                .getFirst()
                .desiredCount())
        .isEqualTo(2);
  }

  @Test
  void reconcilingConvergedObjectsWritesNothingAndReadsOnlyTheTagsOfRevisions() throws Exception {
    List<EcsStatus> converged = all.stream().<EcsStatus>map(ReconciledObject::status).toList();
    for (int hours = 0; hours < 3; hours++) {
      for (int passes = 0; passes < 6; passes++) {
        world.pass(TIMING.converged());
        long before = world.local().calls().lastSequence();
        all.forEach(ReconciledObject::reconcile);
        assertThat(world.local().calls().after(before))
            .extracting(Call::operation)
            .containsExactly("DescribeTaskDefinition");
      }
    }

    assertThat(all).extracting(ReconciledObject::status).isEqualTo(converged);
    assertThat(world.enqueued()).isEmpty();
  }

  @Test
  void noObservationGetsOlderThanTheInterval() throws Exception {
    world.pass(TIMING.resync());
    long before = world.local().calls().lastSequence();

    world.pass(Duration.ofHours(1));

    assertThat(world.local().calls().after(before))
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
}
