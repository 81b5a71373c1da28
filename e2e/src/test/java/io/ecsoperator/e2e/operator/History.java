package io.ecsoperator.e2e.operator;

import io.ecsoperator.crds.EcsResource;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.ArrayList;
import java.util.List;

/** Every version of an object that the API server has told of since the watch began. */
final class History<R extends EcsResource<?>> implements Watcher<R>, AutoCloseable {
  private final List<R> versions = new ArrayList<>();
  private Watch watch;

  static <R extends EcsResource<?>> History<R> of(TestBed bed, ObjectRef<R> object) {
    History<R> history = new History<>();
    history.watch =
        bed.kubernetes()
            .resources(object.type())
            .inNamespace(bed.namespace())
            .withName(object.name())
            .watch(history);
    return history;
  }

  /** Oldest first. */
  synchronized List<R> versions() {
    return List.copyOf(versions);
  }

  /** Says when a version came about; comparable between the objects of one API server. */
  static long order(EcsResource<?> version) {
    return Long.parseLong(version.getMetadata().getResourceVersion());
  }

  @Override
  public synchronized void eventReceived(Action action, R version) {
    versions.add(version);
  }

  @Override
  public void onClose(WatcherException cause) {
    throw new IllegalStateException("The watch ended: part of the history is missing.", cause);
  }

  @Override
  public void close() {
    watch.close();
  }
}
