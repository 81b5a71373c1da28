package io.ecsoperator.operator.informer;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Indexer;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.fabric8.kubernetes.client.informers.cache.Store;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An informer as JOSDK uses it, around a {@link ListWatch} and its {@link ObjectCache}. */
final class KindInformer<R extends HasMetadata> implements SharedIndexInformer<R> {
  private final Class<R> type;
  private final ObjectCache<R> cache;
  private final ListWatch listWatch;
  private final InformerState state;
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final Thread thread;

  KindInformer(Class<R> type, ObjectCache<R> cache, ListWatch listWatch, InformerState state) {
    this.type = type;
    this.cache = cache;
    this.listWatch = listWatch;
    this.state = state;
    this.thread =
        Thread.ofVirtual().name("informer-" + HasMetadata.getKind(type)).unstarted(this::watch);
  }

  @Override
  public synchronized CompletionStage<Void> start() {
    if (thread.getState() == Thread.State.NEW && !stopped.isDone()) {
      thread.start();
    }
    return started;
  }

  /** Handlers are stopped last: an event that cannot be handed to them would seem unreadable. */
  private void watch() {
    try {
      listAndWatch();
    } finally {
      end();
    }
  }

  private void end() {
    cache.handlers().stop();
    stopped.complete(null);
  }

  private void listAndWatch() {
    try {
      listWatch.start();
    } catch (RefusedException e) {
      started.completeExceptionally(
          new KubernetesClientException(
              "The " + HasMetadata.getPlural(type) + " cannot be listed: " + e.getMessage(),
              e.code(),
              null));
      return;
    } catch (IOException | RuntimeException | Error e) {
      started.completeExceptionally(
          new KubernetesClientException(
              "The " + HasMetadata.getPlural(type) + " cannot be listed: " + e.getMessage(), e));
      return;
    }
    started.complete(null);
    listWatch.run();
  }

  @Override
  public SharedIndexInformer<R> run() {
    start().toCompletableFuture().join();
    return this;
  }

  @Override
  public synchronized void stop() {
    listWatch.stop();
    if (thread.getState() == Thread.State.NEW) {
      end();
    } else {
      thread.interrupt();
    }
  }

  @Override
  public CompletionStage<Void> stopped() {
    return stopped;
  }

  @Override
  public boolean hasSynced() {
    return state.isSynced();
  }

  @Override
  public @Nullable String lastSyncResourceVersion() {
    return cache.version().orElse(null);
  }

  @Override
  public boolean isRunning() {
    return thread.isAlive() && !stopped.isDone();
  }

  @Override
  public boolean isWatching() {
    return state.isWatching();
  }

  @Override
  public Class<R> getApiTypeClass() {
    return type;
  }

  @Override
  public Store<R> getStore() {
    return cache.indexer();
  }

  @Override
  public Indexer<R> getIndexer() {
    return cache.indexer();
  }

  @Override
  public SharedIndexInformer<R> addIndexers(Map<String, Function<R, List<String>>> indexers) {
    cache.indexer().addIndexers(indexers);
    return this;
  }

  @Override
  public SharedIndexInformer<R> removeIndexer(String name) {
    cache.indexer().removeIndexer(name);
    return this;
  }

  @Override
  public SharedIndexInformer<R> addEventHandler(ResourceEventHandler<? super R> handler) {
    cache.handlers().addProcessorListener(handler, 0, cache.indexer()::list);
    return this;
  }

  @Override
  public SharedIndexInformer<R> removeEventHandler(ResourceEventHandler<? super R> handler) {
    cache.handlers().removeProcessorListener(handler);
    return this;
  }

  /** JOSDK does not resync from the cache, so it is not offered. */
  @Override
  public SharedIndexInformer<R> addEventHandlerWithResyncPeriod(
      ResourceEventHandler<? super R> handler, long resyncPeriod) {
    return addEventHandler(handler);
  }

  @Override
  public SharedIndexInformer<R> initialState(Stream<R> items) {
    throw new UnsupportedOperationException("The first list is the initial state.");
  }

  @Override
  public SharedIndexInformer<R> itemStore(ItemStore<R> itemStore) {
    cache.indexer().setItemStore(itemStore);
    return this;
  }

  /** Failures are handled by the {@link ListWatch}, which always tries again. */
  @Override
  public SharedIndexInformer<R> exceptionHandler(ExceptionHandler handler) {
    return this;
  }
}
