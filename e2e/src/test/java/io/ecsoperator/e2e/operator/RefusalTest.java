package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.localecs.faults.Fault;
import io.ecsoperator.localecs.faults.FaultRule;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls that ECS refuses. */
@WithOperator
class RefusalTest {
  private static final String IMAGE = "example.com/app:1";

  @Test
  void aPermanentRefusalIsReportedAndNotRepeated(TestBed bed) {
    denied(bed);

    assertThat(bed.message(service("app"), "Stalled"))
        .contains("CreateService", "AccessDeniedException", "not authorized");
    assertThat(bed.condition(service("app"), "Synced").orElseThrow().status()).isEqualTo("False");
    // The definition becomes Ready once more, which triggers what refers to it.
    bed.awaitQuiet();
    long before = bed.ecs().calls().lastSequence();
    bed.awaitResync();
    assertThat(bed.writesSince(before)).isEmpty();
  }

  @Test
  void aRefusedCallIsRepeatedIfTheAnnotationRequestsIt(TestBed bed) {
    denied(bed);
    bed.ecs().faults().clear();

    bed.reconcile(service("app"));

    bed.awaitReady(service("app"));
    assertThat(bed.condition(service("app"), "Synced").orElseThrow().status()).isEqualTo("True");
  }

  @Test
  void aRefusedCallIsRepeatedIfTheSpecChanges(TestBed bed) {
    denied(bed);
    bed.ecs().faults().clear();

    bed.patchSpec(service("app"), "desiredCount: 2");

    bed.awaitReady(service("app"));
    assertThat(bed.get(service("app")).getStatus().observed().runningCount()).isEqualTo(2);
  }

  @Test
  void anObjectWithARefusedCreationCanBeDeleted(TestBed bed) {
    denied(bed);

    bed.delete(service("app"));

    bed.awaitGone(service("app"));
  }

  @Test
  void aRefusedDeletionKeepsTheFinalizerUntilThePolicyIsRetain(TestBed bed) {
    bed.ecs().faults().add(FaultRule.always("DeleteCluster", Fault.accessDenied("DeleteCluster")));
    bed.apply(Manifests.cluster("demo"));
    bed.awaitReady(cluster("demo"));

    bed.delete(cluster("demo"));
    bed.awaitStalled(cluster("demo"), "AccessDenied");
    assertThat(bed.get(cluster("demo")).hasFinalizer(TestBed.FINALIZER)).isTrue();

    bed.patchSpec(cluster("demo"), "deletionPolicy: Retain");
    bed.awaitGone(cluster("demo"));
    assertThat(bed.aws().listClusters().clusterArns()).hasSize(1);
  }

  @Test
  void aValueThatOnlyANewerEcsHasIsSentAndReportedWithTheMessageOfThisOne(TestBed bed) {
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", "example.com/app:1"),
        Manifests.service("app", "demo", "app").replace("FARGATE", "MOON"));

    bed.awaitStalled(service("app"), "Refused");
    assertThat(bed.ecs().calls().of("CreateService"))
        .allSatisfy(
            call -> assertThat(call.request().path("launchType").asText()).isEqualTo("MOON"));
  }

  @Test
  void aSpecThatEcsRefusesIsStalledWithTheMessageOfEcs(TestBed bed) {
    bed.apply(
        Manifests.cluster(
            "demo",
            "capacityProviders: [FARGATE]",
            "defaultCapacityProviderStrategy: [{capacityProvider: FARGATE_SPOT, weight: 1}]"));

    bed.awaitStalled(cluster("demo"), "Refused");

    assertThat(bed.message(cluster("demo"), "Stalled"))
        .contains("CreateCluster", "not associated with the cluster");
  }

  static Arguments[] transientFailures() {
    return new Arguments[] {
      Arguments.of(Fault.throttled(), "Throttled"),
      Arguments.of(Fault.serverError(), "AwsUnavailable"),
    };
  }

  @ParameterizedTest
  @MethodSource("transientFailures")
  void aTransientFailureIsRepeatedUntilTheCallSucceeds(Fault fault, String reason, TestBed bed) {
    bed.ecs().faults().add(FaultRule.always("CreateCluster", fault));
    bed.apply(Manifests.cluster("demo"));
    bed.awaitReconciling(cluster("demo"), reason);
    assertThat(bed.message(cluster("demo"), "Reconciling")).contains("CreateCluster");

    bed.ecs().faults().clear();

    bed.awaitReady(cluster("demo"));
  }

  @Test
  void aRoleThatMayBeNewIsRetriedForTwoMinutes(TestBed bed) {
    bed.ecs()
        .faults()
        .add(
            FaultRule.always(
                "CreateService",
                new Fault.Refusal(
                    "ClientException",
                    "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/new'.",
                    400)));
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", IMAGE),
        Manifests.service("app", "demo", "app", "desiredCount: 1"));
    bed.awaitReconciling(service("app"), "RefusedForNow");

    bed.clock().advance(Duration.ofMinutes(3));

    bed.awaitStalled(service("app"), "Refused");
    assertThat(bed.message(service("app"), "Stalled")).contains("unable to assume the role");
  }

  @Test
  void aLostAnswerCreatesNothingTwice(TestBed bed) {
    for (String operation : new String[] {"RegisterTaskDefinition", "CreateService"}) {
      bed.ecs().faults().add(FaultRule.next(1, operation, Fault.lostAnswer()));
    }
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", IMAGE),
        Manifests.service("app", "demo", "app", "desiredCount: 1"));

    bed.awaitReady(cluster("demo"), taskDefinition("app"), service("app"));

    assertThat(bed.ecs().calls().writes()).filteredOn(Call::answerLost).hasSize(2);
    assertThat(bed.aws().listTaskDefinitions().taskDefinitionArns()).hasSize(1);
    assertThat(bed.aws().listServices(l -> l.cluster("demo")).serviceArns()).hasSize(1);
    assertThat(bed.get(service("app")).getStatus().createAttempts()).isEqualTo(1);
  }

  private static void denied(TestBed bed) {
    bed.ecs().faults().add(FaultRule.always("CreateService", Fault.accessDenied("CreateService")));
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", IMAGE),
        Manifests.service("app", "demo", "app", "desiredCount: 1"));
    bed.awaitReady(cluster("demo"));
    bed.awaitStalled(service("app"), "AccessDenied");
  }
}
