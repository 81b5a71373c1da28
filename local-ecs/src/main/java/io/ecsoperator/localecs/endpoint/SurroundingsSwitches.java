package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.surroundings.HookAnswer;
import io.ecsoperator.localecs.surroundings.Surroundings;
import io.ecsoperator.localecs.surroundings.Surroundings.Target;
import io.ecsoperator.localecs.surroundings.TargetHealth;
import java.util.Map;
import java.util.TreeMap;

/**
 * The switches for what lies around ECS: {@code alarms {name, inAlarm}}, {@code fargate
 * {available}}, {@code targets {targetGroupArn, task, health}}, {@code hooks {functionArn, answer}}
 * and {@code subnets {subnet, availabilityZone}}. Safe for use by many threads.
 */
public final class SurroundingsSwitches {
  private static final String ALARMS = "POST alarms";
  private static final String FARGATE = "POST fargate";
  private static final String TARGETS = "POST targets";
  private static final String HOOKS = "POST hooks";
  private static final String SUBNETS = "POST subnets";

  private final Surroundings surroundings;
  private final Changes changes;

  public SurroundingsSwitches(Surroundings surroundings, Changes changes) {
    this.surroundings = surroundings;
    this.changes = changes;
    changes.add(
        ALARMS,
        body -> {
          surroundings.setAlarm(text(body, "name"), body.path("inAlarm").asBoolean(true));
          return alarms(surroundings);
        });
    changes.add(
        FARGATE,
        body -> {
          surroundings.setFargate(body.path("available").asBoolean(true));
          return object().put("available", surroundings.hasFargate());
        });
    changes.add(
        TARGETS,
        body -> {
          surroundings.setTargets(
              new Target(text(body, "targetGroupArn"), body.path("task").asText()),
              TargetHealth.valueOf(text(body, "health")));
          return targets(surroundings);
        });
    changes.add(
        HOOKS,
        body -> {
          surroundings.setFunction(
              text(body, "functionArn"), HookAnswer.valueOf(text(body, "answer")));
          return map(surroundings.functions());
        });
    changes.add(
        SUBNETS,
        body -> {
          surroundings.setZone(text(body, "subnet"), text(body, "availabilityZone"));
          return zones(surroundings);
        });
  }

  /** Puts a CloudWatch alarm into ALARM, or back into OK. */
  public void setAlarm(String name, boolean inAlarm) {
    changes.make(ALARMS, object().put("name", name).put("inAlarm", inAlarm));
  }

  /** Says whether Fargate has room for tasks. */
  public void setFargate(boolean available) {
    changes.make(FARGATE, object().put("available", available));
  }

  /** Says what the health checks of a target group find. */
  public void setTargetHealth(Target which, TargetHealth health) {
    changes.make(
        TARGETS,
        object()
            .put("targetGroupArn", which.group())
            .put("task", which.task())
            .put("health", health.name()));
  }

  /** Says what a Lambda function answers to lifecycle hooks. */
  public void setHookAnswer(String functionArn, HookAnswer answer) {
    changes.make(HOOKS, object().put("functionArn", functionArn).put("answer", answer.name()));
  }

  /** Says in which availability zone a subnet is. */
  public void setSubnetZone(String subnet, String availabilityZone) {
    changes.make(SUBNETS, object().put("subnet", subnet).put("availabilityZone", availabilityZone));
  }

  /** By method and path; all of them belong to the world's thread. */
  Map<String, LocalRoutes.Route> reads() {
    return Map.of(
        "GET alarms",
        body -> alarms(surroundings),
        "GET targets",
        body -> targets(surroundings),
        "GET hooks",
        body -> map(surroundings.functions()),
        "GET subnets",
        body -> zones(surroundings));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static JsonNode alarms(Surroundings surroundings) {
    ObjectNode json = object();
    surroundings.alarms().forEach(json.putArray("inAlarm")::add);
    return json;
  }

  private static JsonNode zones(Surroundings surroundings) {
    ObjectNode json = object();
    surroundings.zones().forEach(json::put);
    return json;
  }

  private static JsonNode targets(Surroundings surroundings) {
    ObjectNode json = object();
    ArrayNode targets = json.putArray("targets");
    surroundings
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
