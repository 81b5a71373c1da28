package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.quota.WaitingCalls;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.engine.ReconcileMetrics.ExecutionResult;
import io.ecsoperator.operator.leader.Leadership;
import io.ecsoperator.operator.leader.NotLeaderException;
import io.ecsoperator.operator.status.EventRecorder;
import io.ecsoperator.operator.status.ObjectGoneException;
import io.ecsoperator.operator.status.StaleStatusException;
import io.ecsoperator.operator.status.StatusStore;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Kubernetes side of a reconciliation: finalizer, status, Events, and when to look again. It
 * runs on every event, deletions included, because only then can an object that is merely planned
 * or observed do without a finalizer. While another replica leads it does nothing.
 */
public final class ResourceController<R extends EcsResource<S>, S extends EcsStatus>
    implements Reconciler<R> {
  private static final Duration UNTIL_THE_CACHE_HAS_IT = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(ResourceController.class);

  private final KindReconciler<R, S> kind;
  private final Reconciliation<R, S> reconciliation;
  private final StatusStore statuses;
  private final EventRecorder events;
  private final CachedObjects objects;
  private final ReconcileTrigger trigger;
  private final WaitingCalls waitingCalls;
  private final ApiServerLimiter requests;
  private final Leadership leadership;
  private final ReconcileMetrics metrics;
  private final ChangeLatencyMetrics changes;

  public ResourceController(
      KindReconciler<R, S> kind,
      Reconciliation<R, S> reconciliation,
      StatusStore statuses,
      EventRecorder events,
      CachedObjects objects,
      ReconcileTrigger trigger,
      WaitingCalls waitingCalls,
      ApiServerLimiter requests,
      Leadership leadership,
      ReconcileMetrics metrics,
      ChangeLatencyMetrics changes) {
    this.kind = kind;
    this.reconciliation = reconciliation;
    this.statuses = statuses;
    this.events = events;
    this.objects = objects;
    this.trigger = trigger;
    this.waitingCalls = waitingCalls;
    this.requests = requests;
    this.leadership = leadership;
    this.metrics = metrics;
    this.changes = changes;
  }

  @Override
  public List<EventSource<?, R>> prepareEventSources(EventSourceContext<R> context) {
    objects.add(kind.type(), context.getPrimaryCache());
    return List.of(
        trigger.source(kind.type().getSimpleName()),
        new StaleCallCanceller<>(waitingCalls),
        changes.source());
  }

  @Override
  public UpdateControl<R> reconcile(R resource, Context<R> context) {
    if (context.isPrimaryResourceDeleted()) {
      statuses.forget(resource);
      reconciliation.forget(ObjectKey.of(resource), resource.getMetadata().getUid());
      return UpdateControl.noUpdate();
    }
    boolean released = resource.isMarkedForDeletion() && !resource.hasFinalizer(Finalizer.NAME);
    if (released || !leadership.held()) {
      return UpdateControl.noUpdate();
    }
    try (ReconcileMetrics.Run run = metrics.begin(resource.getKind())) {
      return look(resource, context, run);
    }
  }

  private UpdateControl<R> look(R resource, Context<R> context, ReconcileMetrics.Run run) {
    try {
      return converge(resource, context, run);
    } catch (ObjectGoneException e) {
      run.cameTo(ExecutionResult.ABANDONED);
      // The cache does not show it yet; nothing was done for it after it had gone.
      LOG.debug(e.getMessage());
      return UpdateControl.noUpdate();
    } catch (StaleStatusException e) {
      run.cameTo(ExecutionResult.ABANDONED);
      LOG.debug(e.getMessage());
      return UpdateControl.<R>noUpdate().rescheduleAfter(UNTIL_THE_CACHE_HAS_IT);
    } catch (NotLeaderException e) {
      run.cameTo(ExecutionResult.ABANDONED);
      LOG.debug("Not finished with {}: {}", resource.getMetadata().getName(), e.getMessage());
      return UpdateControl.noUpdate();
    } catch (RuntimeException e) {
      if (leadership.held()) {
        throw e;
      }
      run.cameTo(ExecutionResult.ABANDONED);
      // Whoever leads looks for itself; should it be this replica again, all objects are woken.
      LOG.debug("Not finished with {}", resource.getMetadata().getName(), e);
      return UpdateControl.noUpdate();
    }
  }

  private UpdateControl<R> converge(R resource, Context<R> context, ReconcileMetrics.Run run) {
    long look = requests.begin();
    Desired desired = Desired.of(resource, kind.kubernetesMembers());
    Finalizer.Held<R> held = alignFinalizer(resource, desired, context, look);
    R aligned = held.object();
    S status = statuses.latest(aligned).orElseGet(kind::unknown);
    ReconcileResult<S> report =
        reconciliation.run(
            desired,
            status,
            held.firstReconcile(),
            intent -> requests.make(look, () -> statuses.writeIntent(aligned, intent)));
    UpdateControl<R> control = requests.make(look, () -> carryOut(report, aligned, context));
    run.cameTo(report);
    return control;
  }

  private UpdateControl<R> carryOut(ReconcileResult<S> report, R resource, Context<R> context) {
    switch (report.fate()) {
      case RELEASE -> {
        tell(report, resource);
        release(context);
        return UpdateControl.noUpdate();
      }
      case DELETE -> {
        leadership.require();
        context.getClient().resource(resource).delete();
        return UpdateControl.noUpdate();
      }
      case KEEP -> {
        Optional<Duration> held = write(report, resource);
        tell(report, resource);
        return UpdateControl.<R>noUpdate()
            .rescheduleAfter(
                held.filter(sooner -> sooner.compareTo(report.requeueAfter()) < 0)
                    .orElse(report.requeueAfter()));
      }
    }
    throw new IllegalStateException();
  }

  private Optional<Duration> write(ReconcileResult<S> report, R resource) {
    if (report.passing()) {
      return statuses.writeSoon(resource, report.status());
    }
    statuses.write(resource, report.status());
    return Optional.empty();
  }

  private void release(Context<R> context) {
    leadership.require();
    try {
      PrimaryUpdateAndCacheUtils.removeFinalizer(context, Finalizer.NAME);
    } catch (KubernetesClientException e) {
      // A look before this one may have released it, which the cache does not show yet.
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  private void tell(ReconcileResult<S> report, R resource) {
    report
        .notes()
        .forEach(note -> events.record(resource, note.type(), note.reason(), note.message()));
  }

  /** Before anything is made in ECS there has to be a finalizer; without management, none. */
  private Finalizer.Held<R> alignFinalizer(
      R resource, Desired desired, Context<R> context, long look) {
    boolean has = resource.hasFinalizer(Finalizer.NAME);
    boolean managed = desired.policies().management() == Policies.Management.MANAGE;
    if (resource.isMarkedForDeletion() || (managed ? has || !desired.mayWrite() : !has)) {
      return new Finalizer.Held<>(resource, !has);
    }
    return requests.make(
        look,
        () -> {
          leadership.require();
          return managed
              ? new Finalizer(context.getClient()).putOn(resource)
              : new Finalizer.Held<>(
                  PrimaryUpdateAndCacheUtils.removeFinalizer(context, Finalizer.NAME), false);
        });
  }
}
