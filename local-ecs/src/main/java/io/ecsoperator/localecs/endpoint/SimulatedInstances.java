package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.instance.InstanceType;
import io.ecsoperator.localecs.instance.NewInstance;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.region.Regions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Adds container instances without a machine and without an agent. Safe for use by many threads.
 *
 * <p>They have every capability that task definitions require. Their agent counts as connected
 * until a caller disconnects it.
 */
public final class SimulatedInstances {
  /** The number of availability zones that instances are spread over. */
  private static final int ZONES = 3;

  private static final int MOST_ADDED = 5000;

  private static final String ARNS = "containerInstanceArns";
  private static final String ADD = "POST instances";
  private static final String CONNECT = "POST instances/agent";

  private final Regions regions;
  private final Changes changes;
  private final Scope standard;

  /**
   * @param standard account and region where instances are added
   */
  public SimulatedInstances(Regions regions, Changes changes, Scope standard) {
    this.regions = regions;
    this.changes = changes;
    this.standard = standard;
    changes.add(ADD, this::add);
    changes.add(CONNECT, this::connect);
  }

  /**
   * Adds {@code count} instances of a type to a cluster, spread over three zones, and returns their
   * ARNs.
   *
   * @param type such as {@code m5.large}
   * @throws IllegalArgumentException when there is no such cluster or type
   */
  public List<String> add(String cluster, String type, int count) {
    return add(cluster, type, count, Map.of());
  }

  /** Like {@link #add(String, String, int)}, with custom attributes. */
  public List<String> add(String cluster, String type, int count, Map<String, String> attributes) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("cluster", cluster).put("instanceType", type).put("count", count);
    ObjectNode named = json.putObject("attributes");
    attributes.forEach(named::put);
    List<String> arns = new ArrayList<>();
    changes.make(ADD, json).path(ARNS).forEach(arn -> arns.add(arn.asText()));
    return List.copyOf(arns);
  }

  /**
   * Disconnects the agent of an instance, so that no task can be started there, or connects it
   * again.
   *
   * @param instance its id or ARN
   * @throws IllegalArgumentException when there is no such instance
   */
  public void connect(String cluster, String instance, boolean connected) {
    changes.make(
        CONNECT,
        JsonNodeFactory.instance
            .objectNode()
            .put("cluster", cluster)
            .put("containerInstance", instance)
            .put("connected", connected));
  }

  private ObjectNode add(JsonNode json) {
    Map<String, String> attributes = new LinkedHashMap<>();
    json.path("attributes")
        .properties()
        .forEach(entry -> attributes.put(entry.getKey(), entry.getValue().asText()));
    ArrayNode arns = JsonNodeFactory.instance.arrayNode();
    add(
            json.hasNonNull("region")
                ? new Scope(standard.account(), json.get("region").asText())
                : standard,
            text(json, "cluster").orElse(null),
            text(json, "instanceType").orElse("m5.large"),
            json.path("count").asInt(1),
            text(json, "availabilityZone"),
            attributes,
            text(json, "agentVersion"))
        .forEach(arns::add);
    return JsonNodeFactory.instance.objectNode().set(ARNS, arns);
  }

  private ObjectNode connect(JsonNode json) {
    String instance =
        text(json, "containerInstance")
            .orElseThrow(() -> new IllegalArgumentException("containerInstance is missing."));
    return refusalsAsArguments(
        () -> {
          regions
              .in(standard)
              .containerInstances()
              .connect(
                  text(json, "cluster").orElse(null),
                  instance,
                  json.path("connected").asBoolean(true));
          return JsonNodeFactory.instance.objectNode();
        });
  }

  private static Optional<String> text(JsonNode json, String member) {
    return Optional.ofNullable(json.get(member))
        .filter(value -> !value.isNull())
        .map(JsonNode::asText);
  }

  private List<String> add(
      Scope scope,
      @Nullable String cluster,
      String type,
      int count,
      Optional<String> zone,
      Map<String, String> attributes,
      Optional<String> agentVersion) {
    if (count < 1 || count > MOST_ADDED) {
      throw new IllegalArgumentException("A call adds between 1 and " + MOST_ADDED + " instances.");
    }
    InstanceType known = InstanceType.named(type);
    return refusalsAsArguments(
        () -> {
          List<String> arns = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            String in = zone.orElse(scope.region() + (char) ('a' + i % ZONES));
            arns.add(
                regions
                    .in(scope)
                    .containerInstances()
                    .add(
                        cluster,
                        new NewInstance(known, in, attributes, agentVersion, Optional.empty())));
          }
          return List.copyOf(arns);
        });
  }

  private static <T> T refusalsAsArguments(Supplier<T> command) {
    try {
      return command.get();
    } catch (EcsError e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
