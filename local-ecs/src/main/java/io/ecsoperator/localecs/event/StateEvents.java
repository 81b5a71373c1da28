package io.ecsoperator.localecs.event;

import io.ecsoperator.localecs.world.World;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.Task;

/** Publishes the events about tasks and container instances. Their details have versions. */
public final class StateEvents {
  private final World world;
  private final EventBridge bridge;

  public StateEvents(World world, EventBridge bridge) {
    this.world = world;
    this.bridge = bridge;
  }

  /** Publishes that a task is new, or that the task or one of its containers changed. */
  public void changed(Task task) {
    if (bridge.isListenedTo()) {
      bridge.publish("ECS Task State Change", task.taskArn(), StateDetail.of(task, world.now()));
    }
  }

  /** Publishes that an instance is new or changed. */
  public void changed(ContainerInstance instance) {
    if (bridge.isListenedTo()) {
      bridge.publish(
          "ECS Container Instance State Change",
          instance.containerInstanceArn(),
          StateDetail.of(instance, world.now()));
    }
  }
}
