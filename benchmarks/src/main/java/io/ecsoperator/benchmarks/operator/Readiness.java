package io.ecsoperator.benchmarks.operator;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The objects of a namespace that are Ready, known from watches. */
final class Readiness implements AutoCloseable {
  private final Map<String, String> reasons = new HashMap<>();
  private final List<? extends SharedIndexInformer<?>> informers;
  private int ready;

  Readiness(KubernetesClient client, String namespace) {
    this.informers =
        Stream.of(EcsCluster.class, EcsTaskDefinition.class, EcsService.class)
            .map(kind -> watch(client, namespace, kind))
            .toList();
  }

  private <R extends EcsResource<?>> SharedIndexInformer<R> watch(
      KubernetesClient client, String namespace, Class<R> kind) {
    return client
        .resources(kind)
        .inNamespace(namespace)
        .inform(
            new ResourceEventHandler<>() {
              @Override
              public void onAdd(R object) {
                observe(object);
              }

              @Override
              public void onUpdate(R before, R object) {
                observe(object);
              }

              @Override
              public void onDelete(R object, boolean unknown) {}
            });
  }

  private synchronized void observe(EcsResource<?> object) {
    String reason = reason(object);
    String before = reasons.put(object.getKind() + "/" + object.getMetadata().getName(), reason);
    ready += (reason.isEmpty() ? 1 : 0) - ("".equals(before) ? 1 : 0);
    notifyAll();
  }

  /** The reason why the object is not Ready; empty if it is Ready. */
  private static String reason(EcsResource<?> object) {
    if (object.getStatus() == null || object.getStatus().common().conditions() == null) {
      return "no status";
    }
    return object.getStatus().common().conditions().stream()
        .filter(condition -> condition.type().equals("Ready"))
        .map(condition -> condition.status().equals("True") ? "" : condition.reason())
        .findFirst()
        .orElse("no condition");
  }

  /**
   * Waits until {@code wanted} objects are Ready.
   *
   * @throws IOException if they are not Ready in time, with the reasons of the others
   */
  synchronized void await(int wanted, Duration limit) throws IOException, InterruptedException {
    long until = System.nanoTime() + limit.toNanos();
    while (ready < wanted) {
      long left = (until - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new IOException(
            "Only %d of %d objects are Ready: %s".formatted(ready, wanted, counts()));
      }
      wait(left);
    }
  }

  private Map<String, Long> counts() {
    return reasons.values().stream()
        .filter(reason -> !reason.isEmpty())
        .collect(Collectors.groupingBy(reason -> reason, TreeMap::new, Collectors.counting()));
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
  }
}
