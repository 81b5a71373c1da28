package io.ecsoperator.localecs.task;

import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

/**
 * A task to start.
 *
 * @param capacityProvider the provider selected from the strategy; empty with a launch type
 */
public record TaskLaunch(
    Cluster cluster,
    TaskDefinition definition,
    Placement placement,
    Optional<String> capacityProvider,
    Settings settings) {

  /** What all tasks of one request, or of one deployment of a service, have in common. */
  public record Settings(
      String group,
      Optional<String> startedBy,
      TaskOverride overrides,
      boolean enableExecuteCommand,
      List<Tag> tags) {}
}
