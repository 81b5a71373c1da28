package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.secrets.Redaction;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A service as ECS describes it. */
record DescribedService(ObjectNode json) {
  private static final EcsType SERVICE = EcsType.of("Service");
  private static final EcsMember ARN = SERVICE.member("serviceArn");
  private static final EcsMember NAME = SERVICE.member("serviceName");
  private static final EcsMember CLUSTER_ARN = SERVICE.member("clusterArn");
  private static final EcsMember STATUS = SERVICE.member("status");
  private static final EcsMember CREATED_AT = SERVICE.member("createdAt");
  private static final EcsMember TASK_DEFINITION = SERVICE.member("taskDefinition");
  private static final EcsMember DESIRED_COUNT = SERVICE.member("desiredCount");
  private static final EcsMember RUNNING_COUNT = SERVICE.member("runningCount");
  private static final EcsMember PENDING_COUNT = SERVICE.member("pendingCount");
  private static final EcsMember DEPLOYMENTS = SERVICE.member("deployments");
  private static final EcsMember CURRENT_DEPLOYMENT = SERVICE.member("currentServiceDeployment");
  private static final EcsMember CONFIGURATION = SERVICE.member("deploymentConfiguration");
  private static final EcsMember LIFECYCLE_HOOKS =
      EcsType.of("DeploymentConfiguration").member("lifecycleHooks");
  private static final EcsMember TARGET_TYPE =
      EcsType.of("DeploymentLifecycleHook").member("targetType");
  private static final EcsMember TASK_SETS = SERVICE.member("taskSets");
  private static final EcsType TASK_SET = EcsType.of("TaskSet");
  private static final EcsMember TASK_SET_STATUS = TASK_SET.member("status");
  private static final EcsMember STABILITY_STATUS = TASK_SET.member("stabilityStatus");
  private static final EcsMember TASK_SET_CREATED_AT = TASK_SET.member("createdAt");
  private static final EcsMember TASK_SET_UPDATED_AT = TASK_SET.member("updatedAt");
  private static final EcsMember EVENTS = SERVICE.member("events");
  private static final EcsType EVENT = EcsType.of("ServiceEvent");
  private static final EcsMember EVENT_MESSAGE = EVENT.member("message");
  private static final EcsMember EVENT_CREATED_AT = EVENT.member("createdAt");

  String arn() {
    return ARN.text(json);
  }

  String name() {
    return NAME.text(json);
  }

  String clusterArn() {
    return CLUSTER_ARN.text(json);
  }

  /** Absent in a response that does not name the cluster. */
  Optional<String> optionalClusterArn() {
    return CLUSTER_ARN.optionalText(json);
  }

  String status() {
    return STATUS.text(json);
  }

  /** Whether it is the service that the status records, not another of the same name. */
  boolean isKnown(EcsServiceStatus status) {
    return arn().equals(status.common().arn())
        && createdAt().equals(Optional.ofNullable(status.observed().createdAt()));
  }

  /** ECS describes a deleted service as INACTIVE for a while. */
  boolean exists() {
    return !status().equals("INACTIVE");
  }

  boolean isActive() {
    return status().equals("ACTIVE");
  }

  /** Whether the service is being deleted and its tasks have not stopped yet. */
  boolean isDraining() {
    return status().equals("DRAINING");
  }

  /** RFC 3339, to the second. */
  Optional<String> createdAt() {
    return CREATED_AT.timestamp(json);
  }

  Optional<String> taskDefinition() {
    return TASK_DEFINITION.optionalText(json);
  }

  int desiredCount() {
    return DESIRED_COUNT.number(json);
  }

  int runningCount() {
    return RUNNING_COUNT.number(json);
  }

  int pendingCount() {
    return PENDING_COUNT.number(json);
  }

  List<Deployment> deployments() {
    return DEPLOYMENTS.items(json).map(Deployment::new).toList();
  }

  boolean isRollingOut() {
    return primaryDeployment().filter(Deployment::isInProgress).isPresent();
  }

  /** A deployment that failed, which ECS shows until the next one has completed. */
  Optional<Deployment> failedDeployment() {
    return deployments().stream().filter(Deployment::isFailed).findFirst();
  }

  /** ARN of the service deployment that is current. */
  Optional<String> currentDeployment() {
    return CURRENT_DEPLOYMENT.optionalText(json);
  }

  /** Whether a deployment of the service may wait for an action of a user. */
  boolean hasPauseHooks() {
    return LIFECYCLE_HOOKS
        .items(CONFIGURATION.of(json))
        .anyMatch(hook -> TARGET_TYPE.text(hook).equals("PAUSE"));
  }

  /**
   * The revision that runs, as an ARN: that of most running tasks, so that a rollout shows in it
   * once the new revision has as many tasks as the old one.
   */
  Optional<String> runningTaskDefinition() {
    return deployments().stream()
        .filter(deployment -> deployment.runningCount().orElse(0) > 0)
        .max(
            Comparator.comparing((Deployment deployment) -> deployment.runningCount().orElse(0))
                .thenComparing(Deployment::isPrimary))
        .map(Deployment::taskDefinition)
        .or(this::taskDefinition);
  }

  /** Absent for a service that CodeDeploy or another external controller deploys. */
  Optional<Deployment> primaryDeployment() {
    return deployments().stream().filter(Deployment::isPrimary).findFirst();
  }

  boolean has(Deployment deployment) {
    return deployments().stream().anyMatch(own -> own.id().equals(deployment.id()));
  }

  /**
   * When a deployment or a task set last changed, in epoch seconds by ECS's clock; 0 if there is
   * none. Of two descriptions the one with the later change is the newer.
   */
  double lastChange() {
    return Stream.concat(
            deployments().stream().map(Deployment::lastChange),
            TASK_SETS.items(json).map(DescribedService::lastChange))
        .max(Comparator.naturalOrder())
        .orElse(0.0);
  }

  /**
   * Whether the task set that serves has all its tasks. Empty if the service has no task sets. A
   * second one runs while CodeDeploy replaces the first, and as long after that as it is set to.
   */
  Optional<Boolean> isPrimaryTaskSetSteady() {
    return TASK_SETS
        .items(json)
        .filter(taskSet -> TASK_SET_STATUS.text(taskSet).equals("PRIMARY"))
        .map(taskSet -> STABILITY_STATUS.text(taskSet).equals("STEADY_STATE"))
        .findFirst();
  }

  private static double lastChange(JsonNode taskSet) {
    return Math.max(
        TASK_SET_CREATED_AT.of(taskSet).asDouble(), TASK_SET_UPDATED_AT.of(taskSet).asDouble());
  }

  /** The message of the newest event, unless it is older than the current deployment. */
  Optional<String> newestEvent() {
    double since = primaryDeployment().map(Deployment::createdAt).orElse(0.0);
    return EVENTS
        .items(json)
        .findFirst()
        .filter(event -> EVENT_CREATED_AT.of(event).asDouble(since) >= since)
        .map(EVENT_MESSAGE::text)
        .map(Redaction::ofForms);
  }

  /** A deployment as a part of its service. */
  record Deployment(JsonNode json) {
    private static final EcsType DEPLOYMENT = EcsType.of("Deployment");
    private static final EcsMember ID = DEPLOYMENT.member("id");
    private static final EcsMember STATUS = DEPLOYMENT.member("status");
    private static final EcsMember CREATED_AT = DEPLOYMENT.member("createdAt");
    private static final EcsMember UPDATED_AT = DEPLOYMENT.member("updatedAt");
    private static final EcsMember TASK_DEFINITION = DEPLOYMENT.member("taskDefinition");
    private static final EcsMember RUNNING_COUNT = DEPLOYMENT.member("runningCount");
    private static final EcsMember PENDING_COUNT = DEPLOYMENT.member("pendingCount");
    private static final EcsMember FAILED_TASKS = DEPLOYMENT.member("failedTasks");
    private static final EcsMember ROLLOUT_STATE = DEPLOYMENT.member("rolloutState");
    private static final EcsMember ROLLOUT_STATE_REASON = DEPLOYMENT.member("rolloutStateReason");

    String id() {
      return ID.text(json);
    }

    boolean isPrimary() {
      return STATUS.text(json).equals("PRIMARY");
    }

    String taskDefinition() {
      return TASK_DEFINITION.text(json);
    }

    Optional<Integer> runningCount() {
      return RUNNING_COUNT.optionalNumber(json);
    }

    Optional<Integer> pendingCount() {
      return PENDING_COUNT.optionalNumber(json);
    }

    int failedTasks() {
      return FAILED_TASKS.number(json);
    }

    Optional<String> rolloutState() {
      return ROLLOUT_STATE.optionalText(json);
    }

    Optional<String> rolloutStateReason() {
      return ROLLOUT_STATE_REASON.optionalText(json).map(Redaction::ofForms);
    }

    boolean isInProgress() {
      return ROLLOUT_STATE.text(json).equals("IN_PROGRESS");
    }

    boolean isCompleted() {
      return ROLLOUT_STATE.text(json).equals("COMPLETED");
    }

    boolean isFailed() {
      return ROLLOUT_STATE.text(json).equals("FAILED");
    }

    /** Whether this is the same deployment as {@code other}, or was created after it. */
    boolean isSameOrNewer(Deployment other) {
      return id().equals(other.id()) || createdAt() > other.createdAt();
    }

    private double lastChange() {
      return Math.max(createdAt(), UPDATED_AT.of(json).asDouble());
    }

    private double createdAt() {
      return CREATED_AT.of(json).asDouble();
    }
  }
}
