package io.ecsoperator.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConditionMetricsTest {
  private final Cache cache = new Cache();
  private final CachedObjects objects = new CachedObjects();

  @Test
  void objectsAreCountedByConditionAndNamespaceAndNotByName() {
    cache.add("shop", "a", condition("Ready", "True", "Reconciled"));
    cache.add("shop", "b", condition("Ready", "True", "Reconciled"));
    cache.add("bank", "a", condition("Ready", "False", "Throttled"));
    objects.add(new ScriptedKind(), cache, key -> Optional.empty());

    assertThat(counts(true))
        .containsExactlyInAnyOrder(
            "[EcsCluster, shop, Reconciled, True, Ready] 2.0",
            "[EcsCluster, bank, Throttled, False, Ready] 1.0");
  }

  @Test
  void objectWithoutAStatusHasNoCondition() {
    cache.add("shop", "a");
    objects.add(new ScriptedKind(), cache, key -> Optional.empty());

    assertThat(counts(true)).isEmpty();
  }

  @Test
  void replicaThatDoesNotLeadReportsNothing() {
    cache.add("shop", "a", condition("Ready", "True", "Reconciled"));
    objects.add(new ScriptedKind(), cache, key -> Optional.empty());

    assertThat(counts(false)).isEmpty();
  }

  private List<String> counts(boolean leads) {
    GaugeSnapshot snapshot = (GaugeSnapshot) new ConditionMetrics(objects, () -> leads).collect();
    return snapshot.getDataPoints().stream()
        .map(
            point ->
                point.getLabels().stream().map(label -> label.getValue()).toList()
                    + " "
                    + point.getValue())
        .toList();
  }

  private static Condition condition(String type, String status, String reason) {
    return new Condition(type, status, reason, "", 1L, "");
  }

  private static final class Cache implements IndexerResourceCache<EcsCluster> {
    private final List<EcsCluster> clusters = new ArrayList<>();

    void add(String namespace, String name, Condition... conditions) {
      EcsCluster cluster = new EcsCluster();
      cluster.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
      if (conditions.length > 0) {
        CommonStatus status =
            new CommonStatus(1L, null, null, null, List.of(conditions), null, null, null, null);
        cluster.setStatus(new EcsClusterStatus(status, null, null, null));
      }
      clusters.add(cluster);
    }

    @Override
    public Stream<EcsCluster> list(Predicate<EcsCluster> predicate) {
      return clusters.stream().filter(predicate);
    }

    @Override
    public Stream<EcsCluster> list(String namespace, Predicate<EcsCluster> predicate) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<EcsCluster> get(ResourceID resource) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Stream<ResourceID> keys() {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<EcsCluster> byIndex(String index, String key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void addIndexers(Map<String, Function<EcsCluster, List<String>>> indexers) {}
  }
}
