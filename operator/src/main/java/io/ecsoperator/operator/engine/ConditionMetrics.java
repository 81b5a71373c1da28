package io.ecsoperator.operator.engine;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.leader.Leadership;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The number of objects by condition, counted in the cache at each scrape. Only the leader reports
 * them, so that a sum over all replicas is right.
 */
public record ConditionMetrics(CachedObjects objects, Leadership leadership) implements Collector {

  /** The labels of one gauge; thousands of objects share a few of these. */
  private record Row(String kind, String namespace, String type, String status, String reason) {
    static Row of(EcsResource<?> object, Condition condition) {
      return new Row(
          object.getKind(),
          object.getMetadata().getNamespace(),
          condition.type(),
          condition.status(),
          condition.reason());
    }

    Labels labels() {
      return Labels.of(
          "kind", kind, "namespace", namespace, "type", type, "status", status, "reason", reason);
    }
  }

  @Override
  public MetricSnapshot collect() {
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder()
            .name("ecs_operator_resource_conditions")
            .help("Objects by condition");
    counts()
        .forEach(
            (row, count) ->
                gauge.dataPoint(
                    GaugeDataPointSnapshot.builder().labels(row.labels()).value(count).build()));
    return gauge.build();
  }

  private Map<Row, Long> counts() {
    return leadership.held()
        ? objects.all().flatMap(ConditionMetrics::rows).collect(groupingBy(row -> row, counting()))
        : Map.of();
  }

  private static Stream<Row> rows(EcsResource<?> object) {
    if (object.getStatus() == null || object.getStatus().common().conditions() == null) {
      return Stream.empty();
    }
    return object.getStatus().common().conditions().stream()
        .map(condition -> Row.of(object, condition));
  }
}
