package io.ecsoperator.operator.kinds.taskdefinition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.cache.AwsResource;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.status.EventReason;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.Plan;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** EcsTaskDefinition. */
public final class TaskDefinitionKind
    implements Kind<EcsTaskDefinition, EcsTaskDefinitionStatus, TaskDefinitionObservation> {
  private static final String REGISTER = "RegisterTaskDefinition";
  private static final EcsMember REGISTERED = EcsType.response(REGISTER).member("taskDefinition");

  private final TaskDefinitionObserver observer;
  private final TaskDefinitionPlanner planner;
  private final PendingRegistrations pending;

  public TaskDefinitionKind(Kind.Dependencies dependencies) {
    this.pending = new PendingRegistrations(dependencies.timing().grace());
    TaskDefinitionRequests requests = new TaskDefinitionRequests(dependencies.ownership());
    this.observer = new TaskDefinitionObserver(dependencies, requests, pending);
    this.planner =
        new TaskDefinitionPlanner(dependencies.ownership(), requests, dependencies.timing());
  }

  @Override
  public Class<EcsTaskDefinition> type() {
    return EcsTaskDefinition.class;
  }

  @Override
  public Optional<ComparableSchema> schema() {
    return Optional.of(TaskDefinitionSchema.SCHEMA);
  }

  @Override
  public Set<String> kubernetesMembers() {
    return Set.of("revisionHistoryLimit", "revisionCleanup");
  }

  @Override
  public List<ReferenceField> references() {
    return List.of();
  }

  @Override
  public List<AwsResource> awsResources() {
    return List.of(TaskDefinitionResource.TABLE);
  }

  @Override
  public EcsTaskDefinitionStatus emptyStatus() {
    return new EcsTaskDefinitionStatus(CommonStatus.unknown(), null, null, null, null, null);
  }

  @Override
  public boolean sendsInParts() {
    return false;
  }

  @Override
  public EventReason eventReason(String operation) {
    return switch (operation) {
      case REGISTER -> EventReason.REGISTERED;
      case "DeregisterTaskDefinition" -> EventReason.DEREGISTERED;
      case "DeleteTaskDefinitions" -> EventReason.DELETED;
      case "TagResource", "UntagResource" -> EventReason.UPDATED;
      default -> throw new IllegalArgumentException("Never planned: " + operation);
    };
  }

  /** A quota of ECS that cannot be raised. */
  @Override
  public OptionalInt maxRequestBytes() {
    return OptionalInt.of(64 * 1024);
  }

  /** Another replica may have sent in the meantime what this one did not. */
  @Override
  public void reset() {
    pending.reset();
  }

  /** A resync lists revisions and does not describe them, so it does not show their tags. */
  @Override
  public boolean isReadByReconcile() {
    return true;
  }

  /**
   * The first registration needs no intent: a finalizer without a status says that it may have been
   * sent, and the next reconcile reads the family.
   */
  @Override
  public boolean mustRecordIntent(ReconcileContext<EcsTaskDefinitionStatus> context) {
    return !(context.firstReconcile() && context.withoutStatus());
  }

  /** Services are waited for once the revision is registered. */
  @Override
  public boolean isInEffect(ReadyState state) {
    return state instanceof ReadyState.Ready || state.reason() == Reason.WAITING_FOR_SERVICES;
  }

  @Override
  public TaskDefinitionObserver observer() {
    return observer;
  }

  @Override
  public TaskDefinitionPlanner planner() {
    return planner;
  }

  @Override
  public EcsTaskDefinitionStatus recordResponse(
      EcsTaskDefinitionStatus status, Plan.Call call, ObjectNode response, Instant now) {
    return call.operation().equals(REGISTER)
        ? TaskDefinitionPlanner.registered(
            status,
            new DescribedTaskDefinition((ObjectNode) REGISTERED.of(response)),
            pendingHash(status))
        : status;
  }

  @Override
  public EcsTaskDefinitionStatus onDeferred(
      EcsTaskDefinitionStatus before, EcsTaskDefinitionStatus intent, Plan.Call call) {
    if (!call.operation().equals(REGISTER)) {
      return intent;
    }
    if (!pendingHash(intent).equals(intent.specHash())) {
      // After a restart, nothing has to be read for a registration that was never sent.
      return intent.withPendingRegistration(null);
    }
    pending.wasNotSent(pendingHash(intent));
    return intent;
  }

  @Override
  public EcsTaskDefinitionStatus onRejected(
      EcsTaskDefinitionStatus before,
      EcsTaskDefinitionStatus intent,
      Plan.Call call,
      AwsFailure failure) {
    // A spec in effect is registered anew only where a newer revision hides it: the next reconcile
    // has to observe that again.
    return call.operation().equals(REGISTER) && !pendingHash(intent).equals(intent.specHash())
        ? intent.withPendingRegistration(null)
        : intent;
  }

  private static String pendingHash(EcsTaskDefinitionStatus intent) {
    return Objects.requireNonNull(
        intent.pendingRegistration(), "The intent to register records the hash.");
  }
}
