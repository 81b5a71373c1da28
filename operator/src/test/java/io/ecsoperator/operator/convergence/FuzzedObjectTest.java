package io.ecsoperator.operator.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.world.WorldClock;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.Trees;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.fuzz.Choices;
import io.ecsoperator.operator.fuzz.Mutations;
import io.ecsoperator.operator.fuzz.Seeds;
import io.ecsoperator.operator.kinds.capacityprovider.CapacityProviderKind;
import io.ecsoperator.operator.kinds.cluster.ClusterKind;
import io.ecsoperator.operator.kinds.service.ServiceKind;
import io.ecsoperator.operator.kinds.task.TaskKind;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Objects of any content are reconciled to a status with conditions: nothing is thrown, whatever
 * the API server lets through. ECS has a cluster and a task definition.
 */
class FuzzedObjectTest {
  private static final String DEFINITION =
      "{'family':'web','networkMode':'awsvpc','requiresCompatibilities':['EC2'],"
          + "'cpu':'256','memory':'512','volumes':[{'name':'v','dockerVolumeConfiguration':"
          + "{'driverOpts':{'a':'b'}}}],'tags':[{'key':'k','value':'v'}],'containerDefinitions':"
          + "[{'name':'app','image':'i','environment':[{'name':'A','value':'b'}],"
          + "'dockerLabels':{'a':'b'},'command':['a'],'portMappings':[{'containerPort':80}],"
          + "'logConfiguration':{'logDriver':'json-file','options':{'a':'b'}}}]}";

  private static final String OTHER =
      "{'family':'f','networkMode':'awsvpc','requiresCompatibilities':['FARGATE'],'cpu':'256',"
          + "'memory':'512','containerDefinitions':[{'name':'app','image':'i'}]}";

  private static final String SERVICE =
      "{'cluster':'c','taskDefinition':'f:1','desiredCount':1,'launchType':'FARGATE',"
          + "'ignoreFields':['desiredCount'],'tags':[{'key':'k','value':'v'}],"
          + "'networkConfiguration':{'awsvpcConfiguration':{'subnets':['subnet-1']}},"
          + "'deploymentConfiguration':{'maximumPercent':200,'lifecycleHooks':[{'hookTargetArn':"
          + "'arn:aws:lambda:us-east-1:123456789012:function:a','roleArn':'arn:aws:iam::1:role/a',"
          + "'lifecycleStages':['PRE_SCALE_UP'],'hookDetails':{'a':'b'}}]}}";

  private static final String TASK =
      "{'cluster':'c','taskDefinition':'f:1','launchType':'FARGATE','networkConfiguration':"
          + "{'awsvpcConfiguration':{'subnets':['subnet-1']}},'overrides':{'containerOverrides':"
          + "[{'name':'app','command':['a'],'environment':[{'name':'A','value':'b'}]}]}}";

  private static final String CLUSTER =
      "{'clusterName':'web','settings':[{'name':'containerInsights','value':'enabled'}],"
          + "'configuration':{'executeCommandConfiguration':{'logging':'DEFAULT'}},"
          + "'tags':[{'key':'k','value':'v'}]}";

  private static final String PROVIDER =
      "{'autoScalingGroupProvider':{'autoScalingGroupArn':'group','managedScaling':"
          + "{'status':'ENABLED','targetCapacity':80}},'tags':[{'key':'k','value':'v'}]}";

  private final Kind.Dependencies dependencies = TestKinds.dependencies(new Objects());
  private final LocalEcs local =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));

  @AfterEach
  void stop() {
    local.close();
  }

  @Test
  void aTaskDefinitionOfAnyContentGetsAStatus() {
    fuzz(DEFINITION, Wanted::taskDefinition, TaskDefinitionKind::new);
  }

  @Test
  void aServiceOfAnyContentGetsAStatus() {
    fuzz(SERVICE, Wanted::service, ServiceKind::new);
  }

  @Test
  void aTaskOfAnyContentGetsAStatus() {
    fuzz(TASK, Wanted::task, TaskKind::new);
  }

  @Test
  void aClusterOfAnyContentGetsAStatus() {
    fuzz(CLUSTER, Wanted::cluster, ClusterKind::new);
  }

  @Test
  void aCapacityProviderOfAnyContentGetsAStatus() {
    fuzz(PROVIDER, Wanted::capacityProvider, CapacityProviderKind::new);
  }

  /** As deep as the operator reads. */
  @Test
  void hookDetailsThatAreNestedAHundredAndNinetyDeepDoNotExhaustTheStack() throws Exception {
    ObjectNode service = Trees.tree(SERVICE);
    ((ObjectNode) service.at("/deploymentConfiguration/lifecycleHooks/0"))
        .set("hookDetails", new Mutations(1).deep(190));
    Thread thread =
        Thread.ofVirtual()
            .unstarted(() -> reconcile(Wanted.service(service.toString()), ServiceKind::new));
    Throwable[] thrown = new Throwable[1];
    thread.setUncaughtExceptionHandler((t, e) -> thrown[0] = e);
    thread.start();
    thread.join();

    assertThat(thrown[0]).isNull();
  }

  private void fuzz(
      String seed,
      Function<String, Wanted> kindOfObject,
      Function<Kind.Dependencies, ? extends Kind<?, ?, ?>> kind) {
    ObjectNode spec = Trees.tree(seed);
    Seeds.of(20)
        .forEach(
            number ->
                reconcileMutated(
                    "seed " + number, new Mutations(number), spec, kindOfObject, kind));
  }

  @Tag("fuzz")
  @FuzzTest
  void whatTheFuzzerFindsGetsAStatus(FuzzedDataProvider data) {
    int kind = data.consumeInt(0, 4);
    Mutations mutations = new Mutations(new Choices(data));
    String input = "found by the fuzzer";
    switch (kind) {
      case 0 ->
          reconcileMutated(
              input,
              mutations,
              Trees.tree(DEFINITION),
              Wanted::taskDefinition,
              TaskDefinitionKind::new);
      case 1 ->
          reconcileMutated(
              input, mutations, Trees.tree(SERVICE), Wanted::service, ServiceKind::new);
      case 2 -> reconcileMutated(input, mutations, Trees.tree(TASK), Wanted::task, TaskKind::new);
      case 3 ->
          reconcileMutated(
              input, mutations, Trees.tree(CLUSTER), Wanted::cluster, ClusterKind::new);
      default ->
          reconcileMutated(
              input,
              mutations,
              Trees.tree(PROVIDER),
              Wanted::capacityProvider,
              CapacityProviderKind::new);
    }
  }

  private void reconcileMutated(
      String input,
      Mutations mutations,
      ObjectNode spec,
      Function<String, Wanted> kindOfObject,
      Function<Kind.Dependencies, ? extends Kind<?, ?, ?>> kind) {
    Wanted wanted =
        kindOfObject
            .apply(mutations.ofSpec(spec).toString())
            .annotated("reconcile-requested-at", mutations.text())
            .annotated("redeploy-requested-at", mutations.text())
            .annotated("paused", mutations.text())
            .annotated("run-record", mutations.text())
            .annotated("release-to", mutations.text());
    try {
      reconcile(wanted, kind);
    } catch (RuntimeException | Error e) {
      throw new AssertionError(input + ": " + wanted.spec(), e);
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private void reconcile(Wanted wanted, Function<Kind.Dependencies, ? extends Kind<?, ?, ?>> kind) {
    local.reset();
    Kind<?, ?, ?> made = kind.apply(dependencies);
    try (SimulatedObject<?, ?> object = new SimulatedObject(local, () -> made)) {
      object.outside("CreateCluster", "{'clusterName':'c'}");
      object.outside("RegisterTaskDefinition", OTHER);
      for (int i = 0; i < 4; i++) {
        object.reconcile(wanted);
      }
      assertThat(List.copyOf(object.status().common().conditions()))
          .isNotEmpty()
          .allSatisfy(
              condition ->
                  assertThat(condition.message().getBytes(StandardCharsets.UTF_8))
                      .hasSizeLessThanOrEqualTo(1024));
    }
  }
}
