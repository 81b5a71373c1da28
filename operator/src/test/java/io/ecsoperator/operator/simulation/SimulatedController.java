package io.ecsoperator.operator.simulation;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.SimulatedOperator;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.ResourceController;
import io.ecsoperator.operator.informer.SimulatedInformer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.ResourceOperations;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.EventHandler;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import io.javaoperatorsdk.operator.processing.retry.RetryExecution;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What JOSDK does around the controller of a kind, in the mode in which it reconciles on all
 * events: one reconcile of an object at a time, another one after it if there was an event
 * meanwhile, a retry with backoff after an exception, and timers.
 */
final class SimulatedController<R extends EcsResource<S>, S extends EcsStatus>
    implements ResourceEventHandler<R>, EventHandler {

  /** What JOSDK knows of an object. */
  private static final class State<R> {
    private boolean running;
    private boolean event;
    private @Nullable R deleted;
    private @Nullable RetryExecution retry;

    /** Only the newest timer counts. */
    private long timer;
  }

  private final SimulatedThreads.Process process;
  private final ResourceController<R, S> controller;
  private final ResourceController.RelevantUpdates<R> filter =
      new ResourceController.RelevantUpdates<>();
  private final KubernetesClient kubernetes;
  private final SimulatedInformer<R> informer;
  private final List<EventSource<?, R>> sources;
  private final Map<ResourceID, State<R>> states = new HashMap<>();
  private final String kind;

  SimulatedController(
      SimulatedThreads.Process process,
      SimulatedOperator operator,
      Kind<R, S, ?> kind,
      SimulatedInformer<R> informer) {
    this.process = process;
    this.controller = operator.controller(kind);
    this.kubernetes = operator.kubernetes();
    this.informer = informer;
    this.kind = kind.name();
    @SuppressWarnings("unchecked")
    EventSourceContext<R> context =
        new EventSourceContext<>(new CacheOfInformer<>(informer), null, kubernetes, kind.type());
    this.sources = controller.prepareEventSources(context);
    sources.forEach(source -> source.setEventHandler(this));
    informer.addHandler(this);
  }

  @Override
  public void onAdd(R added) {
    aware().forEach(source -> source.onResourceCreated(added));
    handleEvent(event(ResourceAction.ADDED, added));
  }

  @Override
  public void onUpdate(R before, R now) {
    aware().forEach(source -> source.onResourceUpdated(now, before));
    if (filter.accept(now, before)) {
      handleEvent(event(ResourceAction.UPDATED, now));
    }
  }

  @Override
  public void onDelete(R gone, boolean finalStateUnknown) {
    aware().forEach(source -> source.onResourceDeleted(gone));
    handleEvent(event(ResourceAction.DELETED, gone));
  }

  private ResourceEvent event(ResourceAction action, R object) {
    return new ResourceEvent(action, ResourceID.fromResource(object), object);
  }

  @SuppressWarnings("unchecked")
  private Stream<ResourceEventAware<R>> aware() {
    return sources.stream()
        .filter(ResourceEventAware.class::isInstance)
        .map(source -> (ResourceEventAware<R>) source);
  }

  @Override
  @SuppressWarnings("unchecked")
  public void handleEvent(Event event) {
    ResourceID id = event.getRelatedCustomResourceID();
    State<R> state = states.get(id);
    if (state == null) {
      if (!(event instanceof ResourceEvent)) {
        return;
      }
      state = new State<>();
      states.put(id, state);
    }
    if (event instanceof ResourceEvent change && change.getAction() == ResourceAction.DELETED) {
      state.deleted = (R) change.getResource().orElseThrow();
      state.event = false;
    } else {
      state.event = true;
    }
    submit(id, state);
  }

  private void submit(ResourceID id, State<R> state) {
    if (state.running || cached(id).isEmpty() && state.deleted == null) {
      return;
    }
    state.running = true;
    boolean deletion = state.deleted != null;
    state.event = false;
    process.execute(() -> run(id, state, deletion));
  }

  private Optional<R> cached(ResourceID id) {
    return Optional.ofNullable(
        informer.objects().getByKey(id.getNamespace().orElseThrow() + "/" + id.getName()));
  }

  private void run(ResourceID id, State<R> state, boolean deletion) {
    Optional<R> object =
        cached(id).or(() -> deletion ? Optional.ofNullable(state.deleted) : Optional.empty());
    if (object.isEmpty()) {
      finished(id, state, deletion, Optional.empty());
      return;
    }
    try {
      // JOSDK passes a copy; the controller changes no object.
      UpdateControl<R> control =
          controller.reconcile(object.get(), context(object.get(), deletion));
      finished(
          id,
          state,
          deletion,
          deletion ? Optional.empty() : control.getScheduleDelay().map(Duration::ofMillis));
    } catch (RuntimeException e) {
      failed(id, state);
    }
  }

  private void finished(
      ResourceID id, State<R> state, boolean deletion, Optional<Duration> nextAfter) {
    state.running = false;
    state.retry = null;
    state.timer++;
    if (deletion) {
      states.remove(id, state);
    } else if (state.event || state.deleted != null) {
      submit(id, state);
    } else {
      timer(id, state, nextAfter.orElse(SimulatedOperator.longestPause()));
    }
  }

  private void failed(ResourceID id, State<R> state) {
    state.running = false;
    if (state.retry == null) {
      state.retry = SimulatedOperator.retry().initExecution();
    }
    boolean eventPresent = state.event;
    state.event = true;
    if (eventPresent) {
      submit(id, state);
    } else {
      timer(id, state, Duration.ofMillis(state.retry.nextDelay().orElseThrow()));
    }
  }

  private void timer(ResourceID id, State<R> state, Duration delay) {
    long set = ++state.timer;
    process.after(
        delay,
        () -> {
          if (state.timer == set) {
            handleEvent(new Event(id));
          }
        });
  }

  private Context<R> context(R object, boolean deletion) {
    InvocationHandler answers =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "isPrimaryResourceDeleted" -> deletion;
              case "getClient" -> kubernetes;
              case "getPrimaryResource" -> object;
              case "resourceOperations" -> new Operations<>(contextOf(proxy), kubernetes);
              default -> throw new UnsupportedOperationException(method.getName());
            };
    return contextOf(
        Proxy.newProxyInstance(
            SimulatedController.class.getClassLoader(), new Class<?>[] {Context.class}, answers));
  }

  @SuppressWarnings("unchecked")
  private static <R extends EcsResource<?>> Context<R> contextOf(Object proxy) {
    return (Context<R>) proxy;
  }

  @Override
  public String toString() {
    return kind;
  }

  /** JOSDK's operations without its cache of own writes, which the operator does not use. */
  private static final class Operations<R extends EcsResource<?>> extends ResourceOperations<R> {
    private final KubernetesClient kubernetes;

    Operations(Context<R> context, KubernetesClient kubernetes) {
      super(context);
      this.kubernetes = kubernetes;
    }

    @Override
    public R jsonPatchPrimary(R object, UnaryOperator<R> change) {
      return kubernetes
          .resource(kubernetes.getKubernetesSerialization().clone(object))
          .edit(change);
    }
  }

  private record CacheOfInformer<R extends EcsResource<?>>(SimulatedInformer<R> informer)
      implements IndexerResourceCache<R> {
    @Override
    public void addIndexers(Map<String, Function<R, List<String>>> indexers) {
      informer.objects().addIndexers(indexers);
    }

    @Override
    public List<R> byIndex(String index, String key) {
      return informer.objects().byIndex(index, key);
    }

    @Override
    public Optional<R> get(ResourceID id) {
      return Optional.ofNullable(
          informer.objects().getByKey(id.getNamespace().orElseThrow() + "/" + id.getName()));
    }

    @Override
    public Stream<ResourceID> keys() {
      return informer.objects().list().stream().map(ResourceID::fromResource);
    }

    @Override
    public Stream<R> list(Predicate<R> predicate) {
      return informer.objects().list().stream().filter(predicate);
    }

    @Override
    public Stream<R> list(String namespace, Predicate<R> predicate) {
      return list(object -> object.getMetadata().getNamespace().equals(namespace))
          .filter(predicate);
    }
  }
}
