package io.ecsoperator.e2e.operator;

import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.crds.EcsResource;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Every version of an object since the start of a watch. */
final class History<R extends EcsResource<?>> implements Watcher<R>, AutoCloseable {
  private final TestBed bed;
  private final ObjectRef<R> object;
  private final List<R> versions = new CopyOnWriteArrayList<>();
  private Watch watch;

  private History(TestBed bed, ObjectRef<R> object) {
    this.bed = bed;
    this.object = object;
  }

  static <R extends EcsResource<?>> History<R> of(TestBed bed, ObjectRef<R> object) {
    History<R> history = new History<>(bed, object);
    history.watch =
        bed.kubernetes()
            .resources(object.type())
            .inNamespace(bed.namespace())
            .withName(object.name())
            .watch(history);
    return history;
  }

  /** The versions, oldest first, at least up to the current one, for which it waits. */
  List<R> versions() {
    long now = order(bed.get(object));
    Await.until(
        "the watch has the current version of " + object,
        () -> versions.stream().anyMatch(version -> order(version) >= now));
    return List.copyOf(versions);
  }

  /** A number by which the versions of all objects of one API server are ordered by time. */
  static long order(EcsResource<?> version) {
    return Long.parseLong(version.getMetadata().getResourceVersion());
  }

  @Override
  public void eventReceived(Action action, R version) {
    versions.add(version);
  }

  @Override
  public void onClose(WatcherException cause) {
    throw new IllegalStateException("The watch ended, so part of the history is missing.", cause);
  }

  @Override
  public void close() {
    watch.close();
  }
}
