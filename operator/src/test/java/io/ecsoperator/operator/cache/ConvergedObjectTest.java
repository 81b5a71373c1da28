package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.cache.ObjectsOnLocalEcs.TIMING;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.cache.ObjectsOnLocalEcs.Looked;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.engine.KindDependencies;
import io.ecsoperator.operator.kinds.cluster.ClusterKind;
import io.ecsoperator.operator.kinds.service.ServiceKind;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hours of looks at what has converged, while the replica sweeps. */
class ConvergedObjectTest {
  private static final Ownership OWNERSHIP = new Ownership(new Owner("k8s"));

  private final ObjectsOnLocalEcs world = new ObjectsOnLocalEcs();

  private final List<Looked<?, ?>> all =
      List.of(
          world.object(
              Wanted.cluster("{'clusterName':'main'}"),
              new ClusterKind(new KindDependencies(new Objects(), OWNERSHIP, TIMING))),
          world.object(
              Wanted.taskDefinition(
                  "{'family':'web','networkMode':'awsvpc','requiresCompatibilities':['FARGATE'],"
                      + "'cpu':'256','memory':'512','containerDefinitions':[{'name':'app','image':'app:1'}]}"),
              new TaskDefinitionKind(new KindDependencies(new Objects(), OWNERSHIP, TIMING))),
          world.object(
              Wanted.service(
                  "{'cluster':'main','taskDefinition':'web:1','desiredCount':2,'launchType':'FARGATE',"
                      + "'networkConfiguration':{'awsvpcConfiguration':{'subnets':['subnet-1']}}}"),
              new ServiceKind(new KindDependencies(new Objects(), OWNERSHIP, TIMING))));

  @BeforeEach
  void converge() throws Exception {
    for (int looks = 0; !all.stream().allMatch(Looked::isReady); looks++) {
      assertThat(looks).as("looks until all is Ready").isLessThan(100);
      all.forEach(Looked::look);
      world.pass(TIMING.poll());
    }
    // The cluster still has to be seen with the tasks that run in it now.
    world.pass(TIMING.resync());
    all.forEach(Looked::look);
    world.enqueued();
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void aLookAtWhatHasConvergedAsksAndWritesNothing() throws Exception {
    List<EcsStatus> settled = all.stream().<EcsStatus>map(Looked::status).toList();
    for (int hours = 0; hours < 3; hours++) {
      for (int looks = 0; looks < 6; looks++) {
        world.pass(TIMING.converged());
        long before = world.local().calls().lastSequence();
        all.forEach(Looked::look);
        assertThat(world.local().calls().after(before)).extracting(Call::operation).isEmpty();
      }
    }

    assertThat(all).extracting(Looked::status).isEqualTo(settled);
    assertThat(world.enqueued()).isEmpty();
  }

  @Test
  void whatIsKnownNeverGetsOlderThanTheInterval() throws Exception {
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
