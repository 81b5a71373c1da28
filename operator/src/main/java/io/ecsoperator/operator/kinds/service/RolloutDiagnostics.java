package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.crds.service.PauseHook;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.ListQuery;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.cache.ResourceRef;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.kinds.service.DescribedService.Deployment;
import io.ecsoperator.operator.kinds.service.ServiceObservation.Newest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads why a rollout fails or waits. It is used only if a rollout does not go on by itself. */
final class RolloutDiagnostics {
  private static final int MAX_FAILED_TASKS = 5;

  /** ECS describes so many tasks at once. */
  private static final int MAX_DESCRIBED_TASKS = 100;

  /** The most that ECS puts on a page. */
  private static final int MAX_LISTED_DEPLOYMENTS = 100;

  /** ECS keeps the deployments of three months. */
  private static final int MOST_PAGES = 100;

  /** So many services are remembered; most fleets have fewer rollouts that fail at once. */
  private static final int MOST_SERVICES = 256;

  private static final EcsMember NEXT_TOKEN =
      EcsType.response("ListServiceDeployments").member("nextToken");
  private static final EcsMember TASKS = EcsType.response("DescribeTasks").member("tasks");

  private final Map<String, Stopped> stoppedByService =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Stopped> eldest) {
              return size() > MOST_SERVICES;
            }
          });

  /**
   * The stopped tasks of a service that were described: they never change.
   *
   * @param arns those that ECS still listed
   * @param failed the newest failed ones of the deployment, newest first
   */
  private record Stopped(String deploymentId, Set<String> arns, List<StoppedTask> failed) {}

  /**
   * The service's newest deployment, and why ECS rolled it back if it did.
   *
   * @throws AwsFailure if ECS cannot be read now
   */
  Optional<Newest> newest(EcsReader ecs, DescribedService service) {
    try {
      return ServiceDeployment.newest(deployments(ecs, service))
          .map(
              deployment ->
                  new Newest(deployment.arn(), deployment.deploymentId(), deployment.rolledBack()));
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
              service.failedDeployment().or(() -> primary).map(Deployment::id).orElse(""),
              primary
                  .flatMap(Deployment::rolloutStateReason)
                  .filter(reason -> reason.contains("rolling back"))));
    }
  }

  /** The answers with all pages: ECS does not promise that the newest one is on the first. */
  private static List<ObjectNode> deployments(EcsReader ecs, DescribedService service) {
    List<ObjectNode> pages = new ArrayList<>();
    Optional<String> nextToken = Optional.empty();
    do {
      ObjectNode request =
          JsonNodeFactory.instance
              .objectNode()
              .put("service", service.arn())
              .put("cluster", service.clusterArn())
              .put("maxResults", MAX_LISTED_DEPLOYMENTS);
      nextToken.ifPresent(token -> request.put("nextToken", token));
      ObjectNode page = ecs.query("ListServiceDeployments", request);
      pages.add(page);
      nextToken = NEXT_TOKEN.optionalText(page);
    } while (nextToken.isPresent() && pages.size() < MOST_PAGES);
    return pages;
  }

  /**
   * The PAUSE hook that the current deployment waits at; empty if IAM forbids to read deployments.
   *
   * @throws AwsFailure if ECS cannot be read now
   */
  Optional<PauseHook> pauseHook(EcsReader ecs, DescribedService service) {
    try {
      ObjectNode request = JsonNodeFactory.instance.objectNode();
      request
          .putArray("serviceDeploymentArns")
          .add(
              service
                  .currentDeployment()
                  .or(() -> newest(ecs, service).map(Newest::arn))
                  .orElse(""));
      return ServiceDeployment.pauseHook(ecs.query("DescribeServiceDeployments", request));
    } catch (AwsFailure failure) {
      if (failure.failureClass() != FailureClass.BLOCKED) {
        throw failure;
      }
      return Optional.empty();
    }
  }

  /**
   * The failed tasks of a deployment, newest first; empty if ECS cannot be read. ECS lists the
   * stopped tasks of a service for an hour, in no order and regardless of the deployment. Only
   * tasks that were not described before are described, because a rollout that fails is read every
   * few seconds.
   */
  List<FailedTask> failedTasks(EcsReader ecs, DescribedService service, String deploymentId) {
    try {
      List<String> stopped =
          ecs.list(
              ListQuery.all("ListTasks", "taskArns")
                  .where("cluster", service.clusterArn())
                  .where("serviceName", service.name())
                  .where("desiredStatus", "STOPPED"));
      Stopped known =
          Optional.ofNullable(stoppedByService.get(service.arn()))
              .filter(before -> before.deploymentId().equals(deploymentId))
              .orElseGet(() -> new Stopped(deploymentId, Set.of(), List.of()));
      List<StoppedTask> described =
          described(
              ecs, service, stopped.stream().filter(arn -> !known.arns().contains(arn)).toList());
      Set<String> unchanging = new HashSet<>(stopped);
      unchanging.retainAll(known.arns());
      described.stream()
          .filter(StoppedTask::hasStopped)
          .map(StoppedTask::arn)
          .forEach(unchanging::add);
      List<StoppedTask> failed =
          Stream.concat(known.failed().stream(), described.stream())
              .filter(task -> task.isOf(deploymentId) && task.hasFailed())
              .sorted(Comparator.comparing(StoppedTask::stoppedAt).reversed())
              .limit(MAX_FAILED_TASKS)
              .toList();
      stoppedByService.put(
          service.arn(),
          new Stopped(
              deploymentId, unchanging, failed.stream().filter(StoppedTask::hasStopped).toList()));
      return failed.stream().map(task -> task.described(taskDefinition(ecs, task))).toList();
    } catch (AwsFailure failure) {
      // The reasons are optional: the state of the deployment is reported without them.
      return List.of();
    }
  }

  private static List<StoppedTask> described(
      EcsReader ecs, DescribedService service, List<String> arns) {
    List<StoppedTask> tasks = new ArrayList<>();
    for (int from = 0; from < arns.size(); from += MAX_DESCRIBED_TASKS) {
      ObjectNode request =
          JsonNodeFactory.instance.objectNode().put("cluster", service.clusterArn());
      arns.subList(from, Math.min(arns.size(), from + MAX_DESCRIBED_TASKS))
          .forEach(request.putArray("tasks")::add);
      TASKS.items(ecs.query("DescribeTasks", request)).map(StoppedTask::new).forEach(tasks::add);
    }
    return tasks;
  }

  /** The revision of a task, which never changes, for the place of its logs. */
  private static JsonNode taskDefinition(EcsReader ecs, StoppedTask task) {
    return ecs.read(
                ResourceRef.inRegion("task_definition", task.taskDefinition()),
                EcsReader.Freshness.ANY)
            instanceof Observation.Present(ObjectNode tree)
        ? tree
        : MissingNode.getInstance();
  }
}
