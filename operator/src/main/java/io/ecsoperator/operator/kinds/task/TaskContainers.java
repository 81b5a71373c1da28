package io.ecsoperator.operator.kinds.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.util.Set;
import java.util.stream.Collectors;

/** What the task definition of a task says about its containers. */
record TaskContainers(JsonNode taskDefinition) {
  /** The task definition is not known: every container counts as essential. */
  static final TaskContainers UNKNOWN = new TaskContainers(MissingNode.getInstance());

  private static final EcsMember CONTAINERS =
      EcsType.of("TaskDefinition").member("containerDefinitions");
  private static final EcsType DEFINITION = EcsType.of("ContainerDefinition");
  private static final EcsMember NAME = DEFINITION.member("name");
  private static final EcsMember ESSENTIAL = DEFINITION.member("essential");

  /** Names of the containers that may exit without ending the task. */
  Set<String> nonEssential() {
    return CONTAINERS
        .items(taskDefinition)
        .filter(container -> !ESSENTIAL.of(container).asBoolean(true))
        .map(NAME::text)
        .collect(Collectors.toSet());
  }
}
