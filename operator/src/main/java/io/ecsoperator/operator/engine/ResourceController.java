package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.quota.WaitingCalls;
import io.ecsoperator.operator.desired.Annotations;
import io.ecsoperator.operator.desired.Dependents;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.engine.ReconcileMetrics.Result;
import io.ecsoperator.operator.leader.Leadership;
import io.ecsoperator.operator.leader.NotLeaderException;
import io.ecsoperator.operator.status.EventRecorder;
import io.ecsoperator.operator.status.ObjectGoneException;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.StaleStatusException;
import io.ecsoperator.operator.status.StatusStore;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller of one kind, as JOSDK calls it: aligns the finalizer, runs the {@link
 * Reconciliation}, and writes what it reports. It runs on every event, deletions included, because
 * an object that is only planned or observed has no finalizer. While another replica leads it does
 * nothing.
 */
public final class ResourceController<R extends EcsResource<S>, S extends EcsStatus>
    implements Reconciler<R> {
  private static final Duration UNTIL_CACHED = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(ResourceController.class);

  private final Kind<R, S, ?> kind;
  private final Reconciliation<R, S, ?> reconciliation;
  private final Dependencies dependencies;
  private final Policies.Deletion defaultDeletion;

  /**
   * @param defaultDeletion the deletion policy of objects whose specs have none
   */
  public <O> ResourceController(
      Kind<R, S, O> kind,
      Reconciliation<R, S, O> reconciliation,
      Dependencies dependencies,
      Policies.Deletion defaultDeletion) {
    this.kind = kind;
    this.reconciliation = reconciliation;
    this.dependencies = dependencies;
    this.defaultDeletion = defaultDeletion;
  }

  @Override
  public List<EventSource<?, R>> prepareEventSources(EventSourceContext<R> context) {
    dependencies
        .objects()
        .add(kind, context.getPrimaryCache(), key -> read(context.getClient(), key));
    return List.of(
        dependencies.trigger().source(kind.name(), dependencies.waitingCalls()),
        dependencies.changes().source());
  }

  private Optional<R> read(KubernetesClient kubernetes, ObjectKey key) {
    return Optional.ofNullable(
        kubernetes.resources(kind.type()).inNamespace(key.namespace()).withName(key.name()).get());
  }

  @Override
  public UpdateControl<R> reconcile(R cached, Context<R> context) {
    if (context.isPrimaryResourceDeleted()) {
      reportLeftInEcs(cached);
      dependencies.statuses().forget(cached);
      reconciliation.forget(ObjectKey.of(cached), cached.getMetadata().getUid());
      dependencies.trigger().enqueueSuccessor(ObjectKey.of(cached));
      return UpdateControl.noUpdate();
    }
    R resource = dependencies.statuses().newest(cached);
    if (resource.released() || !dependencies.leadership().held()) {
      return UpdateControl.noUpdate();
    }
    try (ReconcileMetrics.Run run = dependencies.metrics().begin(resource.getKind())) {
      return reconcileOrAbandon(resource, context, run);
    }
  }

  /** An object that was managed for a moment only may be deleted before it has the finalizer. */
  private void reportLeftInEcs(R deleted) {
    if (deleted.hasFinalizer(EcsResource.FINALIZER)
        || deleted.released()
        || deleted.getStatus() == null
        || deleted.getStatus().common().arn() == null
        || !dependencies.leadership().held()) {
      return;
    }
    Policies policies = desired(deleted).policies();
    if (policies.management() == Policies.Management.MANAGE
        && policies.deletion() == Policies.Deletion.DELETE) {
      LOG.warn(
          "{} was deleted before it had the finalizer; {} stays in ECS",
          ObjectKey.of(deleted),
          deleted.getStatus().common().arn());
    }
  }

  private UpdateControl<R> reconcileOrAbandon(
      R resource, Context<R> context, ReconcileMetrics.Run run) {
    try {
      return reconcileManaged(resource, context, run);
    } catch (ObjectGoneException e) {
      run.finishedAs(Result.ABANDONED);
      // The informer does not show it yet; nothing was sent for the object after it had gone. If it
      // is another object now, that one is reconciled.
      LOG.debug(e.getMessage());
      return UpdateControl.<R>noUpdate().rescheduleAfter(UNTIL_CACHED);
    } catch (StaleStatusException e) {
      run.finishedAs(Result.ABANDONED);
      LOG.debug(e.getMessage());
      return UpdateControl.<R>noUpdate().rescheduleAfter(UNTIL_CACHED);
    } catch (NotLeaderException e) {
      run.finishedAs(Result.ABANDONED);
      LOG.debug("Abandoned {}: {}", resource.getMetadata().getName(), e.getMessage());
      return UpdateControl.noUpdate();
    } catch (RuntimeException | Error e) {
      if (dependencies.leadership().held()) {
        throw retriable(e);
      }
      run.finishedAs(Result.ABANDONED);
      // The new leader reconciles every object; should it be this replica again, it does so too.
      LOG.debug("Abandoned {}", resource.getMetadata().getName(), e);
      return UpdateControl.noUpdate();
    }
  }

  /**
   * JOSDK retries after exceptions only; after an error it would never reconcile the object again.
   */
  private static RuntimeException retriable(Throwable failure) {
    return failure instanceof RuntimeException exception
        ? exception
        : new IllegalStateException("The reconcile ended with an error", failure);
  }

  private UpdateControl<R> reconcileManaged(
      R resource, Context<R> context, ReconcileMetrics.Run run) {
    ApiServerLimiter.Turn turn =
        dependencies.apiServer().begin(resource.getMetadata().getNamespace());
    Desired desired = desired(resource);
    Finalizer.Held<R> held = alignFinalizer(resource, desired, context, turn);
    R aligned = held.object();
    RunRecordWriter<R> runRecord =
        new RunRecordWriter<>(
            context.getClient(), dependencies.statuses(), dependencies.leadership(), aligned);
    S status = dependencies.statuses().latest(aligned).orElseGet(kind::emptyStatus);
    ReconcileResult<S> result =
        keeper(aligned, desired, context, turn)
            .map(keeper -> reconciliation.handOver(desired, status, keeper))
            .or(
                () ->
                    alignTemplates(aligned, desired, context, turn)
                        .map(obstacle -> reconciliation.postpone(desired, status, obstacle)))
            .orElseGet(
                () ->
                    reconciliation.reconcile(
                        desired,
                        status,
                        held.firstReconcile(),
                        intent ->
                            dependencies
                                .apiServer()
                                .make(
                                    turn,
                                    () ->
                                        dependencies
                                            .statuses()
                                            .writeIntent(
                                                runRecord.keep(kind.runRecord(intent)), intent))));
    UpdateControl<R> control =
        dependencies.apiServer().make(turn, () -> report(result, runRecord, context));
    fillIn(result, aligned, desired, context, turn);
    if (result.disposition() == ReconcileResult.Disposition.KEEP) {
      TemplateObject object = templateObject(context, turn);
      templates(aligned, desired)
          .forEach(template -> object.removeUnused(aligned, result.status(), template));
    }
    run.finishedAs(result);
    return control;
  }

  private Desired desired(R resource) {
    Desired desired = Desired.of(resource, kind.ownMembers(), defaultDeletion);
    return desired.policies().adoption() == Policies.Adoption.TAKE_OVER
        ? desired.releasedBy(dependencies.objects().releasedTo(desired.key()))
        : desired;
  }

  /** The object that would keep another one of this name after the deletion of this one. */
  private Optional<ObjectKey> keeper(
      R resource, Desired desired, Context<R> context, ApiServerLimiter.Turn turn) {
    return desired.deletedAt().isEmpty()
        ? Optional.empty()
        : new Dependents(dependencies.objects())
            .keeper(desired.key())
            .filter(
                keeper ->
                    dependencies
                        .apiServer()
                        .make(turn, () -> templateObject(context, turn).isReplaceable(resource)))
            .map(ObjectKey::of);
  }

  /** Keeps the objects that the spec's templates describe; a pause holds them too. */
  private Optional<ReadyState> alignTemplates(
      R resource, Desired desired, Context<R> context, ApiServerLimiter.Turn turn) {
    TemplateObject object = templateObject(context, turn);
    return templates(resource, desired).stream()
        .flatMap(template -> object.align(resource, template).stream())
        .findFirst();
  }

  private List<ReferenceField> templates(R resource, Desired desired) {
    return resource.isMarkedForDeletion() || desired.annotations().paused()
        ? List.of()
        : kind.references().stream().filter(ReferenceField::template).toList();
  }

  private TemplateObject templateObject(Context<R> context, ApiServerLimiter.Turn turn) {
    return new TemplateObject(
        context.getClient(),
        dependencies.objects(),
        request -> () -> dependencies.apiServer().make(turn, asLeader(request)));
  }

  /** Writes what the spec leaves to Kubernetes; the change triggers another reconcile. */
  private void fillIn(
      ReconcileResult<S> result,
      R resource,
      Desired desired,
      Context<R> context,
      ApiServerLimiter.Turn turn) {
    if (result.disposition() != ReconcileResult.Disposition.KEEP
        || !desired.mayWrite()
        || resource.isMarkedForDeletion()) {
      return;
    }
    Map<String, JsonNode> members = kind.filledIn(desired, result.status());
    if (!members.isEmpty()) {
      dependencies
          .apiServer()
          .make(
              turn,
              asLeader(
                  () -> {
                    new FilledInSpec(context.getClient()).write(resource, members);
                    return members;
                  }));
    }
  }

  private <T> Supplier<T> asLeader(Supplier<T> request) {
    return () -> {
      dependencies.leadership().require();
      return request.get();
    };
  }

  private UpdateControl<R> report(
      ReconcileResult<S> result, RunRecordWriter<R> runRecord, Context<R> context) {
    R resource = runRecord.object();
    return switch (result.disposition()) {
      case RELEASE -> {
        emit(result, resource);
        removeFinalizer(context);
        yield UpdateControl.noUpdate();
      }
      case DELETE -> {
        dependencies.leadership().require();
        yield delete(resource, context);
      }
      case KEEP -> {
        Optional<Duration> writeAfter =
            write(result, runRecord.keep(kind.runRecord(result.status())));
        emit(result, resource);
        yield UpdateControl.<R>noUpdate()
            .rescheduleAfter(
                writeAfter
                    .filter(sooner -> sooner.compareTo(result.requeueAfter()) < 0)
                    .orElse(result.requeueAfter()));
      }
    };
  }

  /** An object of this name that was created since, or changed, is not deleted. */
  private UpdateControl<R> delete(R resource, Context<R> context) {
    try {
      context
          .getClient()
          .resource(resource)
          .lockResourceVersion(resource.getMetadata().getResourceVersion())
          .delete();
      return UpdateControl.noUpdate();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      return UpdateControl.<R>noUpdate().rescheduleAfter(UNTIL_CACHED);
    }
  }

  private Optional<Duration> write(ReconcileResult<S> result, R resource) {
    if (result.deferrable()) {
      return dependencies.statuses().writeSoon(resource, result.status());
    }
    dependencies.statuses().write(resource, result.status());
    return Optional.empty();
  }

  private void removeFinalizer(Context<R> context) {
    dependencies.leadership().require();
    try {
      context.resourceOperations().removeFinalizer(EcsResource.FINALIZER);
    } catch (KubernetesClientException e) {
      // An earlier reconcile may have released the object, which the informer does not show yet.
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  private void emit(ReconcileResult<S> result, R resource) {
    result
        .events()
        .forEach(
            event ->
                dependencies
                    .events()
                    .record(resource, event.type(), event.reason(), event.message()));
  }

  /** A managed object has a finalizer before anything is made in ECS; any other has none. */
  private Finalizer.Held<R> alignFinalizer(
      R resource, Desired desired, Context<R> context, ApiServerLimiter.Turn turn) {
    boolean has = resource.hasFinalizer(EcsResource.FINALIZER);
    boolean managed = desired.policies().management() == Policies.Management.MANAGE;
    if (resource.isMarkedForDeletion() || (managed ? has || !desired.mayWrite() : !has)) {
      return new Finalizer.Held<>(resource, !has);
    }
    return dependencies
        .apiServer()
        .make(
            turn,
            () -> {
              dependencies.leadership().require();
              if (!managed) {
                return new Finalizer.Held<>(
                    context.resourceOperations().removeFinalizer(EcsResource.FINALIZER), false);
              }
              Finalizer.Held<R> added = new Finalizer(context.getClient()).add(resource);
              dependencies.statuses().patched(added.object());
              return added;
            });
  }

  /**
   * What the controllers of all kinds share on the Kubernetes side.
   *
   * @param waitingCalls the calls to ECS that are queued for quota
   * @param apiServer bounds the requests to the API server that are under way
   * @param changes measures the time from a change of a spec to its effect
   */
  public record Dependencies(
      StatusStore statuses,
      EventRecorder events,
      CachedObjects objects,
      ReconcileTrigger trigger,
      WaitingCalls waitingCalls,
      ApiServerLimiter apiServer,
      Leadership leadership,
      ReconcileMetrics metrics,
      ChangeLatencyMetrics changes) {}

  /**
   * Accepts the updates that trigger a reconcile: a change of the spec or of this operator's
   * annotations, a deletion, a removed finalizer, and a status that was removed, has another ARN or
   * is about an older generation, as restored backups and people leave it: objects that refer to
   * this one wait until it is right again. Other changes of the status do not, because only the
   * operator writes it.
   */
  public static final class RelevantUpdates<R extends EcsResource<?>> implements OnUpdateFilter<R> {

    @Override
    public boolean accept(R now, R before) {
      return !Objects.equals(
              now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
          || now.isMarkedForDeletion() != before.isMarkedForDeletion()
          || !Objects.equals(now.getMetadata().getUid(), before.getMetadata().getUid())
          || !Annotations.ours(now).equals(Annotations.ours(before))
          || before.hasFinalizer(EcsResource.FINALIZER) && !now.hasFinalizer(EcsResource.FINALIZER)
          || before.getStatus() != null
              && (now.getStatus() == null
                  || isReplaced(before.getStatus().common(), now.getStatus().common()));
    }

    private static boolean isReplaced(CommonStatus before, CommonStatus now) {
      return before.arn() != null && !before.arn().equals(now.arn())
          || before.observedGeneration() != null
              && (now.observedGeneration() == null
                  || now.observedGeneration() < before.observedGeneration());
    }
  }
}
