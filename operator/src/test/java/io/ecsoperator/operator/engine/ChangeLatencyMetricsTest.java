package io.ecsoperator.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.leader.Leadership;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeLatencyMetricsTest {
  private static final ObjectKey WEB = new ObjectKey("EcsCluster", "shop", "web");

  private final MockClock clock = new MockClock();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
  private boolean leads = true;
  private final ChangeLatencyMetrics times = new ChangeLatencyMetrics(metrics, leadership());

  @Test
  void theTimeToTheFirstCallAndToReadyCountsFromWhenTheChangeWasSeen() {
    times.observe(unobserved(1));
    clock.add(Duration.ofSeconds(2));
    times.callStarts(WEB);
    clock.add(Duration.ofSeconds(3));
    times.callStarts(WEB);
    times.observe(observed(1, "Reconciling"));
    clock.add(Duration.ofSeconds(5));
    times.observe(observed(1, "Ready"));

    assertThat(seconds("ecs.operator.change.to.call")).containsExactly(2.0);
    assertThat(seconds("ecs.operator.change.to.ready")).containsExactly(10.0);
  }

  @Test
  void eachGenerationIsMeasuredOnce() {
    times.observe(unobserved(1));
    times.observe(observed(1, "Ready"));
    times.observe(observed(1, "Ready"));
    times.callStarts(WEB);
    times.observe(unobserved(2));
    times.callStarts(WEB);
    times.observe(observed(2, "Ready"));

    assertThat(timer("ecs.operator.change.to.ready").count()).isEqualTo(2);
    assertThat(timer("ecs.operator.change.to.call").count()).isEqualTo(1);
  }

  @Test
  void aChangeOnTopOfAnotherCountsAnew() {
    times.observe(unobserved(1));
    clock.add(Duration.ofSeconds(60));
    times.observe(unobserved(2));
    clock.add(Duration.ofSeconds(1));
    times.observe(readyBefore(2));
    clock.add(Duration.ofSeconds(3));
    times.observe(observed(2, "Ready"));

    assertThat(seconds("ecs.operator.change.to.ready")).containsExactly(4.0);
  }

  @Test
  void changeObservedBeforeTheStartIsNotMeasured() {
    times.observe(observed(1, "Reconciling"));
    times.callStarts(WEB);
    times.observe(observed(1, "Ready"));

    assertThat(metrics.getMeters()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Paused", "Planned", "Observed"})
  void pausedOrUnmanagedObjectIsNotMeasured(String condition) {
    times.observe(unobserved(1));
    times.observe(observed(1, condition));
    clock.add(Duration.ofHours(1));
    times.observe(observed(1, "Ready"));

    assertThat(metrics.getMeters()).isEmpty();
  }

  @Test
  void onlyTheLeaderRecordsAndTheTimeOfTheLeaderBeforeCounts() {
    leads = false;
    times.observe(unobserved(1));
    times.observe(observed(1, "Ready"));
    times.observe(unobserved(2));
    clock.add(Duration.ofSeconds(8));
    leads = true;
    times.observe(observed(2, "Ready"));

    assertThat(seconds("ecs.operator.change.to.ready")).containsExactly(8.0);
  }

  @Test
  void deletedObjectIsForgotten() {
    times.observe(unobserved(1));
    times.gone(WEB);
    times.callStarts(WEB);
    times.observe(observed(1, "Ready"));

    assertThat(metrics.getMeters()).isEmpty();
  }

  private List<Double> seconds(String name) {
    assertThat(timer(name).count()).isEqualTo(1);
    return List.of(timer(name).totalTime(TimeUnit.SECONDS));
  }

  private Timer timer(String name) {
    return metrics.get(name).tag("kind", "EcsCluster").timer();
  }

  private Leadership leadership() {
    return () -> leads;
  }

  private static EcsCluster unobserved(long generation) {
    EcsCluster cluster = new EcsCluster();
    cluster.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(WEB.namespace())
            .withName(WEB.name())
            .withGeneration(generation)
            .build());
    return cluster;
  }

  /** Its status still speaks of the generation before. */
  private static EcsCluster readyBefore(long generation) {
    EcsCluster cluster = observed(generation - 1, "Ready");
    cluster.getMetadata().setGeneration(generation);
    return cluster;
  }

  private static EcsCluster observed(long generation, String condition) {
    EcsCluster cluster = unobserved(generation);
    Condition holds = new Condition(condition, "True", "Reason", "", generation, "");
    cluster.setStatus(
        new EcsClusterStatus(
            new CommonStatus(generation, null, null, null, List.of(holds), null, null, null, null),
            null,
            null,
            null));
    return cluster;
  }
}
