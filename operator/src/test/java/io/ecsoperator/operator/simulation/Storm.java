package io.ecsoperator.operator.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Trees;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Some minutes in which sixty objects change once a second, while ECS lags, throttles, fails and
 * loses answers.
 */
final class Storm {
  private static final int CLUSTERS = 4;
  private static final int DEFINITIONS = 16;
  private static final int SERVICES = 33;
  private static final int JOBS = 6;

  /** How long a change may take that is undone later. */
  private static final Duration LONGEST_CHANGE = Duration.ofSeconds(42);

  private final Random random;
  private final List<Scenario.Timed> steps = new ArrayList<>();
  private final TreeMap<ObjectKey, ObjectNode> specs =
      new TreeMap<>(Comparator.comparing(ObjectKey::toString));

  private Storm(long seed) {
    this.random = new Random(seed);
  }

  static Scenario of(long seed, Duration length) {
    return new Storm(seed).scenario(seed, length);
  }

  private Scenario scenario(long seed, Duration length) {
    add("EcsCluster", "c", CLUSTERS);
    add("EcsTaskDefinition", "d", DEFINITIONS);
    add("EcsService", "s", SERVICES);
    add("EcsTask", "t", JOBS);
    specs.put(Scenario.key("EcsTaskDefinition", "job"), Trees.tree(definition(Scenario.JOB_IMAGE)));
    specs.forEach((object, spec) -> apply(random.nextInt(3000), object, spec));
    for (int i = 0; i < length.toSeconds(); i++) {
      change(10_000 + (long) random.nextInt((int) length.toMillis() - 10_000));
    }
    return new Scenario(
        seed,
        2,
        new Faults.Rates(20, 5, 15, 10, 0, 10, 5, Duration.ofSeconds(10), Duration.ofSeconds(1)),
        steps.stream().sorted(Comparator.comparing(Scenario.Timed::at)).toList(),
        length.plus(LONGEST_CHANGE),
        Duration.ofMinutes(2));
  }

  private void add(String kind, String prefix, int count) {
    for (int i = 0; i < count; i++) {
      ObjectKey object = Scenario.key(kind, prefix + i);
      specs.put(object, spec(object));
    }
  }

  private ObjectNode spec(ObjectKey object) {
    return Trees.tree(
        switch (object.kind()) {
          case "EcsCluster" ->
              "{'settings':[{'name':'containerInsights','value':'%s'}]}"
                  .formatted(random.nextBoolean() ? "enabled" : "disabled");
          case "EcsTaskDefinition" ->
              definition(
                  object.name().equals("job")
                      ? Scenario.JOB_IMAGE
                      : "app:" + random.nextInt(1_000));
          case "EcsService" ->
              "{'clusterRef':{'name':'c%d'},'taskDefinitionRef':{'name':'d%d'},'launchType':'FARGATE','desiredCount':%d,%s}"
                  .formatted(
                      random.nextInt(CLUSTERS),
                      random.nextInt(DEFINITIONS),
                      1 + random.nextInt(3),
                      Scenario.NETWORK);
          default ->
              "{'clusterRef':{'name':'c%d'},'taskDefinitionRef':{'name':'job'},'launchType':'FARGATE','waitFor':'Completion','backoffLimit':0,%s}"
                  .formatted(random.nextInt(CLUSTERS), Scenario.NETWORK);
        });
  }

  private static String definition(String image) {
    return Scenario.definition(image);
  }

  private void apply(long millis, ObjectKey object, ObjectNode spec) {
    at(millis, new Step.Apply(object, spec));
  }

  private void at(long millis, Step step) {
    steps.add(new Scenario.Timed(Duration.ofMillis(millis), step));
  }

  private void change(long millis) {
    List<ObjectKey> objects = List.copyOf(specs.keySet());
    ObjectKey object = objects.get(random.nextInt(objects.size()));
    ObjectNode spec = specs.get(object);
    long later = millis + 1000 + random.nextInt((int) LONGEST_CHANGE.toMillis() - 1000);
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3, 4, 5 -> {
        if (!object.kind().equals("EcsTask")) {
          apply(millis, object, changed(object, spec));
        }
      }
      case 6, 7 -> {
        if (object.kind().equals("EcsService")) {
          apply(millis, object, spec(object));
        }
      }
      case 8 -> {
        at(millis, new Step.Annotate(object, "paused", Optional.of("true")));
        at(later, new Step.Annotate(object, "paused", Optional.empty()));
      }
      case 9 -> {
        String policy = random.nextBoolean() ? "Observe" : "Plan";
        apply(millis, object, spec.deepCopy().put("managementPolicy", policy));
        apply(later, object, spec);
      }
      case 10 -> {
        apply(millis, object, spec.deepCopy().put("deletionPolicy", "Retain"));
        apply(later, object, spec);
      }
      case 11 ->
          at(
              millis,
              isUser(object) ? new Step.Delete(object, true) : new Step.DeleteWithUsers(object));
      case 12 -> {
        if (isUser(object)) {
          at(millis, new Step.Delete(object, false));
          apply(later, object, spec);
        }
      }
      case 13, 14 -> at(millis, meddle());
      default -> {
        if (random.nextInt(4) == 0) {
          at(millis, new Step.CutWatches());
        }
      }
    }
  }

  /** Nothing refers to such an object, so it can be deleted alone. */
  private static boolean isUser(ObjectKey object) {
    return object.kind().equals("EcsService") || object.kind().equals("EcsTask");
  }

  /** Another image, count or setting; the references stay. */
  private ObjectNode changed(ObjectKey object, ObjectNode spec) {
    ObjectNode next = spec(object);
    if (spec.has("clusterRef")) {
      next.set("clusterRef", spec.get("clusterRef"));
      next.set("taskDefinitionRef", spec.get("taskDefinitionRef"));
    }
    return next;
  }

  private Step meddle() {
    String service = "s" + random.nextInt(SERVICES);
    String cluster = "c" + random.nextInt(CLUSTERS);
    return switch (random.nextInt(3)) {
      case 0 ->
          new Step.Meddle(
              "UpdateService",
              "{'cluster':'%s','service':'%s','desiredCount':4}".formatted(cluster, service));
      case 1 ->
          new Step.Meddle(
              "UpdateService",
              "{'cluster':'%s','service':'%s','taskDefinition':'d%d'}"
                  .formatted(cluster, service, random.nextInt(DEFINITIONS)));
      default ->
          new Step.Meddle(
              "DeleteService",
              "{'cluster':'%s','service':'%s','force':true}".formatted(cluster, service));
    };
  }
}
