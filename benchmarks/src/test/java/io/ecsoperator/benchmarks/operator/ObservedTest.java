package io.ecsoperator.benchmarks.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.benchmarks.operator.EcsCalls.EcsCall;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObservedTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private final List<EcsCall> calls = new ArrayList<>();

  private void call(String operation, ObjectNode request) {
    calls.add(
        new EcsCall(calls.size() + 1, START.plusSeconds(calls.size()), operation, "OK", request));
  }

  private static ObjectNode request() {
    return JsonNodeFactory.instance.objectNode();
  }

  private void describeServices(String... names) {
    ObjectNode request = request();
    for (String name : names) {
      request.withArray("services").add(name);
    }
    call("DescribeServices", request);
  }

  @Test
  void isCompleteWithTheLastServiceIfDefinitionsWereListed() {
    call("ListTaskDefinitions", request());
    describeServices("a", "b");
    describeServices("a");
    assertThat(new Observed(3).by(new EcsCalls(calls))).isEmpty();

    describeServices("c");
    describeServices("a");

    assertThat(new Observed(3).by(new EcsCalls(calls))).contains(START.plusSeconds(3));
  }

  @Test
  void definitionsMayBeDescribedOneByOneInstead() {
    describeServices("a", "b");
    call("DescribeTaskDefinition", request().put("taskDefinition", "a:1"));
    call("DescribeTaskDefinition", request().put("taskDefinition", "a:1"));
    assertThat(new Observed(2).by(new EcsCalls(calls))).isEmpty();

    call("DescribeTaskDefinition", request().put("taskDefinition", "b:1"));

    assertThat(new Observed(2).by(new EcsCalls(calls))).contains(START.plusSeconds(3));
  }
}
