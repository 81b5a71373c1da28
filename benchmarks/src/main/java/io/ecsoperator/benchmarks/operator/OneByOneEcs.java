package io.ecsoperator.benchmarks.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.FailureClass;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Makes one describe call per resource and refuses lists. */
final class OneByOneEcs implements Ecs {
  /** By operation: the member of request and answer that lists the resources. */
  private static final Map<String, String> DESCRIBED =
      Map.of(
          "DescribeServices", "services", "DescribeClusters", "clusters", "DescribeTasks", "tasks");

  private final Ecs ecs;

  OneByOneEcs(Ecs ecs) {
    this.ecs = ecs;
  }

  @Override
  public Ecs.Response read(String operation, ObjectNode request, CallContext callContext) {
    if (operation.equals("ListTaskDefinitions")) {
      throw AwsFailure.of(operation, FailureClass.BLOCKED, "OneByOne", "Lists are refused.");
    }
    String member = DESCRIBED.get(operation);
    if (member == null || request.path(member).size() <= 1) {
      return ecs.read(operation, request, callContext);
    }
    ObjectNode joined = request.objectNode();
    ArrayNode found = joined.putArray(member);
    ArrayNode failures = joined.putArray("failures");
    Optional<String> requestId = Optional.empty();
    Duration waited = Duration.ZERO;
    for (JsonNode id : request.path(member)) {
      ObjectNode single = request.deepCopy();
      single.putArray(member).add(id);
      Ecs.Response last = ecs.read(operation, single, callContext);
      requestId = last.requestId();
      waited = waited.plus(last.quotaWait());
      last.tree().path(member).forEach(found::add);
      last.tree().path("failures").forEach(failures::add);
    }
    return new Ecs.Response(joined, requestId, waited);
  }

  @Override
  public Ecs.Response write(String operation, ObjectNode request, CallContext callContext) {
    return ecs.write(operation, request, callContext);
  }

  @Override
  public String region() {
    return ecs.region();
  }
}
