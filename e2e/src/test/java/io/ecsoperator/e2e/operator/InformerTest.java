package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.capacityProvider;
import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.task;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.junit.Await;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Changes are seen whatever happens to the connections to the API server. */
@WithOperator
class InformerTest {
  /** More for a run under load: {@code -Decsoperator.cuts=500}. */
  private static final int CUTS = Integer.getInteger("ecsoperator.cuts", 20);

  private static final Duration SEEN = Duration.ofSeconds(5);
  private static final List<ObjectRef<?>> OBJECTS =
      List.of(
          capacityProvider("instances"),
          cluster("demo"),
          taskDefinition("app"),
          service("app"),
          task("job"));

  @Test
  void aChangeOfEveryKindIsSeenWithinFiveSecondsOfEachAbruptCut(TestBed bed) {
    OperatorReplica operator = startWithObjects(bed);
    for (int cut = 1; cut <= CUTS; cut++) {
      operator.toKubernetes().sever();

      String request = "cut-" + cut;
      Duration longest = changeAll(bed, request);

      assertThat(longest).as("changes after cut " + cut).isLessThan(SEEN);
    }
  }

  @Test
  void silentConnectionsAreReplaced(TestBed bed) {
    OperatorReplica operator = startWithObjects(bed);

    operator.toKubernetes().silence();

    // Silence is noticed by the second ping.
    assertThat(changeAll(bed, "silence")).isLessThan(Duration.ofSeconds(60));
    Await.until("the replica is ready", operator::isReady);
  }

  @Test
  void aReplicaIsNotReadyWhileTheApiServerDoesNotAnswer(TestBed bed) {
    OperatorReplica operator = startWithObjects(bed);

    operator.toKubernetes().refuse();
    Await.until("the replica is not ready", () -> !operator.isReady());
    operator.toKubernetes().accept();

    Await.until("the replica is ready again", operator::isReady);
    assertThat(changeAll(bed, "again")).isLessThan(SEEN);
  }

  private static OperatorReplica startWithObjects(TestBed bed) {
    OperatorReplica operator = bed.restartBehindLink();
    bed.apply(
        Manifests.object(
            "EcsCapacityProvider",
            "instances",
            "autoScalingGroupProvider:",
            "  autoScalingGroupArn: group"),
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", "example.com/app:1"),
        Manifests.service("app", "demo", "app", "desiredCount: 1"),
        Manifests.task("job", "demo", "app"));
    bed.awaitReady(
        capacityProvider("instances"), cluster("demo"), taskDefinition("app"), service("app"));
    return operator;
  }

  /** Changes an object of every kind; returns how long it took until all changes were handled. */
  private static Duration changeAll(TestBed bed, String request) {
    long start = System.nanoTime();
    OBJECTS.forEach(
        object -> bed.annotate(object, "ecs-operator.io/reconcile-requested-at=" + request));
    OBJECTS.forEach(
        object ->
            bed.awaitObject(
                object,
                "reconciled after " + request,
                found -> request.equals(found.getStatus().common().lastHandledReconcileAt())));
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
