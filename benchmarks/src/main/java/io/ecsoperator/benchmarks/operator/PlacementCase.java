package io.ecsoperator.benchmarks.operator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.benchmarks.BenchmarkCase;
import io.ecsoperator.benchmarks.Latencies;
import io.ecsoperator.benchmarks.Measure;
import io.ecsoperator.benchmarks.Setting;
import io.ecsoperator.benchmarks.Unit;
import io.ecsoperator.operator.placement.Demand;
import io.ecsoperator.operator.placement.Instance;
import io.ecsoperator.operator.placement.Placement;
import io.ecsoperator.operator.placement.Strategy;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Where a task would fit among many container instances, as the query API answers it. */
public final class PlacementCase implements BenchmarkCase {
  private static final int INSTANCES = 5_000;
  private static final int ATTRIBUTES = 40;
  private static final int WARM_UP = 200;
  private static final int ROUNDS = 500;
  private static final double LIMIT_MILLIS = 20;

  @Override
  public String name() {
    return "operator-placement";
  }

  @Override
  public String description() {
    return "all reasons and the order of %,d container instances with %d attributes each, for a task with constraints, spread over zones and packed by memory"
        .formatted(INSTANCES, ATTRIBUTES);
  }

  @Override
  public List<Measure> run(Setting setting) {
    Random random = new Random(1);
    List<ObjectNode> described =
        IntStream.range(0, INSTANCES).mapToObj(number -> instance(number, random)).toList();
    List<Instance> instances =
        described.stream().map(one -> Instance.of(one, Map.of("service:web", 1))).toList();
    Placement.Task task =
        new Placement.Task(
            Demand.of(
                definition(),
                List.of("attribute:ecs.instance-type =~ m5.* and agentConnected == true")),
            List.of(
                new Strategy(Strategy.Type.SPREAD, "attribute:ecs.availability-zone"),
                new Strategy(Strategy.Type.BINPACK, "memory")),
            false,
            "service:web",
            1,
            1);
    Latencies placement = Latencies.of(WARM_UP, ROUNDS, () -> Placement.of(task, instances));
    Latencies reading =
        Latencies.of(
            WARM_UP / 10,
            ROUNDS / 10,
            () -> described.forEach(one -> Instance.of(one, Map.of("service:web", 1))));
    return List.of(
        Measure.of("placement, p50", placement.percentile(50), Unit.MILLISECONDS),
        Measure.below(LIMIT_MILLIS, "placement, p99", placement.percentile(99), Unit.MILLISECONDS),
        Measure.of(
            "reading the instances from their descriptions, p50",
            reading.percentile(50),
            Unit.MILLISECONDS));
  }

  private static ObjectNode definition() {
    ObjectNode definition =
        JsonNodeFactory.instance.objectNode().put("family", "web").put("networkMode", "bridge");
    ObjectNode container = definition.putArray("containerDefinitions").addObject();
    container.put("cpu", 256).put("memory", 512);
    container.putArray("portMappings").addObject().put("hostPort", 8080).put("containerPort", 80);
    definition.putArray("requiresAttributes").addObject().put("name", "attribute-7");
    return definition;
  }

  private static ObjectNode instance(int number, Random random) {
    ObjectNode instance =
        JsonNodeFactory.instance
            .objectNode()
            .put(
                "containerInstanceArn",
                "arn:aws:ecs:eu-west-1:123456789012:container-instance/main/"
                    + "%05d".formatted(number))
            .put("ec2InstanceId", "i-" + "%05d".formatted(number))
            .put("status", "ACTIVE")
            .put("agentConnected", random.nextInt(20) > 0)
            .put("runningTasksCount", 3);
    ArrayNode remaining = instance.putArray("remainingResources");
    remaining.addObject().put("name", "CPU").put("integerValue", random.nextInt(2048));
    remaining.addObject().put("name", "MEMORY").put("integerValue", random.nextInt(8192));
    ArrayNode ports = remaining.addObject().put("name", "PORTS").putArray("stringSetValue");
    List.of("22", "2375", "2376", "51678", String.valueOf(8075 + random.nextInt(10)))
        .forEach(ports::add);
    ArrayNode attributes = instance.putArray("attributes");
    attributes
        .addObject()
        .put("name", "ecs.availability-zone")
        .put("value", "eu-west-1" + "abc".charAt(number % 3));
    attributes
        .addObject()
        .put("name", "ecs.instance-type")
        .put("value", random.nextInt(4) == 0 ? "t3.medium" : "m5.large");
    for (int i = 0; i < ATTRIBUTES - 2; i++) {
      attributes.addObject().put("name", "attribute-" + i);
    }
    return instance;
  }
}
