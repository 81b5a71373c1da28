package io.ecsoperator.operator.informer;

import io.ecsoperator.operator.ObjectKey;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The objects that the operator cannot read: logged once per version, and counted by a metric. */
public final class UnreadableObjects implements Collector {
  /** A user may make any number of them; the metric names no more than these. */
  private static final int MAX_NAMED = 100;

  private static final Logger LOG = LoggerFactory.getLogger(UnreadableObjects.class);

  private final Map<ObjectKey, UnreadableObject> objects = new ConcurrentHashMap<>();

  /** Returns whether this version of the object was not known. */
  boolean add(UnreadableObject object) {
    UnreadableObject before = objects.put(object.key(), object);
    boolean isNew = before == null || !before.resourceVersion().equals(object.resourceVersion());
    if (isNew) {
      LOG.warn("{} cannot be read and is skipped: {}", object.key(), object.why());
    }
    return isNew;
  }

  /**
   * Removes the objects of a kind that a list lacks.
   *
   * @param namespace empty for all namespaces
   */
  void retain(String kind, String namespace, Set<ObjectKey> listed) {
    objects
        .keySet()
        .removeIf(
            key ->
                key.kind().equals(kind)
                    && (namespace.isEmpty() || namespace.equals(key.namespace()))
                    && !listed.contains(key));
  }

  void remove(ObjectKey key) {
    if (!objects.isEmpty()) {
      objects.remove(key);
    }
  }

  public Collection<UnreadableObject> all() {
    return List.copyOf(objects.values());
  }

  @Override
  public MetricSnapshot collect() {
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder()
            .name("ecs_operator_unreadable_objects")
            .help("Objects that the operator cannot read and skips");
    objects.keySet().stream()
        .limit(MAX_NAMED)
        .forEach(
            key ->
                gauge.dataPoint(
                    GaugeDataPointSnapshot.builder()
                        .labels(
                            Labels.of(
                                "kind", key.kind(),
                                "namespace", key.namespace(),
                                "name", key.name()))
                        .value(1)
                        .build()));
    return gauge.build();
  }
}
