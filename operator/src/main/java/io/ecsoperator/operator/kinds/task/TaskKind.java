package io.ecsoperator.operator.kinds.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.AwsResource;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.status.EventReason;
import io.ecsoperator.plan.Plan;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** EcsTask. */
public final class TaskKind implements Kind<EcsTask, EcsTaskStatus, TaskObservation> {
  private final TaskObserver observer;
  private final TaskPlanner planner;
  private final RunRecord runRecord = new RunRecord();

  public TaskKind(Kind.Dependencies dependencies) {
    this.observer =
        new TaskObserver(dependencies.references(), references(), dependencies.ownership().owner());
    this.planner = new TaskPlanner(dependencies.ownership().owner(), dependencies.timing());
  }

  @Override
  public Class<EcsTask> type() {
    return EcsTask.class;
  }

  @Override
  public Set<String> kubernetesMembers() {
    return Set.of("waitFor", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished");
  }

  @Override
  public List<ReferenceField> references() {
    return List.of(
        ReferenceField.of("clusterRef", "EcsCluster", "cluster"),
        ReferenceField.of("taskDefinitionRef", "EcsTaskDefinition", "taskDefinition"),
        ReferenceField.of("template", "EcsTaskDefinition", "taskDefinition").asTemplate(),
        ReferenceField.of("capacityProviderRef", "EcsCapacityProvider", "capacityProvider")
            .byName()
            .inItemsOf("capacityProviderStrategy"));
  }

  @Override
  public List<AwsResource> awsResources() {
    return List.of(TaskResource.TABLE, ContainerInstanceResource.TABLE);
  }

  @Override
  public EcsTaskStatus emptyStatus() {
    return EcsTaskStatus.unknown();
  }

  @Override
  public boolean comparesFields() {
    return false;
  }

  @Override
  public boolean dependsOnReferences(Plan plan) {
    return plan.calls().stream().anyMatch(call -> call.operation().equals("RunTask"));
  }

  @Override
  public EventReason eventReason(String operation) {
    return switch (operation) {
      case "RunTask" -> EventReason.STARTED;
      case "StopTask" -> EventReason.STOPPED;
      case "UntagResource" -> EventReason.UPDATED;
      default -> throw new IllegalArgumentException("Never planned: " + operation);
    };
  }

  @Override
  public TaskObserver observer() {
    return observer;
  }

  @Override
  public TaskPlanner planner() {
    return planner;
  }

  @Override
  public EcsTaskStatus recordResponse(
      EcsTaskStatus status, Plan.Call call, ObjectNode response, Instant now) {
    if (!call.operation().equals("RunTask")) {
      return status;
    }
    RunTaskResponse started = new RunTaskResponse(response);
    return status
        .withCommon(status.common().withArn(started.taskArns().getFirst()))
        .withCurrent(
            status
                .current()
                .started(started.taskArns(), started.revision(), started.failure().orElse(null)));
  }

  @Override
  public EcsTaskStatus onDeferred(EcsTaskStatus before, EcsTaskStatus intent, Plan.Call call) {
    return call.operation().equals("RunTask") && !isRepeated(before, intent)
        ? intent.withCurrent(intent.current().notSent())
        : intent;
  }

  @Override
  public EcsTaskStatus onRejected(
      EcsTaskStatus before, EcsTaskStatus intent, Plan.Call call, AwsFailure failure) {
    if (!call.operation().equals("RunTask")) {
      return intent;
    }
    if (failure.failureClass() == FailureClass.NO_CAPACITY) {
      return intent.withCurrent(intent.current().notPlaced());
    }
    // An earlier call with the same token may have started the task.
    return isRepeated(before, intent)
        ? intent
        : intent.withCurrent(intent.current().withoutClientToken());
  }

  /** Whether RunTask may have been called with the token before. */
  private static boolean isRepeated(EcsTaskStatus before, EcsTaskStatus intent) {
    return before.current().clientTokenSentAt() != null
        && Objects.equals(before.current().clientToken(), intent.current().clientToken());
  }

  @Override
  public Optional<String> runRecord(EcsTaskStatus status) {
    return runRecord.of(status);
  }

  @Override
  public EcsTaskStatus restored(EcsTaskStatus status, String record) {
    return status.current().attempt() == null ? runRecord.restore(status, record) : status;
  }
}
