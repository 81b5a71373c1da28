package io.ecsoperator.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RelevantUpdatesTest {
  private final ResourceController.RelevantUpdates<EcsCluster> filter =
      new ResourceController.RelevantUpdates<>();

  @Test
  void specAnnotationsDeletionAndALostFinalizerMatter() {
    assertThat(matters(meta -> meta.withGeneration(2L))).isTrue();
    assertThat(matters(meta -> meta.addToAnnotations("ecs-operator.io/paused", "true"))).isTrue();
    assertThat(matters(meta -> meta.withDeletionTimestamp("2026-01-01T00:00:00Z"))).isTrue();
    assertThat(matters(meta -> meta.withUid("another"))).isTrue();
    assertThat(matters(meta -> meta.withFinalizers())).isTrue();
  }

  @Test
  void statusAndMetadataOfOthersDoNot() {
    assertThat(matters(meta -> meta.withResourceVersion("2"))).isFalse();
    assertThat(matters(meta -> meta.addToAnnotations("example.com/note", "x"))).isFalse();
    assertThat(matters(meta -> meta.addToLabels("app", "x"))).isFalse();
    assertThat(matters(meta -> meta.addToFinalizers("example.com/other"))).isFalse();
  }

  @Test
  void aStatusThatIsGoneMatters() {
    EcsCluster withStatus = object(UnaryOperator.identity());
    withStatus.setStatus(new EcsClusterStatus(CommonStatus.unknown(), null, null, null));
    EcsCluster without = object(UnaryOperator.identity());

    assertThat(filter.accept(without, withStatus)).isTrue();
    assertThat(filter.accept(withStatus, without)).isFalse();
    assertThat(filter.accept(withStatus, withStatus)).isFalse();
    assertThat(filter.accept(without, without)).isFalse();
  }

  @Test
  void aStatusWithAnotherArnOrAnOlderGenerationMatters() {
    EcsCluster written = withStatus("one", 2L);

    assertThat(filter.accept(withStatus("another", 2L), written)).isTrue();
    assertThat(filter.accept(withStatus("one", 1L), written)).isTrue();
    assertThat(filter.accept(withStatus("one", 3L), written)).isFalse();
    assertThat(filter.accept(written, withStatus(null, 2L))).isFalse();
  }

  private static EcsCluster withStatus(@Nullable String arn, long generation) {
    EcsCluster cluster = object(UnaryOperator.identity());
    cluster.setStatus(
        new EcsClusterStatus(
            new CommonStatus(generation, arn, null, null, null, null, null, null, null),
            null,
            null,
            null));
    return cluster;
  }

  private boolean matters(UnaryOperator<ObjectMetaBuilder> change) {
    return filter.accept(object(change), object(UnaryOperator.identity()));
  }

  private static EcsCluster object(UnaryOperator<ObjectMetaBuilder> change) {
    EcsCluster cluster = new EcsCluster();
    cluster.setMetadata(
        change
            .apply(
                new ObjectMetaBuilder()
                    .withName("web")
                    .withUid("one")
                    .withGeneration(1L)
                    .withResourceVersion("1")
                    .withFinalizers(EcsResource.FINALIZER))
            .build());
    return cluster;
  }
}
