package io.ecsoperator.localecs.event;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.world.World;

/** The events about services and their deployments; they have no version. */
public final class ServiceNews {
  /** How grave an event is. */
  public enum Type {
    INFO,
    WARN,
    ERROR
  }

  private final World world;
  private final EventBridge bridge;

  public ServiceNews(World world, EventBridge bridge) {
    this.world = world;
    this.bridge = bridge;
  }

  /** A service action without a reason, such as {@code SERVICE_STEADY_STATE}. */
  public void action(Type type, String name, String serviceArn, String clusterArn) {
    bridge.publish("ECS Service Action", serviceArn, detail(type, name, clusterArn));
  }

  /** A service action that has a reason, such as {@code SERVICE_TASK_PLACEMENT_FAILURE}. */
  public void action(Type type, String name, String serviceArn, String clusterArn, String reason) {
    bridge.publish(
        "ECS Service Action", serviceArn, detail(type, name, clusterArn).put("reason", reason));
  }

  /** A change of a deployment's state. */
  public void deployment(
      Type type, String name, String serviceArn, String deploymentId, String reason) {
    bridge.publish(
        "ECS Deployment State Change",
        serviceArn,
        JsonNodeFactory.instance
            .objectNode()
            .put("eventType", type.name())
            .put("eventName", name)
            .put("deploymentId", deploymentId)
            .put("updatedAt", EventBridge.time(world.now()))
            .put("reason", reason));
  }

  private ObjectNode detail(Type type, String name, String clusterArn) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("eventType", type.name())
        .put("eventName", name)
        .put("clusterArn", clusterArn)
        .put("createdAt", EventBridge.time(world.now()));
  }
}
