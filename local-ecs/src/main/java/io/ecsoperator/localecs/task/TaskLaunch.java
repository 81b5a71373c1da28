package io.ecsoperator.localecs.task;

import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

/**
 * The settings of a task to start.
 *
 * @param capacityProvider the provider selected from the strategy; empty with a launch type
 */
public record TaskLaunch(
    Cluster cluster,
    TaskDefinition definition,
    Placement placement,
    Optional<String> capacityProvider,
    String group,
    Optional<String> startedBy,
    TaskOverride overrides,
    boolean enableExecuteCommand,
    List<Tag> tags) {}
