package io.ecsoperator.plan;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.Equivalence.Keyed;
import io.ecsoperator.plan.FieldPath.Key;
import io.ecsoperator.plan.Reset.Omit;
import io.ecsoperator.plan.Reset.Release;
import io.ecsoperator.plan.Reset.To;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How each field is reset, a line for each that has a way of its own. What an update leaves out
 * stays as it is, so a field that is sent by itself needs a value that means "not set": {@code
 * false} and the empty list for booleans and lists. Other fields without a line have no such value
 * and are released; inside a block that is replaced as a whole they are left out.
 */
final class Resets {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final Set<String> MERGED = Set.of("deploymentConfiguration", "settings");

  private static final Map<String, Reset> CLUSTER =
      Map.ofEntries(
          // Unset means the account's setting, which nobody can ask for here.
          entry("settings[]", new Release()),
          entry("configuration.executeCommandConfiguration.logging", to("DEFAULT")),
          entry("serviceConnectDefaults.namespace", to("")));

  private static final Map<String, Reset> SERVICE =
      Map.ofEntries(
          entry("platformVersion", to("LATEST")),
          entry("healthCheckGracePeriodSeconds", to(0)),
          entry("propagateTags", to("NONE")),
          entry("schedulingStrategy", to("REPLICA")),
          entry("deploymentController.type", to("ECS")),
          // Unset means the cluster's default strategy, which nobody can ask for here.
          entry("capacityProviderStrategy", new Release()),
          entry("networkConfiguration", new Release()),
          entry("serviceConnectConfiguration", new To(NODES.objectNode().put("enabled", false))),
          entry("deploymentConfiguration.maximumPercent", to(200)),
          entry("deploymentConfiguration.minimumHealthyPercent", to(100)),
          entry("deploymentConfiguration.strategy", to("ROLLING")),
          entry("deploymentConfiguration.bakeTimeInMinutes", to(0)),
          entry("deploymentConfiguration.linearConfiguration", new Release()),
          entry("deploymentConfiguration.canaryConfiguration", new Release()),
          entry(
              "deploymentConfiguration.alarms",
              new To(switchedOff().set("alarmNames", NODES.arrayNode()))),
          entry("deploymentConfiguration.deploymentCircuitBreaker", new To(switchedOff())),
          // These two stay as they are when the breaker is sent without them.
          entry(
              "deploymentConfiguration.deploymentCircuitBreaker.resetOnHealthyTask",
              new To(NODES.booleanNode(true))),
          entry(
              "deploymentConfiguration.deploymentCircuitBreaker.thresholdConfiguration",
              new To(NODES.objectNode().put("type", "BOUNDED_PERCENT").put("value", 50))));

  private static final Map<String, Reset> DAEMON =
      overlay(
          SERVICE,
          Map.of(
              "deploymentConfiguration.maximumPercent", to(100),
              "deploymentConfiguration.minimumHealthyPercent", to(0)));

  private final Shape shape;
  private final Map<String, Reset> byPattern;

  private Resets(Shape shape, Map<String, Reset> byPattern) {
    this.shape = shape;
    this.byPattern = byPattern;
  }

  /** The table for one resource; a DAEMON service has defaults of its own. */
  static Resets of(Shape shape, ObjectNode observed) {
    boolean daemon = observed.path("schedulingStrategy").asText().equals("DAEMON");
    return new Resets(
        shape,
        switch (shape) {
          case CLUSTER -> CLUSTER;
          case SERVICE -> daemon ? DAEMON : SERVICE;
          case TASK_DEFINITION -> Map.of();
        });
  }

  Reset at(FieldPath path, JsonNode held) {
    Reset own = byPattern.get(path.pattern());
    if (own != null) {
      return own;
    }
    if (!path.equals(unit(path))) {
      return new Omit();
    }
    return switch (held.getNodeType()) {
      case BOOLEAN -> new To(NODES.booleanNode(false));
      case ARRAY -> new To(NODES.arrayNode());
      default -> new Release();
    };
  }

  /** Whether the field is reset as one, whatever else it contains. */
  boolean isBlock(FieldPath path) {
    boolean keyedItem =
        path.last() instanceof Key
            && Equivalences.of(shape).at(path.parent().pattern()).orElse(null) instanceof Keyed;
    return keyedItem || byPattern.containsKey(path.pattern());
  }

  /**
   * The smallest part of an update request that carries the field: a top-level member, or a part of
   * one that ECS merges part by part.
   */
  FieldPath unit(FieldPath path) {
    return path.first(MERGED.contains(path.top()) ? 2 : 1);
  }

  private static To to(String value) {
    return new To(NODES.textNode(value));
  }

  private static To to(int value) {
    return new To(NODES.numberNode(value));
  }

  private static ObjectNode switchedOff() {
    return NODES.objectNode().put("enable", false).put("rollback", false);
  }

  private static Map<String, Reset> overlay(Map<String, Reset> base, Map<String, Reset> special) {
    Map<String, Reset> all = new HashMap<>(base);
    all.putAll(special);
    return Map.copyOf(all);
  }
}
