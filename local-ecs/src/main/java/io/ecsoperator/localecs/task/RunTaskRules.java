package io.ecsoperator.localecs.task;

import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.sdkschema.SdkJson;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.PropagateTags;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.StartTaskRequest;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

/** Validates RunTask and StartTask requests, except for their placement. */
final class RunTaskRules {
  private static final int MOST_STARTED = 10;
  private static final int STARTED_BY_LENGTH = 128;
  private static final int TOKEN_LENGTH = 64;
  private static final int OVERRIDES_LENGTH = 8192;

  private final SdkJson codec = new SdkJson();

  static void check(RunTaskRequest request) {
    requireDefinition(request.taskDefinition());
    if (request.count() != null && (request.count() < 1 || request.count() > MOST_STARTED)) {
      throw EcsError.invalidParameter("Count must be between 1 and " + MOST_STARTED + ".");
    }
    atMost("startedBy", request.startedBy(), STARTED_BY_LENGTH);
    atMost("clientToken", request.clientToken(), TOKEN_LENGTH);
    checkGroup(request.group());
    checkPropagation(request.propagateTags(), request.propagateTagsAsString());
    Tags.check(request.tags());
  }

  static void check(StartTaskRequest request) {
    requireDefinition(request.taskDefinition());
    if (request.containerInstances().isEmpty()) {
      throw EcsError.invalidParameter("Container instances can not be empty.");
    }
    if (request.containerInstances().size() > MOST_STARTED) {
      throw EcsError.invalidParameter(
          "Container instances cannot have more than " + MOST_STARTED + " items.");
    }
    atMost("startedBy", request.startedBy(), STARTED_BY_LENGTH);
    checkGroup(request.group());
    checkPropagation(request.propagateTags(), request.propagateTagsAsString());
    Tags.check(request.tags());
  }

  private static void requireDefinition(@Nullable String definition) {
    if (definition == null || definition.isEmpty()) {
      throw EcsError.invalidParameter("TaskDefinition can not be blank.");
    }
  }

  private static void checkGroup(@Nullable String group) {
    if (group != null && group.startsWith("service:")) {
      throw EcsError.invalidParameter(
          "Invalid namespace for group. Groups that begin with service: belong to services.");
    }
  }

  private static void checkPropagation(PropagateTags propagation, String value) {
    Choice.check("propagateTags", value, List.of(PropagateTags.values()));
    if (propagation == PropagateTags.SERVICE) {
      throw EcsError.invalidParameter("Tasks that are run cannot take tags from a service.");
    }
  }

  private static void atMost(String what, @Nullable String value, int length) {
    if (value != null && value.length() > length) {
      throw EcsError.invalidParameter(what + " can have at most " + length + " characters.");
    }
  }

  void checkOverrides(TaskOverride overrides, TaskDefinition definition) {
    if (codec.encode(overrides).toString().length() > OVERRIDES_LENGTH) {
      throw EcsError.invalidParameter(
          "Overrides can have at most " + OVERRIDES_LENGTH + " characters.");
    }
    Set<String> names =
        definition.containerDefinitions().stream()
            .map(ContainerDefinition::name)
            .collect(Collectors.toSet());
    overrides.containerOverrides().stream()
        .map(ContainerOverride::name)
        .filter(name -> name == null || !names.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw EcsError.invalidParameter(
                  "Override for container named "
                      + name
                      + " is not a container in the TaskDefinition.");
            });
  }
}
