package io.ecsoperator.operator.kinds.taskdefinition;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A service or a task that uses revisions of task definitions.
 *
 * @param taskDefinitions ARNs of the revisions that it uses
 * @param rollingOut true for a service of which a deployment is in progress
 */
record RevisionUser(Set<String> taskDefinitions, boolean rollingOut) {
  private static final EcsType SERVICE = EcsType.of("Service");
  private static final EcsMember DEPLOYMENTS = SERVICE.member("deployments");
  private static final EcsMember TASK_SETS = SERVICE.member("taskSets");
  private static final EcsMember TASK_DEFINITION = SERVICE.member("taskDefinition");
  private static final EcsMember OF_DEPLOYMENT = EcsType.of("Deployment").member("taskDefinition");
  private static final EcsMember ROLLOUT_STATE = EcsType.of("Deployment").member("rolloutState");
  private static final EcsMember OF_TASK_SET = EcsType.of("TaskSet").member("taskDefinition");
  private static final EcsMember OF_TASK = EcsType.of("Task").member("taskDefinitionArn");

  RevisionUser {
    taskDefinitions = Set.copyOf(taskDefinitions);
  }

  static RevisionUser ofService(JsonNode service) {
    Set<String> used =
        Stream.of(
                Stream.of(TASK_DEFINITION.text(service)),
                DEPLOYMENTS.items(service).map(OF_DEPLOYMENT::text),
                TASK_SETS.items(service).map(OF_TASK_SET::text))
            .flatMap(arns -> arns)
            .collect(Collectors.toSet());
    return new RevisionUser(
        used,
        DEPLOYMENTS
            .items(service)
            .anyMatch(deployment -> ROLLOUT_STATE.text(deployment).equals("IN_PROGRESS")));
  }

  static RevisionUser ofTask(JsonNode task) {
    return new RevisionUser(Set.of(OF_TASK.text(task)), false);
  }
}
