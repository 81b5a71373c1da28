package io.ecsoperator.operator.informer;

import com.fasterxml.jackson.core.JsonParser;
import io.ecsoperator.operator.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.cache.Indexer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** The cache of an informer, whose lists and watch events come from a simulation. */
public final class SimulatedInformer<R extends HasMetadata> {
  private final ObjectCache<R> cache;

  /**
   * @param handlerThreads run the handlers
   * @param unreadable is called with each object that is skipped
   */
  public SimulatedInformer(
      Class<R> type,
      KubernetesSerialization serialization,
      Executor handlerThreads,
      Consumer<Object> unreadable) {
    this.cache =
        new ObjectCache<>(
            new ObjectReader<>(type, serialization),
            new Skipped(unreadable),
            new CacheBudget(Long.MAX_VALUE, Long.MAX_VALUE),
            handlerThreads,
            "simulated informer");
  }

  /** Takes a complete list; returns whether an older copy of etcd was restored. */
  public boolean list(List<byte[]> objects, String version) {
    ObjectCache<R>.Listing listing = cache.beginList();
    objects.forEach(object -> listing.add(copy(object)));
    return listing.end(version);
  }

  private static ObjectCopy copy(byte[] object) {
    ObjectCopy copy = new ObjectCopy();
    try (JsonParser parser = ObjectReader.TOKENS.createParser(object)) {
      parser.nextToken();
      copy.read(parser);
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void event(String type, byte[] object) {
    if (type.equals("DELETED")) {
      cache.delete(object, 0, object.length).ifPresent(cache::version);
    } else {
      cache.update(object, 0, object.length).ifPresent(cache::version);
    }
  }

  public Indexer<R> objects() {
    return cache.indexer();
  }

  public void addHandler(ResourceEventHandler<R> handler) {
    cache.handlers().addProcessorListener(handler, 0, cache.indexer()::list);
  }

  private record Skipped(Consumer<Object> unreadable) implements InformerEvents {
    @Override
    public void listed(Set<ObjectKey> unreadable) {}

    @Override
    public void listed(ListCause cause) {}

    @Override
    public void unreadable(UnreadableObject object) {
      unreadable.accept(object);
    }

    @Override
    public void readable(ObjectKey key) {}
  }
}
