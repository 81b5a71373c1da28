package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.external.ExternalDependencies;
import io.ecsoperator.localecs.external.ExternalDependencies.Target;
import io.ecsoperator.localecs.external.HookAnswer;
import io.ecsoperator.localecs.external.TargetHealth;
import java.util.Map;
import java.util.TreeMap;

/**
 * The switches for what ECS depends on: {@code alarms {name, inAlarm}}, {@code fargate
 * {available}}, {@code targets {targetGroupArn, task, health}}, {@code hooks {functionArn, answer}}
 * and {@code subnets {subnet, availabilityZone}}. Safe for use by many threads.
 */
public final class ExternalDependencySwitches {
  private static final String ALARMS = "POST alarms";
  private static final String FARGATE = "POST fargate";
  private static final String TARGETS = "POST targets";
  private static final String HOOKS = "POST hooks";
  private static final String SUBNETS = "POST subnets";

  private final ExternalDependencies external;
  private final Changes changes;

  public ExternalDependencySwitches(ExternalDependencies external, Changes changes) {
    this.external = external;
    this.changes = changes;
    changes.add(
        ALARMS,
        body -> {
          external.setAlarm(text(body, "name"), body.path("inAlarm").asBoolean(true));
          return alarms(external);
        });
    changes.add(
        FARGATE,
        body -> {
          external.setFargate(body.path("available").asBoolean(true));
          return object().put("available", external.hasFargate());
        });
    changes.add(
        TARGETS,
        body -> {
          external.setTargets(
              new Target(text(body, "targetGroupArn"), body.path("task").asText()),
              TargetHealth.valueOf(text(body, "health")));
          return targets(external);
        });
    changes.add(
        HOOKS,
        body -> {
          external.setFunction(text(body, "functionArn"), HookAnswer.valueOf(text(body, "answer")));
          return map(external.functions());
        });
    changes.add(
        SUBNETS,
        body -> {
          external.setZone(text(body, "subnet"), text(body, "availabilityZone"));
          return zones(external);
        });
  }

  /** Puts a CloudWatch alarm into ALARM, or back into OK. */
  public void setAlarm(String name, boolean inAlarm) {
    changes.make(ALARMS, object().put("name", name).put("inAlarm", inAlarm));
  }

  /** Sets whether Fargate has capacity for tasks. */
  public void setFargate(boolean available) {
    changes.make(FARGATE, object().put("available", available));
  }

  /** Sets the health that a target group reports. */
  public void setTargetHealth(Target which, TargetHealth health) {
    changes.make(
        TARGETS,
        object()
            .put("targetGroupArn", which.group())
            .put("task", which.task())
            .put("health", health.name()));
  }

  /** Sets the answer of a Lambda function to lifecycle hooks. */
  public void setHookAnswer(String functionArn, HookAnswer answer) {
    changes.make(HOOKS, object().put("functionArn", functionArn).put("answer", answer.name()));
  }

  /** Sets the availability zone of a subnet. */
  public void setSubnetZone(String subnet, String availabilityZone) {
    changes.make(SUBNETS, object().put("subnet", subnet).put("availabilityZone", availabilityZone));
  }

  /** The read routes by method and path; they run on the world's thread. */
  Map<String, LocalRoutes.Route> reads() {
    return Map.of(
        "GET alarms",
        body -> alarms(external),
        "GET targets",
        body -> targets(external),
        "GET hooks",
        body -> map(external.functions()),
        "GET subnets",
        body -> zones(external));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static JsonNode alarms(ExternalDependencies external) {
    ObjectNode json = object();
    external.alarms().forEach(json.putArray("inAlarm")::add);
    return json;
  }

  private static JsonNode zones(ExternalDependencies external) {
    ObjectNode json = object();
    external.zones().forEach(json::put);
    return json;
  }

  private static JsonNode targets(ExternalDependencies external) {
    ObjectNode json = object();
    ArrayNode targets = json.putArray("targets");
    external
        .targets()
        .forEach(
            (which, health) -> {
              ObjectNode target = targets.addObject().put("targetGroupArn", which.group());
              if (!which.task().isEmpty()) {
                target.put("task", which.task());
              }
              target.put("health", health.name());
            });
    return json;
  }

  private static <V extends Enum<V>> JsonNode map(Map<String, V> values) {
    ObjectNode json = object();
    new TreeMap<>(values).forEach((key, value) -> json.put(key, value.name()));
    return json;
  }

  private static String text(JsonNode body, String member) {
    String text = body.path(member).asText();
    if (text.isEmpty()) {
      throw new IllegalArgumentException("The body needs " + member + ".");
    }
    return text;
  }
}
