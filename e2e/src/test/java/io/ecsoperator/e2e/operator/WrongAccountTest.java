package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.task;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The operator is started with another {@code AWS_REGION} than before. */
@WithOperator
class WrongAccountTest {
  private static final List<ObjectRef<?>> ALL =
      List.of(
          cluster("demo"),
          taskDefinition("web"),
          taskDefinition("migrate"),
          service("web"),
          task("migrate"));

  @Test
  void nothingIsWrittenAndNothingIsReleased(TestBed bed) {
    bed.kubectl("apply", "-f", Manifests.SAMPLES.resolve("quickstart").toString());
    ALL.forEach(bed::awaitReady);
    bed.stopOperator();
    long before = bed.ecs().calls().lastSequence();

    bed.startOperator("eu-west-1");
    bed.patchSpec(service("web"), "desiredCount: 7");
    bed.patchSpec(taskDefinition("web"), "memory: '1024'");
    bed.delete(cluster("demo"));
    bed.delete(task("migrate"));

    for (ObjectRef<?> object : ALL) {
      bed.awaitStalled(object, "WrongAccount");
      assertThat(bed.message(object, "Stalled")).contains(TestBed.REGION, "eu-west-1");
      assertThat(bed.get(object).hasFinalizer(TestBed.FINALIZER)).isTrue();
    }
    assertThat(bed.writesSince(before)).isEmpty();
  }

  @Test
  void theOperatorOfTheRightRegionAppliesTheChangesMadeMeanwhile(TestBed bed) {
    bed.apply(Manifests.cluster("demo"));
    bed.awaitReady(cluster("demo"));
    bed.stopOperator();
    bed.startOperator("eu-west-1");
    bed.delete(cluster("demo"));
    bed.awaitStalled(cluster("demo"), "WrongAccount");
    bed.stopOperator();

    bed.startOperator(TestBed.REGION);

    bed.awaitGone(cluster("demo"));
    assertThat(bed.aws().listClusters().clusterArns()).isEmpty();
  }

  @Test
  void retainReleasesAnObjectOfAnotherRegion(TestBed bed) {
    bed.apply(Manifests.cluster("demo"));
    bed.awaitReady(cluster("demo"));
    bed.stopOperator();
    long before = bed.ecs().calls().lastSequence();
    bed.startOperator("eu-west-1");

    bed.patchSpec(cluster("demo"), "deletionPolicy: Retain");
    bed.delete(cluster("demo"));

    bed.awaitGone(cluster("demo"));
    assertThat(bed.writesSince(before)).isEmpty();
  }
}
