package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.cache.ObjectsOnLocalEcs.TIMING;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.crds.task.ContainerInstance;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.cache.ObjectsOnLocalEcs.ReconciledObject;
import io.ecsoperator.operator.config.AdoptionSettings;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.kinds.cluster.ClusterKind;
import io.ecsoperator.operator.kinds.task.TaskKind;
import io.ecsoperator.operator.status.Conditions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerInstanceStatus;

/** Container instances and capacity providers: which objects read them, and which are enqueued. */
class CapacityOnLocalEcsTest {
  private static final Ownership OWNERSHIP =
      new Ownership(new Owner("k8s"), AdoptionSettings.ALL_UNTAGGED);
  private static final String GROUP =
      "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/gpu";

  private final ObjectsOnLocalEcs world = new ObjectsOnLocalEcs();
  private final EcsClient aws = world.local().client();

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void aTaskReportsItsInstanceAndIsEnqueuedWhenThatIsDrained() throws Exception {
    ReconciledObject<EcsTask, EcsTaskStatus> task = taskOnAnInstance();
    ContainerInstance instance = task.status().observed().containerInstance();
    assertThat(instance.ec2InstanceId()).startsWith("i-");
    assertThat(instance.status()).isEqualTo("ACTIVE");
    assertThat(task.isReady()).isTrue();
    world.enqueued();

    aws.updateContainerInstancesState(
        update ->
            update
                .cluster("main")
                .containerInstances(instance.arn())
                .status(ContainerInstanceStatus.DRAINING));
    world.pass(TIMING.resync());

    assertThat(world.enqueued()).containsExactly(new ObjectKey("EcsTask", "shop", "web"));
    task.reconcile();
    assertThat(task.status().observed().containerInstance())
        .isEqualTo(new ContainerInstance(instance.arn(), instance.ec2InstanceId(), "DRAINING"));
  }

  @Test
  void otherChangesOfAnInstanceEnqueueNoObject() throws Exception {
    taskOnAnInstance();
    world.enqueued();

    aws.runTask(run -> run.cluster("main").taskDefinition("job").count(3));
    world.pass(TIMING.resync().multipliedBy(3));

    assertThat(world.enqueued()).isEmpty();
  }

  @Test
  void instancesAreReadOnceASweepHoweverManyTasksRunOnThem() throws Exception {
    taskOnAnInstance();
    world.pass(TIMING.resync());
    long before = world.local().calls().lastSequence();

    world.pass(TIMING.resync().multipliedBy(10));

    assertThat(world.calledAfter(before))
        .filteredOn("DescribeContainerInstances"::equals)
        .hasSizeBetween(10, 11);
  }

  @Test
  void aClusterWaitsForACapacityProviderAndGetsItWhenASweepSeesIt() throws Exception {
    ReconciledObject<EcsCluster, EcsClusterStatus> cluster =
        cluster("{'clusterName':'main','capacityProviders':['FARGATE','gpu']}");
    cluster.reconcile();

    Condition ready = condition(cluster);
    assertThat(ready.reason()).isEqualTo("WaitingForCapacityProvider");
    assertThat(ready.message()).contains("ECS has no capacity provider gpu");
    assertThat(cluster.status().status()).as("the cluster is there").isEqualTo("ACTIVE");
    world.pass(TIMING.resync().multipliedBy(5));
    cluster.reconcile();
    assertThat(writes()).containsExactly("CreateCluster");
    world.enqueued();

    aws.createCapacityProvider(
        create -> create.name("gpu").autoScalingGroupProvider(g -> g.autoScalingGroupArn(GROUP)));
    world.pass(TIMING.resync());
    assertThat(world.enqueued()).contains(new ObjectKey("EcsCluster", "shop", "web"));
    cluster.reconcile();

    assertThat(writes())
        .containsExactly("CreateCluster", "CreateCapacityProvider", "PutClusterCapacityProviders");
    // ECS attaches them for some seconds.
    world.pass(Duration.ofMinutes(2));
    cluster.reconcile();
    assertThat(cluster.isReady()).isTrue();
    assertThat(
            aws.describeClusters(d -> d.clusters("main")).clusters().getFirst().capacityProviders())
        .containsExactlyInAnyOrder("FARGATE", "gpu");
  }

  @Test
  void aClusterWithOnlyFargateProvidersReadsNoCapacityProvider() throws Exception {
    ReconciledObject<EcsCluster, EcsClusterStatus> cluster =
        cluster("{'clusterName':'main','capacityProviders':['FARGATE','FARGATE_SPOT']}");
    cluster.reconcile();
    world.pass(Duration.ofMinutes(2));
    cluster.reconcile();

    assertThat(cluster.isReady()).isTrue();
    assertThat(world.calledAfter(0))
        .doesNotContain("DescribeCapacityProviders", "DescribeContainerInstances");
  }

  /** An object whose task runs on one of two instances, and is Ready for that. */
  private ReconciledObject<EcsTask, EcsTaskStatus> taskOnAnInstance() throws Exception {
    aws.createCluster(create -> create.clusterName("main"));
    world.local().instances().add("main", "m5.large", 1);
    ContainerDefinition app =
        ContainerDefinition.builder().name("app").image("app:1").cpu(64).memory(64).build();
    aws.registerTaskDefinition(register -> register.family("job").containerDefinitions(app));
    ReconciledObject<EcsTask, EcsTaskStatus> task =
        world.object(
            Wanted.task(
                "{'cluster':'main','taskDefinition':'job:1','launchType':'EC2','waitFor':'Running'}"),
            new TaskKind(new Kind.Dependencies(new Objects(), OWNERSHIP, TIMING)));
    for (int passes = 0; !task.isReady(); passes++) {
      assertThat(passes).as("passes until it runs").isLessThan(100);
      task.reconcile();
      world.pass(TIMING.poll());
    }
    return task;
  }

  private ReconciledObject<EcsCluster, EcsClusterStatus> cluster(String spec) {
    return world.object(
        Wanted.cluster(spec),
        new ClusterKind(new Kind.Dependencies(new Objects(), OWNERSHIP, TIMING)));
  }

  private static Condition condition(ReconciledObject<EcsCluster, EcsClusterStatus> cluster) {
    return Conditions.find(cluster.status().common().conditions(), Conditions.RECONCILING)
        .orElseThrow();
  }

  private List<String> writes() {
    return world.local().calls().writes().stream().map(call -> call.operation()).toList();
  }
}
