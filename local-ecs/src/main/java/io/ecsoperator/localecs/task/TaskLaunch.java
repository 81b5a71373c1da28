package io.ecsoperator.localecs.task;

import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

/**
 * A task to be started.
 *
 * @param capacityProvider the one chosen from the placement's strategy; empty with a launch type
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
