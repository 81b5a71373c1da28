package io.ecsoperator.localecs.event;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.world.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Builds and publishes the events about services and deployments. These events have no version. */
public final class ServiceEvents {
  /** The {@code eventType} of an event. */
  public enum Type {
    INFO,
    WARN,
    ERROR
  }

  private final World world;
  private final EventBridge bridge;

  public ServiceEvents(World world, EventBridge bridge) {
    this.world = world;
    this.bridge = bridge;
  }

  /**
   * Publishes an ECS Service Action.
   *
   * @param more further members of the detail; empty lists are left out
   */
  public void action(
      Type type,
      String name,
      String serviceArn,
      String clusterArn,
      Optional<String> reason,
      Map<String, List<String>> more) {
    ObjectNode detail =
        JsonNodeFactory.instance
            .objectNode()
            .put("eventType", type.name())
            .put("eventName", name)
            .put("clusterArn", clusterArn);
    new TreeMap<>(more)
        .forEach(
            (member, values) -> {
              if (!values.isEmpty()) {
                values.forEach(detail.putArray(member)::add);
              }
            });
    reason.ifPresent(why -> detail.put("reason", why));
    detail.put("createdAt", EventBridge.time(world.now()));
    bridge.publish("ECS Service Action", serviceArn, detail);
  }

  /** Publishes an ECS Deployment State Change. */
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
}
