package io.ecsoperator.operator.informer;

import io.ecsoperator.operator.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;

/** The informers of all kinds, and whether they see what happens. */
public final class Informers {
  /** Each of an informer's reads gives up earlier. */
  private static final Duration STUCK = Duration.ofMinutes(2);

  private record Watched(String name, InformerState state) {}

  private final Clock clock;
  private final MeterRegistry metrics;
  private final RandomGenerator random;
  private final InformerListener listener;
  private final CacheBudget budget;
  private final UnreadableObjects unreadable = new UnreadableObjects();
  private final List<Watched> watched = new CopyOnWriteArrayList<>();

  public Informers(
      Clock clock, MeterRegistry metrics, RandomGenerator random, InformerListener listener) {
    this(clock, metrics, random, listener, CacheBudget.ofHeap(Runtime.getRuntime().maxMemory()));
  }

  Informers(
      Clock clock,
      MeterRegistry metrics,
      RandomGenerator random,
      InformerListener listener,
      CacheBudget budget) {
    this.budget = budget;
    this.clock = clock;
    this.metrics = metrics;
    this.random = random;
    this.listener = listener;
  }

  /** A client that makes these informers and is otherwise like {@code kubernetes}. */
  public KubernetesClient client(KubernetesClient kubernetes) {
    return InformingClient.of(kubernetes, this);
  }

  /** The objects that cannot be read. */
  public UnreadableObjects unreadable() {
    return unreadable;
  }

  <R extends HasMetadata> SharedIndexInformer<R> create(
      KubernetesClient kubernetes, Class<R> type, Optional<String> namespace) {
    InformerState state = new InformerState(clock);
    String kind = HasMetadata.getKind(type);
    String scope = namespace.orElse("");
    Gauge.builder("ecs.operator.informer.silence", state, of -> of.silence().toMillis() / 1000.0)
        .description("Time since the API server last answered a list or a watch")
        .baseUnit("seconds")
        .tags("kind", kind, "namespace", scope)
        .strongReference(true)
        .register(metrics);
    Events events = new Events(kind, scope);
    ObjectCache<R> cache =
        new ObjectCache<>(
            new ObjectReader<>(type, kubernetes.getKubernetesSerialization()),
            events,
            budget,
            task -> Thread.ofVirtual().name("informer-handlers-" + kind).start(task),
            "informer of " + kind);
    ListWatch listWatch =
        new ListWatch(
            ObjectsEndpoint.of(kubernetes, type, namespace), cache, state, events, random);
    watched.add(new Watched(kind + namespace.map(name -> " in " + name).orElse(""), state));
    return new KindInformer<>(type, cache, listWatch, state);
  }

  /** The kinds whose changes may be missing. */
  public List<String> missingChanges() {
    return watched.stream()
        .filter(informer -> informer.state().mayMissChanges())
        .map(Watched::name)
        .toList();
  }

  /**
   * The kinds whose informer does not try any more, or gets no answer while another one works: only
   * a new process helps. A refusal is an answer, which a new process would get too.
   */
  public List<String> stuck() {
    boolean works = watched.stream().anyMatch(informer -> !informer.state().mayMissChanges());
    return watched.stream()
        .filter(
            informer ->
                informer.state().idle().compareTo(STUCK) > 0
                    || works && informer.state().unanswered().compareTo(STUCK) > 0)
        .map(Watched::name)
        .toList();
  }

  private final class Events implements InformerEvents {
    private final String kind;
    private final String scope;

    Events(String kind, String scope) {
      this.kind = kind;
      this.scope = scope;
    }

    @Override
    public void listed(ListCause cause) {
      Counter.builder("ecs.operator.informer.lists")
          .description("Lists of all objects by an informer")
          .tags("kind", kind, "namespace", scope, "cause", cause.label())
          .register(metrics)
          .increment();
      if (cause == ListCause.RESTORED) {
        listener.restored();
      }
    }

    @Override
    public void listed(Set<ObjectKey> listed) {
      unreadable.retain(kind, scope, listed);
    }

    @Override
    public void unreadable(UnreadableObject object) {
      if (unreadable.add(object)) {
        listener.unreadable(object);
      }
    }

    @Override
    public void readable(ObjectKey key) {
      unreadable.remove(key);
    }
  }
}
