package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.cache.ResourceRef;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.kinds.service.DescribedService.Deployment;
import io.ecsoperator.operator.kinds.service.ServiceObservation.Newest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads why a rollout fails. It is used only if a rollout fails or may have been rolled back. */
final class RolloutDiagnostics {
  private static final int MAX_FAILED_TASKS = 5;
  private static final EcsMember TASK_ARNS = EcsType.response("ListTasks").member("taskArns");

  /**
   * The service's newest deployment, and why ECS rolled it back if it did.
   *
   * @throws AwsFailure if ECS cannot be read now
   */
  Optional<Newest> newest(EcsReader ecs, DescribedService service) {
    try {
      ObjectNode request =
          JsonNodeFactory.instance
              .objectNode()
              .put("service", service.arn())
              .put("cluster", service.clusterArn());
      return ServiceDeployment.newest(ecs.query("ListServiceDeployments", request))
          .map(deployment -> new Newest(deployment.arn(), deployment.rolledBack()));
    } catch (AwsFailure failure) {
      if (failure.failureClass() != FailureClass.BLOCKED) {
        throw failure;
      }
      // IAM forbids the operation, or the endpoint does not have it: the deployment in the service
      // says the same less precisely.
      Optional<Deployment> primary = service.primaryDeployment();
      return Optional.of(
          new Newest(
              primary.map(Deployment::id).orElse(""),
              primary
                  .flatMap(Deployment::rolloutStateReason)
                  .filter(reason -> reason.contains("rolling back"))));
    }
  }

  /** The tasks that stopped last, with ECS's reasons; empty if ECS cannot be read. */
  List<FailedTask> failedTasks(EcsReader ecs, DescribedService service) {
    ObjectNode request =
        JsonNodeFactory.instance
            .objectNode()
            .put("cluster", service.clusterArn())
            .put("serviceName", service.name())
            .put("desiredStatus", "STOPPED")
            .put("maxResults", MAX_FAILED_TASKS);
    List<FailedTask> failed = new ArrayList<>();
    try {
      for (String arn : TASK_ARNS.texts(ecs.query("ListTasks", request)).toList()) {
        if (ecs.read(
                ResourceRef.inCluster("task", service.clusterArn(), arn), EcsReader.Freshness.NOW)
            instanceof Observation.Present(ObjectNode task)) {
          new StoppedTask(task).failure().ifPresent(failed::add);
        }
      }
    } catch (AwsFailure failure) {
      // The reasons are optional: the state of the deployment is reported without them.
      return List.of();
    }
    return failed;
  }
}
