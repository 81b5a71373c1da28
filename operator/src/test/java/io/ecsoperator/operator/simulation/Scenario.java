package io.ecsoperator.operator.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Trees;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What a seed stands for.
 *
 * @param replicas how many replicas of the operator there are
 * @param steps in the order of their times
 * @param length after which faults end and every object is applied once more
 * @param patience how long objects may take then to become Ready or Stalled, or to wait only for
 *     their tasks in ECS
 */
record Scenario(
    long seed,
    int replicas,
    Faults.Rates rates,
    List<Timed> steps,
    Duration length,
    Duration patience) {
  static final String NAMESPACE = "shop";
  static final String JOB_IMAGE = "job";

  /** A family that no object has. */
  static final String FOREIGN = "foreign";

  static final String NETWORK =
      "'networkConfiguration':{'awsvpcConfiguration':{'subnets':['subnet-1']}}";
  private static final List<ObjectKey> OBJECTS =
      List.of(
          key("EcsCluster", "c0"),
          key("EcsCluster", "c1"),
          key("EcsTaskDefinition", "d0"),
          key("EcsTaskDefinition", "d1"),
          key("EcsTaskDefinition", "job"),
          key("EcsService", "s0"),
          key("EcsService", "s1"),
          key("EcsTask", "t0"),
          key("EcsTask", "t1"));

  /** A step at a time after the start. */
  record Timed(Duration at, Step step) {}

  static Scenario of(long seed) {
    Random random = new Random(seed);
    Faults.Rates rates = Faults.Rates.of(random);
    List<ObjectKey> objects = objects(random);
    List<Timed> steps = new ArrayList<>();
    objects.forEach(
        object ->
            steps.add(
                new Timed(
                    Duration.ofMillis(random.nextInt(3000)),
                    new Step.Apply(object, spec(object, random)))));
    int length = 10 + random.nextInt(random.nextInt(3) == 0 ? 150 : 40);
    int count = random.nextInt(8);
    for (int i = 0; i < count; i++) {
      steps.add(
          new Timed(
              Duration.ofMillis(1000 + random.nextInt(length * 1000)), step(objects, random)));
    }
    return new Scenario(
        seed,
        1 + random.nextInt(2),
        rates,
        steps.stream().sorted(Comparator.comparing(Timed::at)).toList(),
        Duration.ofSeconds(3 + length),
        Duration.ofMinutes(7));
  }

  /** One object of each kind, and two task definitions, without faults. */
  static Scenario ofEachKind(long seed) {
    Random random = new Random(seed);
    return new Scenario(
        seed,
        2,
        Faults.Rates.NONE,
        Stream.of(
                key("EcsCluster", "c0"),
                key("EcsTaskDefinition", "d0"),
                key("EcsTaskDefinition", "job"),
                key("EcsService", "s0"),
                key("EcsTask", "t0"))
            .map(object -> new Step.Apply(object, spec(object, random)))
            .map(apply -> new Timed(Duration.ZERO, onlyOnes(apply)))
            .toList(),
        Duration.ofSeconds(2),
        Duration.ofMinutes(2));
  }

  private static Step onlyOnes(Step.Apply apply) {
    if (apply.object().kind().equals("EcsService")) {
      apply.spec().withObject("/clusterRef").put("name", "c0");
      apply.spec().withObject("/taskDefinitionRef").put("name", "d0");
    }
    return apply;
  }

  /** One or two of those that use the others, which all exist. */
  private static List<ObjectKey> objects(Random random) {
    List<ObjectKey> users =
        new ArrayList<>(OBJECTS.stream().filter(Scenario::refersToOthers).toList());
    while (users.size() > 1 + random.nextInt(2)) {
      users.remove(random.nextInt(users.size()));
    }
    return OBJECTS.stream()
        .filter(object -> !refersToOthers(object) || users.contains(object))
        .filter(
            object ->
                !object.name().equals("job")
                    || users.stream().anyMatch(user -> user.kind().equals("EcsTask")))
        .toList();
  }

  private static boolean refersToOthers(ObjectKey object) {
    return object.kind().equals("EcsService") || object.kind().equals("EcsTask");
  }

  /** The same without one of its steps. */
  Scenario without(int index) {
    List<Timed> fewer = new ArrayList<>(steps);
    fewer.remove(index);
    return new Scenario(seed, replicas, rates, fewer, length, patience);
  }

  private static Step step(List<ObjectKey> objects, Random random) {
    ObjectKey object = objects.get(random.nextInt(objects.size()));
    return switch (random.nextInt(18)) {
      case 0, 1, 2, 3, 4 -> new Step.Apply(object, spec(object, random));
      case 5, 6 -> new Step.Delete(user(objects, random), random.nextBoolean());
      case 7 -> new Step.DeleteAll();
      case 8 -> new Step.WipeStatus(object);
      case 9 -> new Step.CutWatches();
      case 10 -> new Step.Compact();
      case 11 -> new Step.Kill();
      case 12 -> new Step.Outage(Duration.ofSeconds(1 + random.nextInt(40)));
      case 13 -> new Step.Backup();
      case 14 -> new Step.Restore();
      case 15 ->
          object.kind().equals("EcsTaskDefinition")
              ? new Step.EditStatus(object)
              : new Step.WipeStatus(object);
      case 16 -> new Step.DeleteAll();
      default -> meddle(random);
    };
  }

  /** An object that no other refers to: one that is in use is not to be deleted alone. */
  private static ObjectKey user(List<ObjectKey> objects, Random random) {
    List<ObjectKey> users = objects.stream().filter(Scenario::refersToOthers).toList();
    return users.get(random.nextInt(users.size()));
  }

  private static Step meddle(Random random) {
    String service = "s" + random.nextInt(2);
    String cluster = "c" + random.nextInt(2);
    return random.nextBoolean()
        ? new Step.Meddle(
            "UpdateService",
            "{'cluster':'%s','service':'%s','desiredCount':4}".formatted(cluster, service))
        : new Step.Meddle(
            "DeleteService",
            "{'cluster':'%s','service':'%s','force':true}".formatted(cluster, service));
  }

  private static ObjectNode spec(ObjectKey object, Random random) {
    return Trees.tree(
        switch (object.kind()) {
          case "EcsCluster" ->
              random.nextBoolean()
                  ? "{}"
                  : "{'settings':[{'name':'containerInsights','value':'%s'}]}"
                      .formatted(random.nextBoolean() ? "enabled" : "disabled");
          case "EcsTaskDefinition" ->
              definition(object.name().equals("job") ? JOB_IMAGE : "app:" + random.nextInt(4));
          case "EcsService" ->
              "{'clusterRef':{'name':'c%d'},'taskDefinitionRef':{'name':'d%d'},'launchType':'FARGATE','desiredCount':%d,%s}"
                  .formatted(random.nextInt(2), random.nextInt(2), 1 + random.nextInt(3), NETWORK);
          default ->
              "{'clusterRef':{'name':'c%d'},'taskDefinitionRef':{'name':'job'},'launchType':'FARGATE','waitFor':'Completion','backoffLimit':0,%s}"
                  .formatted(object.name().equals("t0") ? 0 : 1, NETWORK);
        });
  }

  static String definition(String image) {
    return "{'networkMode':'awsvpc','requiresCompatibilities':['FARGATE'],'cpu':'256','memory':'512','containerDefinitions':[{'name':'app','image':'%s'}]}"
        .formatted(image);
  }

  static ObjectKey key(String kind, String name) {
    return new ObjectKey(kind, NAMESPACE, name);
  }
}
