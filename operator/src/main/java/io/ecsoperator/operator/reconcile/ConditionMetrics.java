package io.ecsoperator.operator.reconcile;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.act.Leadership;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How many objects have which condition, counted in the cache when somebody asks. Only who leads
 * tells, so that a sum over all replicas is right.
 */
public record ConditionMetrics(CachedObjects objects, Leadership leadership) implements Collector {

  @Override
  public MetricSnapshot collect() {
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder().name("resource_conditions").help("Objects by condition");
    counts()
        .forEach(
            (labels, count) ->
                gauge.dataPoint(
                    GaugeDataPointSnapshot.builder().labels(labels).value(count).build()));
    return gauge.build();
  }

  private Map<Labels, Long> counts() {
    return leadership.held()
        ? objects
            .all()
            .flatMap(ConditionMetrics::conditions)
            .collect(groupingBy(labels -> labels, counting()))
        : Map.of();
  }

  private static Stream<Labels> conditions(EcsResource<?> object) {
    if (object.getStatus() == null || object.getStatus().common().conditions() == null) {
      return Stream.empty();
    }
    return object.getStatus().common().conditions().stream()
        .map(condition -> labels(object, condition));
  }

  private static Labels labels(EcsResource<?> object, Condition condition) {
    return Labels.of(
        "kind", object.getKind(),
        "namespace", object.getMetadata().getNamespace(),
        "type", condition.type(),
        "status", condition.status(),
        "reason", condition.reason());
  }
}
