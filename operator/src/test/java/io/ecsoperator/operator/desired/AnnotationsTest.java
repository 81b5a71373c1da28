package io.ecsoperator.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.cluster.EcsCluster;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import org.junit.jupiter.api.Test;

class AnnotationsTest {
  @Test
  void aRequestThatStatusRepeatsIsBounded() {
    assertThat(reconcileRequest("2026-01-01T00:00:00Z")).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(reconcileRequest("x".repeat(64))).isEqualTo("x".repeat(64));

    String one = reconcileRequest("x".repeat(250_000));
    String other = reconcileRequest("x".repeat(249_999) + "y");

    assertThat(one).startsWith("sha256:").hasSizeLessThan(100);
    assertThat(other).startsWith("sha256:").isNotEqualTo(one);
  }

  private static String reconcileRequest(String value) {
    EcsCluster cluster = new EcsCluster();
    cluster.setMetadata(
        new ObjectMetaBuilder()
            .addToAnnotations("ecs-operator.io/reconcile-requested-at", value)
            .build());
    return Annotations.of(cluster).reconcileRequestedAt().orElseThrow();
  }
}
