package io.ecsoperator.operator.engine;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.faults.Fault;
import io.ecsoperator.localecs.faults.Fault.Loss;
import io.ecsoperator.localecs.faults.FaultRule;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.AwsLocation;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.InProcessEcs;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.SdkEcs;
import io.ecsoperator.operator.cache.AwsResources;
import io.ecsoperator.operator.cache.EcsCache;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.cache.ResourceRef;
import io.ecsoperator.plan.Plan;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole way to ECS and back: actuator, SDK, endpoint, replica. */
class AgainstLocalEcsTest {
  private static final ResourceRef CLUSTER = ResourceRef.inRegion("cluster", "a");

  private static final ObjectKey WHO = new ObjectKey("EcsCluster", "shop", "a");

  private final LocalEcs local = LocalEcs.start(LocalEcsOptions.defaults());
  private final SdkEcs ecs = InProcessEcs.of(local);
  private final EcsCache cache =
      new EcsCache(
          new EcsCache.Dependencies(
              ecs,
              Clock.systemUTC(),
              new AwsResources(TestKinds.awsResources()),
              object -> {},
              new SimpleMeterRegistry()),
          EcsCache.Settings.defaults());
  private final EcsReader reader = cache.readerFor(CallContext.of(Priority.CHANGE));
  private final PlanExecutor planExecutor = new PlanExecutor(ecs, cache, Clock.systemUTC());

  @AfterEach
  void stop() {
    ecs.close();
    local.close();
  }

  @Test
  void writtenResourceIsReadWithItsTags() {
    assertThat(reader.read(CLUSTER, EcsReader.Freshness.NOW)).isEqualTo(new Observation.Absent());

    done("CreateCluster", "{'clusterName':'a','tags':[{'key':'k','value':'v'}]}");
    done(
        "RegisterTaskDefinition",
        "{'family':'f','tags':[{'key':'k','value':'v'}],"
            + "'containerDefinitions':[{'name':'c','image':'i','memory':64}]}");

    ObjectNode cluster = present(reader.read(CLUSTER, EcsReader.Freshness.NOW));
    ObjectNode family =
        present(reader.read(ResourceRef.inRegion("task_definition", "f"), EcsReader.Freshness.NOW));
    assertThat(cluster.path("status").asText()).isEqualTo("ACTIVE");
    assertThat(cluster.path("tags"))
        .isEqualTo(tree("{'tags':[{'key':'k','value':'v'}]}").get("tags"));
    assertThat(family.path("revision").asInt()).isEqualTo(1);
    assertThat(family.path("tags")).isEqualTo(cluster.path("tags"));
  }

  @Test
  void theSnapshotAfterAWriteIsWhatADescribeShows() {
    done("CreateCluster", "{'clusterName':'a','tags':[{'key':'k','value':'v'}]}");
    Observation known = reader.read(CLUSTER, EcsReader.Freshness.ANY);
    assertThat(local.calls().of("DescribeClusters")).isEmpty();

    assertThat(present(known).path("tags"))
        .isEqualTo(present(reader.read(CLUSTER, EcsReader.Freshness.NOW)).path("tags"));
    assertThat(local.calls().of("DescribeClusters")).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void lostAnswerIsAmbiguousAndTheNextReadShowsTheEffect(Loss how) {
    assertThat(reader.read(CLUSTER, EcsReader.Freshness.NOW)).isEqualTo(new Observation.Absent());
    local.faults().add(FaultRule.next(1, "CreateCluster", new Fault.LostAnswer(how)));

    AwsFailure failure = failed("CreateCluster", "{'clusterName':'a'}");

    assertThat(failure.ambiguous()).isTrue();
    assertThat(failure.failureClass()).isEqualTo(FailureClass.TRANSIENT);
    assertThat(reader.read(CLUSTER, EcsReader.Freshness.ANY))
        .isInstanceOf(Observation.Present.class);
    assertThat(local.calls().of("CreateCluster")).hasSize(1);
  }

  @Test
  void aDeletedClusterIsInactive() {
    done("CreateCluster", "{'clusterName':'a'}");
    done("DeleteCluster", "{'cluster':'a'}");

    assertThat(present(reader.read(CLUSTER, EcsReader.Freshness.NOW)).path("status").asText())
        .isEqualTo("INACTIVE");
  }

  @Test
  void theAccountIsFound() {
    assertThat(cache.location()).contains(new AwsLocation("aws", "123456789012", "us-east-1"));
  }

  @Test
  void operationThatTheEndpointDoesNotHaveIsNamed() {
    AwsFailure failure =
        catchThrowableOfType(
            AwsFailure.class,
            () -> ecs.write("CreateDaemon", tree("{}"), CallContext.of(Priority.CHANGE, WHO)));

    assertThat(failure.failureClass()).isEqualTo(FailureClass.BLOCKED);
    assertThat(failure.message()).contains("CreateDaemon");
  }

  private void done(String operation, String request) {
    assertThat(execute(operation, request)).isInstanceOf(PlanExecutor.Result.Completed.class);
  }

  private AwsFailure failed(String operation, String request) {
    return ((PlanExecutor.Result.Failed) execute(operation, request)).failure();
  }

  private PlanExecutor.Result execute(String operation, String request) {
    return planExecutor.execute(
        new Plan(List.of(new Plan.Call(operation, tree(request), List.of()))),
        WHO,
        Priority.CHANGE,
        PlanExecutorTest.NO_SECRETS);
  }

  private static ObjectNode present(Observation reading) {
    return ((Observation.Present) reading).tree();
  }
}
