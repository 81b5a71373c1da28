package io.ecsoperator.operator.engine;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.operator.FakeEcs;
import io.ecsoperator.operator.FakeReader;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.AwsLocation;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.engine.ReconcileResult.Disposition;
import io.ecsoperator.operator.status.Conditions;
import io.ecsoperator.operator.status.EventRecorder;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReconciliationTest {
  private static final String ARN = "arn:aws:ecs:eu-central-1:1:cluster/web";
  private static final Wanted WEB = Wanted.cluster("{}");
  private static final ReadyState CREATING =
      new ReadyState.Reconciling(Reason.CREATING, "Creating.", Duration.ofSeconds(5));
  private static final ReadyState FINE = new ReadyState.Ready(Reason.RECONCILED, "All is well.");
  private static final Timing TIMING = TestKinds.TIMING;

  private final VirtualTime time = new VirtualTime();
  private final FakeEcs ecs = new FakeEcs();
  private final FakeReader reader = new FakeReader();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final List<String> order = new ArrayList<>();
  private final List<EcsClusterStatus> intents = new ArrayList<>();
  private EcsClusterStatus status = new ScriptedKind().emptyStatus();

  @Nested
  class LoopOrder {
    @Test
    void intentIsWrittenBeforeTheFirstCall() {
      ecs.always(
          asked -> {
            order.add(asked.operation());
            return tree("{}");
          });

      run(WEB, new ScriptedKind().says(create()).says(done(FINE)));

      assertThat(order).containsExactly("intent", "CreateCluster");
      assertThat(intents.getFirst().common().appliedPaths()).containsExactly("clusterName");
      assertThat(intents.getFirst().common().awsLocation()).isEqualTo("1/eu-central-1");
      assertThat(condition(intents.getFirst(), "Ready")).isEqualTo("False/Creating");
      assertThat(condition(intents.getFirst(), "Reconciling")).isEqualTo("True/Creating");
    }

    @Test
    void intentThatIsAlreadyWrittenIsNotWrittenAgain() {
      ecs.fails(failure(FailureClass.TRANSIENT)).answers("{}");
      ScriptedKind kind = new ScriptedKind().says(create()).says(create()).says(done(FINE));

      run(WEB, kind);
      run(WEB, kind);

      assertThat(ecs.operations()).containsExactly("CreateCluster", "CreateCluster");
      assertThat(intents).hasSize(1);
    }

    @Test
    void anObjectThatIsStalledStaysStalledWhileTheRefusedCallIsRepeated() {
      ecs.fails(failure(FailureClass.BLOCKED)).answers("{}");
      run(WEB, new ScriptedKind().says(ReconciliationTest::update));

      run(WEB, new ScriptedKind().says(create()).says(done(FINE)));

      assertThat(intents).hasSize(2);
      assertThat(intents.getLast().common().appliedPaths()).containsExactly("clusterName");
      assertThat(condition(intents.getLast(), "Stalled")).startsWith("True/");
      assertThat(condition(status, "Stalled")).startsWith("False/");
    }

    @Test
    void anObjectWhoseCreationEcsRefusedHoldsNothingThatItRefersTo() {
      ecs.fails(failure(FailureClass.BLOCKED));

      EcsClusterStatus refused =
          reconciliation(new ScriptedKind().says(create()))
              .reconcile(WEB.desired(), status, true, intent -> {})
              .status();

      assertThat(condition(refused, "Stalled")).isEqualTo("True/Refused");
      assertThat(refused.common().awsLocation()).isNull();
      assertThat(refused.common().appliedPaths()).isNull();
    }

    @Test
    void theFirstReadyHasAnEvent() {
      ReconcileResult<EcsClusterStatus> result = run(WEB, new ScriptedKind().says(done(FINE)));

      assertThat(result.events())
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.type()).isEqualTo(EventRecorder.Type.NORMAL);
                assertThat(event.reason()).isEqualTo("Reconciled");
              });
    }

    @Test
    void anObjectThatIsReadyAfterItsCallHasOneEventForBoth() {
      ecs.always(asked -> tree("{}"));

      ReconcileResult<EcsClusterStatus> result =
          run(WEB, new ScriptedKind().says(create()).says(done(FINE)));

      assertThat(result.events())
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.reason()).isEqualTo("Created");
                assertThat(event.message()).contains("CreateCluster").contains(FINE.message());
              });
    }

    @Test
    void anObjectMadeAnewThatInheritsWhatAnotherOfItsNameLeftHasAnEvent() {
      ScriptedKind kind =
          new ScriptedKind()
              .says(
                  context ->
                      Decision.done(
                          Kind.withCommon(context.status(), context.status().common().withArn(ARN)),
                          new ReadyState.Ready(Reason.RECONCILED, "All is well.")));

      ReconcileResult<EcsClusterStatus> result =
          reconciliation(kind).reconcile(WEB.desired(), status, true, intent -> {});

      assertThat(result.events())
          .extracting(ReconcileResult.PendingEvent::reason)
          .containsExactly("Inherited", "Reconciled");
    }

    @Test
    void aFailedAttemptHasAWarning() {
      ReadyState backingOff =
          new ReadyState.Reconciling(
              Reason.BACKING_OFF, "Attempt 1 failed: exit code 1.", Duration.ofSeconds(10));

      ReconcileResult<EcsClusterStatus> result =
          run(WEB, new ScriptedKind().says(done(backingOff)));

      assertThat(result.events())
          .singleElement()
          .extracting(ReconcileResult.PendingEvent::type)
          .isEqualTo(EventRecorder.Type.WARNING);
    }

    @ParameterizedTest
    @CsvSource({"WAITING, NORMAL", "TRANSIENT, WARNING", "BLOCKED, WARNING"})
    void aRefusalThatPassesIsNoWarning(FailureClass failureClass, EventRecorder.Type type) {
      ecs.fails(failure(failureClass));

      ReconcileResult<EcsClusterStatus> result = run(WEB, new ScriptedKind().says(create()));

      assertThat(result.events())
          .singleElement()
          .extracting(ReconcileResult.PendingEvent::type)
          .isEqualTo(type);
    }

    @Test
    void convergedObjectCausesNoWrite() {
      ScriptedKind kind = new ScriptedKind().says(done(FINE));
      run(WEB, kind);
      EcsClusterStatus first = status;
      time.advance(Duration.ofHours(1));

      ReconcileResult<EcsClusterStatus> result = run(WEB, kind);

      assertThat(result.status()).isEqualTo(first);
      assertThat(result.events()).isEmpty();
      assertThat(result.requeueAfter()).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(11));
      assertThat(intents).isEmpty();
      assertThat(ecs.asked()).isEmpty();
    }

    @Test
    void responsesAreKnownToTheNextPassAndAreReported() {
      ecs.answers("{'learned':'ACTIVE'}");
      ScriptedKind kind = new ScriptedKind().says(create()).says(done(FINE));

      run(WEB, kind);

      assertThat(kind.contexts().get(1).status().status()).isEqualTo("ACTIVE");
      assertThat(status.status()).isEqualTo("ACTIVE");
    }

    @Test
    void callsWhoseEffectEcsDoesNotShowAreRepeatedOnlyLater() {
      ecs.always(asked -> tree("{}"));
      Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> reconciliation =
          reconciliation(new ScriptedKind().says(create()));

      ReconcileResult<EcsClusterStatus> first = run(WEB, reconciliation);
      run(WEB, reconciliation);
      assertThat(ecs.asked()).hasSize(1);
      time.advance(first.requeueAfter().plusSeconds(1));
      ReconcileResult<EcsClusterStatus> second = run(WEB, reconciliation);

      assertThat(ecs.asked()).hasSize(2);
      assertThat(condition(status, "Reconciling")).isEqualTo("True/Creating");
      assertThat(second.requeueAfter()).isGreaterThan(first.requeueAfter());
    }

    @Test
    void reconcileEndsAfterFourPasses() {
      ecs.always(asked -> tree("{}"));
      ScriptedKind kind =
          new ScriptedKind()
              .says(act("One"))
              .says(act("Two"))
              .says(act("Three"))
              .says(act("Four"))
              .says(act("Five"));

      ReconcileResult<EcsClusterStatus> result = run(WEB, kind);

      assertThat(ecs.asked()).hasSize(4);
      assertThat(result.requeueAfter()).isLessThan(Duration.ofSeconds(6));
    }
  }

  @Nested
  class Failures {
    @ParameterizedTest
    @CsvSource({
      "TRANSIENT,   Reconciling, AwsUnavailable",
      "THROTTLED,   Reconciling, Throttled",
      "WAITING,     Reconciling, RefusedForNow",
      "NOT_FOUND,   Reconciling, RefusedForNow",
      "NO_CAPACITY, Reconciling, WaitingForCapacity",
      "BLOCKED,     Stalled,     Refused"
    })
    void failedCallIsReportedByItsFailureClass(
        FailureClass failureClass, String condition, String reason) {
      ecs.fails(failure(failureClass));

      ReconcileResult<EcsClusterStatus> result = run(WEB, new ScriptedKind().says(create()));

      assertThat(condition(status, condition)).isEqualTo("True/" + reason);
      assertThat(condition(status, "Ready")).isEqualTo("False/" + reason);
      assertThat(condition(status, "Synced")).isEqualTo("False/" + reason);
      assertThat(message("Synced")).isEqualTo("CreateCluster failed with Code: what AWS said");
      assertThat(result.events())
          .extracting(ReconcileResult.PendingEvent::reason)
          .containsExactly(reason);
    }

    @Test
    void deniedCallIsReportedAsAccessDenied() {
      ecs.fails(
          AwsFailure.of("CreateCluster", FailureClass.BLOCKED, "AccessDeniedException", "no"));

      run(WEB, new ScriptedKind().says(create()));

      assertThat(condition(status, "Stalled")).isEqualTo("True/AccessDenied");
    }

    @Test
    void missingClusterIsReportedAsSuchAndStallsTheObjectAfterTwoMinutes() {
      AwsFailure missing =
          AwsFailure.of(
              "CreateService", FailureClass.WAITING, "ClusterNotFoundException", "Cluster main");
      ecs.fails(missing).fails(missing);

      run(WEB, new ScriptedKind().says(create()));
      assertThat(condition(status, "Reconciling")).isEqualTo("True/ClusterNotFound");
      time.advance(Duration.ofMinutes(2));
      run(WEB, new ScriptedKind().says(create()));

      assertThat(condition(status, "Stalled")).isEqualTo("True/ClusterNotFound");
    }

    @Test
    void messageOfARefusalSaysWhenItIsTriedAgainAndHowToAskForIt() {
      ecs.fails(failure(FailureClass.BLOCKED));

      run(WEB, new ScriptedKind().says(create()));

      assertThat(message("Stalled"))
          .startsWith("CreateCluster failed with Code: what AWS said")
          .contains("every 10 minutes")
          .contains("ecs-operator.io/reconcile-requested-at");
    }

    @Test
    void refusedCallIsRepeatedAfterALongPause() {
      ecs.fails(failure(FailureClass.BLOCKED));

      ReconcileResult<EcsClusterStatus> result = run(WEB, new ScriptedKind().says(create()));

      assertThat(result.requeueAfter()).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(11));
    }

    @Test
    void refusalThatResolvesByItselfStallsAfterTwoMinutes() {
      AwsFailure roleUnknown = failure(FailureClass.BLOCKED).withResolvesByItself(true);
      ScriptedKind kind = new ScriptedKind().says(create());
      ecs.fails(roleUnknown).fails(roleUnknown).fails(roleUnknown).answers("{}");

      run(WEB, kind);
      assertThat(condition(status, "Reconciling")).isEqualTo("True/RefusedForNow");
      time.advance(Duration.ofSeconds(119));
      run(WEB, kind);
      assertThat(condition(status, "Reconciling")).isEqualTo("True/RefusedForNow");
      time.advance(Duration.ofSeconds(1));
      run(WEB, kind);

      assertThat(condition(status, "Stalled")).isEqualTo("True/Refused");
      assertThat(condition(status, "Reconciling")).isEqualTo("False/Refused");
    }

    @Test
    void twoMinutesStartAgainWithAnotherCause() {
      AwsFailure away = failure(FailureClass.TRANSIENT);
      AwsFailure roleUnknown =
          AwsFailure.of("CreateCluster", FailureClass.BLOCKED, "Role", "not yet")
              .withResolvesByItself(true);
      ScriptedKind kind = new ScriptedKind().says(create());
      ecs.fails(away).fails(roleUnknown).fails(roleUnknown).answers("{}");
      Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> running =
          reconciliation(kind);

      status = running.reconcile(WEB.desired(), status, false, intent -> {}).status();
      time.advance(Duration.ofMinutes(3));
      status = running.reconcile(WEB.desired(), status, false, intent -> {}).status();
      assertThat(condition(status, "Reconciling")).isEqualTo("True/RefusedForNow");
      time.advance(Duration.ofMinutes(2));
      status = running.reconcile(WEB.desired(), status, false, intent -> {}).status();

      assertThat(condition(status, "Stalled")).isEqualTo("True/Refused");
    }

    @Test
    void anOperationThatTheEndpointDoesNotSupportStallsAfterTwoMinutes() {
      AwsFailure unsupported =
          AwsFailure.of("CreateCluster", FailureClass.TRANSIENT, AwsFailure.HTTP_500, "no code");
      ScriptedKind kind = new ScriptedKind().says(create());
      ecs.fails(unsupported).fails(unsupported).answers("{}");

      run(WEB, kind);
      assertThat(condition(status, "Reconciling")).isEqualTo("True/RefusedForNow");
      time.advance(Duration.ofMinutes(2));
      run(WEB, kind);

      assertThat(condition(status, "Stalled")).isEqualTo("True/Refused");
    }

    @Test
    void twoMinutesStartAgainAfterASuccess() {
      AwsFailure roleUnknown = failure(FailureClass.BLOCKED).withResolvesByItself(true);
      ecs.fails(roleUnknown).fails(roleUnknown);
      run(WEB, new ScriptedKind().says(create()));
      time.advance(Duration.ofMinutes(10));
      run(WEB, new ScriptedKind().says(done(FINE)));
      time.advance(Duration.ofMinutes(10));

      run(WEB, new ScriptedKind().says(create()));

      assertThat(condition(status, "Reconciling")).isEqualTo("True/RefusedForNow");
    }

    @Test
    void backoffGrowsToItsMaximumAndRestartsAfterASuccess() {
      ecs.always(
          asked -> {
            throw failure(FailureClass.TRANSIENT);
          });
      Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> failing =
          reconciliation(
              new ScriptedKind()
                  .says(create())
                  .says(create())
                  .says(create())
                  .says(create())
                  .says(create())
                  .says(create())
                  .says(create())
                  .says(create())
                  .says(create())
                  .says(create())
                  .says(create())
                  .says(create())
                  .says(done(FINE))
                  .says(create()));
      List<Duration> pauses = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        pauses.add(run(WEB, failing).requeueAfter());
      }

      for (int i = 0; i < 12; i++) {
        Duration middle = Duration.ofMillis(Math.min(500L << i, 60_000));
        assertThat(pauses.get(i))
            .isBetween(middle.multipliedBy(9).dividedBy(10), middle.multipliedBy(11).dividedBy(10));
      }
      run(WEB, failing);
      assertThat(run(WEB, failing).requeueAfter()).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void callsThatSucceededBeforeTheFailureAreReported() {
      ecs.answers("{'learned':'ACTIVE'}").fails(failure(FailureClass.TRANSIENT));

      ReconcileResult<EcsClusterStatus> result =
          run(
              WEB,
              new ScriptedKind().says(context -> act(context, "CreateCluster", "UpdateCluster")));

      assertThat(status.status()).isEqualTo("ACTIVE");
      assertThat(result.events())
          .extracting(ReconcileResult.PendingEvent::reason)
          .containsExactly("Created", "AwsUnavailable");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyACallThatCertainlyHadNoEffectIsRejected(boolean ambiguous) {
      ecs.fails(failure(FailureClass.TRANSIENT).withAmbiguous(ambiguous));
      ScriptedKind kind = new ScriptedKind().says(create());

      run(WEB, kind);

      assertThat(kind.refused()).isEqualTo(ambiguous ? List.of() : List.of("CreateCluster"));
    }

    @Test
    void afterALostAnswerTheNextReconcileObservesFirst() {
      ecs.fails(failure(FailureClass.TRANSIENT).withAmbiguous(true));
      ScriptedKind kind = new ScriptedKind().says(create()).says(done(FINE));
      run(WEB, kind);

      run(WEB, kind);

      assertThat(ecs.asked()).hasSize(1);
      assertThat(kind.contexts()).hasSize(2);
      assertThat(condition(status, "Ready")).isEqualTo("True/Reconciled");
    }
  }

  @Nested
  class Drift {
    @Test
    void planForAReadyObjectCountsAsDrift() {
      ecs.always(asked -> tree("{}"));
      ScriptedKind kind = new ScriptedKind().says(done(FINE)).says(create()).says(done(FINE));
      run(WEB, kind);

      ReconcileResult<EcsClusterStatus> result = run(WEB, kind);

      assertThat(drift()).isEqualTo(1);
      assertThat(result.events())
          .extracting(ReconcileResult.PendingEvent::reason)
          .containsExactly("DriftCorrected");
    }

    @Test
    void planForANewSpecIsNoDrift() {
      ecs.always(asked -> tree("{}"));
      ScriptedKind kind = new ScriptedKind().says(done(FINE)).says(create()).says(done(FINE));
      run(WEB, kind);

      run(WEB.changedTo("{}"), kind);

      assertThat(ecs.operations()).containsExactly("CreateCluster");
      assertThat(drift()).isZero();
    }

    @Test
    void planForAReferenceOrAnAnnotationIsNoDrift() {
      ecs.always(asked -> tree("{}"));
      ScriptedKind kind =
          new ScriptedKind()
              .wantingSomethingElseEachTime()
              .says(done(FINE))
              .says(create())
              .says(done(FINE));
      run(WEB, kind);

      run(WEB, kind);

      assertThat(ecs.operations()).containsExactly("CreateCluster");
      assertThat(drift()).isZero();
    }

    @Test
    void driftThatTakesSeveralPassesOrFailsIsCountedOnce() {
      ecs.answers("{}").fails(failure(FailureClass.TRANSIENT)).answers("{}");
      ScriptedKind kind =
          new ScriptedKind()
              .says(done(FINE))
              .says(act("One"))
              .says(act("Two"))
              .says(act("Two"))
              .says(done(FINE));
      run(WEB, kind);

      run(WEB, kind);
      run(WEB, kind);

      assertThat(ecs.operations()).containsExactly("One", "Two", "Two");
      assertThat(drift()).isEqualTo(1);
    }
  }

  @Nested
  class UnknownObservations {
    @Test
    void readyObjectStaysReadyWhileEcsCannotBeRead() {
      run(WEB, new ScriptedKind().says(done(FINE)));

      run(WEB, new ScriptedKind().says(unknown(FailureClass.THROTTLED)));

      assertThat(condition(status, "Ready")).isEqualTo("True/Reconciled");
      assertThat(condition(status, "Synced")).isEqualTo("False/Throttled");
      assertThat(ecs.asked()).isEmpty();
    }

    @Test
    void objectWithANewSpecIsNotReadyWhileEcsCannotBeRead() {
      run(WEB, new ScriptedKind().says(done(FINE)));

      run(WEB.changedTo("{}"), new ScriptedKind().says(unknown(FailureClass.THROTTLED)));

      assertThat(condition(status, "Ready")).isEqualTo("False/Throttled");
      assertThat(condition(status, "Reconciling")).isEqualTo("True/Throttled");
    }

    @ParameterizedTest
    @CsvSource({
      "AccessDeniedException, AccessDenied",
      "NoCredentials, NoCredentials",
      "ExpiredTokenException, Refused"
    })
    void readThatNoObjectIsAllowedIsNoFaultOfTheObject(String code, String reason) {
      AwsFailure denied = AwsFailure.of("DescribeClusters", FailureClass.BLOCKED, code, "no");
      ScriptedKind kind =
          new ScriptedKind()
              .says(done(FINE))
              .says(context -> Decision.unknown(context.status(), denied));

      run(WEB, kind);
      run(WEB, kind);
      assertThat(condition(status, "Ready")).isEqualTo("True/Reconciled");
      assertThat(condition(status, "Synced")).isEqualTo("False/" + reason);

      time.advance(Duration.ofHours(1));
      run(WEB.changedTo("{}"), kind);
      assertThat(condition(status, "Ready")).isEqualTo("False/" + reason);
      assertThat(condition(status, "Stalled")).isEqualTo("False/" + reason);
    }

    @Test
    void cachedObservationIsReportedAsOutdatedWhileReadsFail() {
      reader.fails(AwsFailure.of("DescribeClusters", FailureClass.TRANSIENT, "EcsAway", "away"));

      run(WEB, new ScriptedKind().says(done(FINE)));
      assertThat(condition(status, "Ready")).isEqualTo("False/AwsUnavailable");

      reader.works();
      run(WEB, new ScriptedKind().says(done(FINE)));
      reader.fails(AwsFailure.of("DescribeClusters", FailureClass.TRANSIENT, "EcsAway", "away"));
      run(WEB, new ScriptedKind().says(done(FINE)));

      assertThat(condition(status, "Ready")).isEqualTo("True/Reconciled");
      assertThat(condition(status, "Synced")).isEqualTo("False/AwsUnavailable");
    }

    @Test
    void forbiddenReadStallsAReadyObjectToo() {
      run(WEB, new ScriptedKind().says(done(FINE)));

      run(WEB, new ScriptedKind().says(unknown(FailureClass.BLOCKED)));

      assertThat(condition(status, "Stalled")).isEqualTo("True/Refused");
    }
  }

  @Nested
  class QueuedCalls {
    @Test
    void queuedCallIsReportedOnceAndIsNoFailure() {
      Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> reconciliation =
          reconciliation(new ScriptedKind().says(create()));
      ecs.fails(waits("CreateCluster", 30)).fails(waits("CreateCluster", 60));

      ReconcileResult<EcsClusterStatus> first = run(WEB, reconciliation);
      EcsClusterStatus told = status;
      time.advance(Duration.ofSeconds(20));
      ReconcileResult<EcsClusterStatus> second = run(WEB, reconciliation);

      assertThat(condition(told, "Reconciling")).isEqualTo("True/Throttled");
      assertThat(message("Reconciling")).isEqualTo("CreateCluster waits for AWS request quota.");
      assertThat(condition(told, "Synced")).isEqualTo("True/CallSucceeded");
      assertThat(status).isEqualTo(told);
      assertThat(intents).hasSize(1);
      assertThat(first.events()).isEmpty();
      assertThat(second.events()).isEmpty();
      // No growing pauses, no jitter: just until its turn.
      assertThat(first.requeueAfter()).isEqualTo(Duration.ofSeconds(30));
      assertThat(second.requeueAfter()).isEqualTo(Duration.ofSeconds(60 - 20));
    }

    @Test
    void callWhoseTurnHasComeIsSentAtOnce() {
      ecs.fails(waits("CreateCluster", 0));

      assertThat(run(WEB, new ScriptedKind().says(create())).requeueAfter())
          .isLessThan(Duration.ofMillis(50));
    }

    @Test
    void intentOfAQueuedCallStaysInTheStatus() {
      ecs.fails(waits("CreateCluster", 30));

      run(WEB, new ScriptedKind().says(create()));

      assertThat(status.common().appliedPaths()).containsExactly("clusterName");
    }

    @Test
    void backoffDoesNotGrowWhileACallIsQueued() {
      Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> reconciliation =
          reconciliation(new ScriptedKind().says(create()));
      for (int i = 0; i < 10; i++) {
        ecs.fails(waits("CreateCluster", 10));
        run(WEB, reconciliation);
      }
      ecs.fails(failure(FailureClass.TRANSIENT));

      assertThat(run(WEB, reconciliation).requeueAfter()).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void queuedCallDoesNotHideTheFailureBeforeIt() {
      Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> reconciliation =
          reconciliation(new ScriptedKind().says(create()));
      ecs.fails(failure(FailureClass.TRANSIENT)).fails(waits("CreateCluster", 30));
      run(WEB, reconciliation);

      run(WEB, reconciliation);

      assertThat(condition(status, "Synced")).isEqualTo("False/AwsUnavailable");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void queuedReadChangesNoStatus(boolean ready) {
      run(WEB, new ScriptedKind().says(done(ready ? FINE : CREATING)));
      EcsClusterStatus before = status;
      time.advance(Duration.ofMinutes(1));

      ReconcileResult<EcsClusterStatus> result =
          run(
              WEB,
              new ScriptedKind()
                  .says(
                      context -> Decision.unknown(context.status(), waits("DescribeClusters", 9))));

      assertThat(status).isEqualTo(before);
      assertThat(result.events()).isEmpty();
      assertThat(result.requeueAfter()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void objectWithANewSpecIsNotReadyWhileItsReadIsQueued() {
      run(WEB, new ScriptedKind().says(done(FINE)));

      run(
          WEB.changedTo("{}"),
          new ScriptedKind()
              .says(context -> Decision.unknown(context.status(), waits("DescribeClusters", 9))));

      assertThat(condition(status, "Ready")).isEqualTo("False/Throttled");
    }

    @Test
    void readyObjectStaysReadyWhileItsCleanUpIsQueued() {
      run(WEB, new ScriptedKind().says(done(FINE)));
      EcsClusterStatus before = status;

      ReconcileResult<EcsClusterStatus> result =
          run(
              WEB,
              new ScriptedKind()
                  .says(
                      context ->
                          new Decision.Postponed<>(
                              context.status(),
                              (ReadyState.Ready) FINE,
                              waits("DeregisterTaskDefinition", 40))));

      assertThat(status).isEqualTo(before);
      assertThat(result.events()).isEmpty();
      assertThat(result.requeueAfter()).isEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void retainedObjectWaitsForTheQueuedRemovalOfItsTag() {
      known();
      ecs.fails(waits("UntagResource", 5));

      ReconcileResult<EcsClusterStatus> result =
          run(
              WEB.with("deletionPolicy", "Retain").deletedAt(time.instant()),
              new ScriptedKind().says(act("UntagResource")));

      assertThat(result.disposition()).isEqualTo(Disposition.KEEP);
    }

    @Test
    void backoffOfTheCacheIsUsed() {
      AwsFailure failure = failure(FailureClass.TRANSIENT);
      Instant retryAt = time.instant().plusSeconds(42);

      ReconcileResult<EcsClusterStatus> result =
          run(
              WEB,
              new ScriptedKind()
                  .says(
                      context ->
                          Decision.unknown(
                              context.status(), new Observation.Unknown(retryAt, failure))));

      assertThat(result.requeueAfter()).isEqualTo(Duration.ofSeconds(42));
    }

    @Test
    void reconcileRequestReadsEcsAnewOnceAndIsAcknowledged() {
      ScriptedKind kind = new ScriptedKind().says(done(FINE));
      Wanted asking = WEB.annotated("reconcile-requested-at", "noon");

      run(asking, kind);
      run(asking, kind);

      assertThat(kind.contexts().get(0).freshness()).isEqualTo(EcsReader.Freshness.NOW);
      assertThat(kind.contexts().get(1).freshness()).isNotEqualTo(EcsReader.Freshness.NOW);
      assertThat(status.common().lastHandledReconcileAt()).isEqualTo("noon");
    }
  }

  @Nested
  class PoliciesAndPause {
    @ParameterizedTest
    @CsvSource({
      "Plan,    Planned,  True/ChangesPending",
      "Observe, Observed, False/NotFound",
    })
    void planAndObserveWriteNothingAndReportThePlan(String policy, String main, String expected) {
      Wanted unmanaged = WEB.with("managementPolicy", policy);

      ReconcileResult<EcsClusterStatus> result = run(unmanaged, new ScriptedKind().says(create()));

      assertThat(ecs.asked()).isEmpty();
      assertThat(intents).isEmpty();
      assertThat(result.disposition()).isEqualTo(Disposition.KEEP);
      assertThat(condition(status, main)).isEqualTo(expected);
      assertThat(condition(status, "Drifted")).isEqualTo("True/ChangesPending");
      assertThat(Conditions.find(status.common().conditions(), "Ready")).isEmpty();
      assertThat(status.common().plan().actions().getFirst().operation())
          .isEqualTo("CreateCluster");
    }

    @Test
    void observeReportsADifferenceOfWhatExists() {
      run(
          WEB.with("managementPolicy", "Observe"),
          new ScriptedKind().says(ReconciliationTest::update));

      assertThat(condition(status, "Observed")).isEqualTo("True/ChangesPending");
    }

    @Test
    void pausedObjectWritesNothingAndIsNotReady() {
      run(WEB.annotated("paused", "true"), new ScriptedKind().says(create()));

      assertThat(ecs.asked()).isEmpty();
      assertThat(condition(status, "Paused")).isEqualTo("True/PauseRequested");
      assertThat(condition(status, "Drifted")).isEqualTo("True/ChangesPending");
      assertThat(condition(status, "Ready")).isEqualTo("False/ChangesPending");
    }

    @Test
    void pauseDoesNotHoldADeletion() {
      ecs.answers("{}");

      ReconcileResult<EcsClusterStatus> result =
          run(
              WEB.annotated("paused", "true").deletedAt(time.instant()),
              new ScriptedKind().says(act("DeleteCluster")).says(released()));

      assertThat(ecs.operations()).containsExactly("DeleteCluster");
      assertThat(result.disposition()).isEqualTo(Disposition.RELEASE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Plan", "Observe"})
    void unmanagedObjectIsReleasedWithoutACallEvenIfItWasManagedBefore(String policy) {
      Wanted deleted = WEB.deletedAt(time.instant());
      ecs.fails(failure(FailureClass.WAITING));
      run(deleted, new ScriptedKind().says(act("DeleteCluster")));

      ReconcileResult<EcsClusterStatus> result =
          run(
              deleted.with("managementPolicy", policy),
              new ScriptedKind().says(act("DeleteCluster")));

      assertThat(result.disposition()).isEqualTo(Disposition.RELEASE);
      assertThat(ecs.asked()).hasSize(1);
    }

    @Test
    void missingTagIsNoDriftOfAnObservedObject() {
      ScriptedKind kind = new ScriptedKind().says(done(FINE));

      run(WEB.with("managementPolicy", "Observe"), kind);
      run(WEB.with("managementPolicy", "Plan"), kind);

      assertThat(kind.contexts()).extracting(ReconcileContext::mayTag).containsExactly(false, true);
    }
  }

  @Nested
  class Location {
    @ParameterizedTest
    @CsvSource({"1, us-east-1", "2, eu-central-1"})
    void inAnotherAccountOrRegionNothingIsObservedOrWritten(String account, String region) {
      known();
      reader.isIn(new AwsLocation("aws", account, region));
      ScriptedKind kind = new ScriptedKind().says(create());

      ReconcileResult<EcsClusterStatus> result = run(WEB, kind);

      assertThat(condition(status, "Stalled")).isEqualTo("True/WrongAccount");
      assertThat(message("Stalled")).contains("1/eu-central-1").contains(account + "/" + region);
      assertThat(result.disposition()).isEqualTo(Disposition.KEEP);
      assertThat(kind.contexts()).isEmpty();
    }

    @Test
    void wrongLocationHoldsADeletionUnlessTheResourceIsRetained() {
      known();
      reader.isIn(new AwsLocation("aws", "2", "eu-central-1"));
      ScriptedKind kind = new ScriptedKind().says(released());

      assertThat(run(WEB.deletedAt(time.instant()), kind).disposition())
          .isEqualTo(Disposition.KEEP);
      assertThat(
              run(WEB.deletedAt(time.instant()).with("deletionPolicy", "Retain"), kind)
                  .disposition())
          .isEqualTo(Disposition.RELEASE);
      assertThat(kind.contexts()).isEmpty();
    }

    @Test
    void aRetainedResourceIsNotReleasedWhileTheLocationIsNotKnownYet() {
      known();
      reader.isNowhereYet();
      Wanted retained = WEB.deletedAt(time.instant()).with("deletionPolicy", "Retain");
      Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> reconciliation =
          reconciliation(new ScriptedKind());

      assertThat(run(retained, reconciliation).disposition()).isEqualTo(Disposition.KEEP);
      time.advance(TIMING.grace().multipliedBy(2));
      ReconcileResult<EcsClusterStatus> late = run(retained, reconciliation);

      assertThat(late.disposition()).isEqualTo(Disposition.RELEASE);
      assertThat(late.events())
          .extracting(ReconcileResult.PendingEvent::reason)
          .containsExactly("Retained");
    }

    @Test
    void locationHasToBeKnownBeforeTheFirstCall() {
      reader.isNowhereYet();

      run(WEB, new ScriptedKind().says(create()));

      assertThat(ecs.asked()).isEmpty();
      assertThat(intents).isEmpty();
      assertThat(condition(status, "Reconciling")).isEqualTo("True/AwsUnavailable");
    }

    @Test
    void callWhoseAnswerWasLostIsNotRepeatedInAnotherLocation() {
      ecs.fails(failure(FailureClass.TRANSIENT).withAmbiguous(true));
      ScriptedKind kind = new ScriptedKind().says(create());
      run(WEB, kind);
      reader.isIn(new AwsLocation("aws", "1", "us-east-1"));

      run(WEB, kind);

      assertThat(ecs.asked()).hasSize(1);
      assertThat(condition(status, "Stalled")).isEqualTo("True/WrongAccount");
    }
  }

  @Nested
  class Release {
    @ParameterizedTest
    @EnumSource(FailureClass.class)
    void whatWasNeverMadeInEcsGoesWithoutARead(FailureClass failureClass) {
      status =
          reconciliation(new ScriptedKind().says(unread(failureClass)))
              .reconcile(WEB.desired(), status, true, intent -> {})
              .status();

      ReconcileResult<EcsClusterStatus> result =
          run(WEB.deletedAt(time.instant()), new ScriptedKind().says(unread(failureClass)));

      assertThat(result.disposition()).isEqualTo(Disposition.RELEASE);
    }

    @Test
    void whatMayHaveBeenMadeStaysUntilItCanBeRead() {
      ecs.fails(failure(FailureClass.TRANSIENT).withAmbiguous(true));
      run(WEB, new ScriptedKind().says(create()));

      ReconcileResult<EcsClusterStatus> result =
          run(WEB.deletedAt(time.instant()), new ScriptedKind().says(unread(FailureClass.BLOCKED)));

      assertThat(result.disposition()).isEqualTo(Disposition.KEEP);
    }

    private static ScriptedKind.Line unread(FailureClass failureClass) {
      return context -> Decision.unknown(context.status(), failure(failureClass));
    }

    @ParameterizedTest
    @EnumSource(FailureClass.class)
    void noFailureHoldsAnObjectWhoseResourceIsRetained(FailureClass failureClass) {
      ecs.fails(failure(failureClass));
      Wanted retained = WEB.with("deletionPolicy", "Retain").deletedAt(time.instant());
      Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> untags =
          reconciliation(new ScriptedKind().says(act("UntagResource")));
      Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> reads =
          reconciliation(new ScriptedKind().says(unknown(failureClass)));
      if (Set.of(FailureClass.THROTTLED, FailureClass.TRANSIENT).contains(failureClass)) {
        // The owner tag would keep others from the resource for ever.
        assertThat(run(retained, untags).disposition()).isEqualTo(Disposition.KEEP);
        assertThat(run(retained, reads).disposition()).isEqualTo(Disposition.KEEP);
        time.advance(TIMING.grace().multipliedBy(2));
        ecs.fails(failure(failureClass));
      }

      ReconcileResult<EcsClusterStatus> untagging = run(retained, untags);
      ReconcileResult<EcsClusterStatus> reading = run(retained, reads);

      assertThat(untagging.disposition()).isEqualTo(Disposition.RELEASE);
      assertThat(reading.disposition()).isEqualTo(Disposition.RELEASE);
      assertThat(untagging.events())
          .extracting(ReconcileResult.PendingEvent::reason)
          .containsExactly("Retained");
    }

    @Test
    void retainSetWhileTerminatingReleasesTheObjectWithoutACall() {
      ScriptedKind kind = new ScriptedKind().says(act("DeleteCluster"));
      Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> reconciliation =
          reconciliation(kind);
      ecs.fails(failure(FailureClass.WAITING));
      Wanted deleted = WEB.deletedAt(time.instant());
      run(deleted, reconciliation);

      ReconcileResult<EcsClusterStatus> result =
          run(deleted.with("deletionPolicy", "Retain"), reconciliation);

      assertThat(result.disposition()).isEqualTo(Disposition.RELEASE);
      assertThat(ecs.asked()).hasSize(1);
      assertThat(kind.contexts()).hasSize(1);
    }

    @Test
    void aPauseThatHasPassedIsShortAndNotNegative() {
      Decision.Done<EcsClusterStatus> late =
          new Decision.Done<>(status, FINE, Optional.empty(), Optional.of(Duration.ofSeconds(-1)));

      assertThat(run(WEB, new ScriptedKind().says(context -> late)).requeueAfter()).isPositive();
    }

    @Test
    void aKeptObjectIsHandedOverWithoutACallUnlessItsKeeperIsDeletedToo() {
      ObjectKey keeper = new ObjectKey("EcsService", "shop", "web");
      ScriptedKind kind = new ScriptedKind();
      Wanted deleted = WEB.deletedAt(time.instant());

      ReconcileResult<EcsClusterStatus> early =
          reconciliation(kind).handOver(deleted.desired(), status, keeper);
      time.advance(TIMING.grace());
      ReconcileResult<EcsClusterStatus> late =
          reconciliation(kind).handOver(deleted.desired(), status, keeper);

      assertThat(early.disposition()).isEqualTo(Disposition.KEEP);
      assertThat(condition(early.status(), "Ready")).isEqualTo("False/WaitingForDependents");
      assertThat(late.disposition()).isEqualTo(Disposition.RELEASE);
      assertThat(ecs.asked()).isEmpty();
    }

    @Test
    void releasedObjectIsReleasedAgainWhileTheInformerShowsIt() {
      ScriptedKind kind = new ScriptedKind().says(act("DeleteCluster")).says(act("UntagResource"));
      Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> reconciliation =
          reconciliation(kind);
      ecs.fails(failure(FailureClass.WAITING));
      Wanted deleted = WEB.deletedAt(time.instant());
      run(deleted, reconciliation);
      run(deleted.with("deletionPolicy", "Retain"), reconciliation);

      ReconcileResult<EcsClusterStatus> result =
          run(deleted.with("deletionPolicy", "Retain"), reconciliation);

      assertThat(result.disposition()).isEqualTo(Disposition.RELEASE);
      assertThat(kind.contexts()).hasSize(1);
    }

    @Test
    void expiredObjectIsDeleted() {
      assertThat(
              run(WEB, new ScriptedKind().says(context -> new Decision.Expired<>(context.status())))
                  .disposition())
          .isEqualTo(Disposition.DELETE);
    }
  }

  @Nested
  class RefusedTags {
    @Test
    void adoptionTagsFirstAndNamesTheResourceOnlyThen() {
      ecs.always(asked -> tree("{}"));
      ScriptedKind kind = new ScriptedKind().says(adopting()).says(done(FINE));

      run(WEB, kind);

      assertThat(ecs.operations()).containsExactly("TagResource", "UpdateCluster");
      assertThat(intents).isNotEmpty();
      assertThat(intents).allSatisfy(intent -> assertThat(intent.common().arn()).isNull());
      assertThat(status.common().arn()).isEqualTo(ARN);
    }

    @Test
    void aResourceThatMayNotBeTaggedIsNotAdopted() {
      ecs.fails(tagsDenied());
      ScriptedKind kind = new ScriptedKind().says(adopting());

      run(WEB, kind);

      assertThat(ecs.operations()).containsExactly("TagResource");
      assertThat(condition(status, "Stalled")).isEqualTo("True/AccessDenied");
      assertThat(status.common().arn()).isNull();
    }

    @Test
    void aResourceThatWasTaggedIsAdoptedEvenIfItsUpdateFails() {
      ecs.answers("{}").fails(failure(FailureClass.BLOCKED));

      run(WEB, new ScriptedKind().says(adopting()));

      assertThat(status.common().arn()).isEqualTo(ARN);
    }

    private AwsFailure tagsDenied() {
      return AwsFailure.of("TagResource", FailureClass.BLOCKED, "AccessDeniedException", "no");
    }

    private ScriptedKind.Line adopting() {
      return context -> {
        Decision.Execute<EcsClusterStatus> tag =
            (Decision.Execute<EcsClusterStatus>)
                tagging("tags[ecs-operator.io/owner]").apply(context);
        Plan.Call update = new Plan.Call("UpdateCluster", tree("{}"), List.of());
        return new Decision.Execute<>(
            new Plan(List.of(update, tag.plan().calls().getFirst())),
            tag.status(),
            Kind.withCommon(context.status(), context.status().common().withArn(ARN)),
            CREATING);
      };
    }

    @Test
    void refusedOwnerTagIsTriedAgainAfterAWhile() {
      known();
      ecs.fails(tagsDenied());
      ScriptedKind kind =
          new ScriptedKind().says(tagging("tags[ecs-operator.io/owner]")).says(done(FINE));
      Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> reconciliation =
          reconciliation(kind);
      run(WEB, reconciliation);

      time.advance(TIMING.refused());
      run(WEB, reconciliation);

      assertThat(kind.contexts())
          .extracting(ReconcileContext::mayTag)
          .containsExactly(true, false, true);
    }

    @Test
    void refusedOwnerTagIsTriedAgainOnceAnotherTagIsAllowed() {
      known();
      ecs.fails(tagsDenied()).answers("{}");
      ScriptedKind kind =
          new ScriptedKind()
              .says(tagging("tags[ecs-operator.io/owner]"))
              .says(done(FINE))
              .says(tagging("tags[team]"))
              .says(done(FINE));
      Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> reconciliation =
          reconciliation(kind);
      run(WEB, reconciliation);

      time.advance(Duration.ofMinutes(1));
      run(WEB, reconciliation);

      assertThat(kind.contexts())
          .extracting(ReconcileContext::mayTag)
          .containsExactly(true, false, false, true);
    }

    @Test
    void refusedOwnerTagIsReportedOnceAndIsNoFailure() {
      known();
      ecs.fails(tagsDenied());
      ScriptedKind kind =
          new ScriptedKind().says(tagging("tags[ecs-operator.io/owner]")).says(done(FINE));
      Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> reconciliation =
          reconciliation(kind);

      ReconcileResult<EcsClusterStatus> first = run(WEB, reconciliation);
      ReconcileResult<EcsClusterStatus> second = run(WEB, reconciliation);

      assertThat(kind.contexts())
          .extracting(ReconcileContext::mayTag)
          .containsExactly(true, false, false);
      assertThat(condition(status, "Ready")).isEqualTo("True/Reconciled");
      assertThat(condition(status, "Synced")).isEqualTo("True/CallSucceeded");
      assertThat(first.events())
          .extracting(ReconcileResult.PendingEvent::reason)
          .contains("NotTagged");
      assertThat(second.events()).isEmpty();
    }

    @Test
    void refusedUserTagIsAFailure() {
      ecs.fails(tagsDenied());

      run(WEB, new ScriptedKind().says(tagging("tags[team]")));

      assertThat(condition(status, "Stalled")).isEqualTo("True/AccessDenied");
    }

    @Test
    void expiringCredentialsDoNotMakeAResourceUntaggable() {
      ecs.fails(failure(FailureClass.BLOCKED).withResolvesByItself(true)).answers("{}");
      ScriptedKind kind =
          new ScriptedKind()
              .says(tagging("tags[ecs-operator.io/owner]"))
              .says(tagging("tags[ecs-operator.io/owner]"))
              .says(done(FINE));
      Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> reconciliation =
          reconciliation(kind);

      run(WEB, reconciliation);
      run(WEB, reconciliation);

      assertThat(ecs.asked()).hasSize(2);
      assertThat(kind.contexts()).extracting(ReconcileContext::mayTag).containsOnly(true);
    }
  }

  @Nested
  class InvalidSpecs {
    @Test
    void invalidSpecIsStalledWithoutARead() {
      ScriptedKind kind = new ScriptedKind().says(create());

      run(Wanted.cluster("{'ignoreFields':['settings[']}"), kind);

      assertThat(condition(status, "Stalled")).isEqualTo("True/InvalidSpec");
      assertThat(message("Stalled")).startsWith("ignoreFields[0]: 'settings['");
      assertThat(kind.contexts()).isEmpty();
    }

    @Test
    void invalidSpecDoesNotHoldADeletion() {
      Wanted deleted = Wanted.cluster("{'ignoreFields':['settings[']}").deletedAt(time.instant());

      ReconcileResult<EcsClusterStatus> result = run(deleted, new ScriptedKind().says(released()));

      assertThat(result.disposition()).isEqualTo(Disposition.RELEASE);
    }

    @Test
    void aPathThatNamesNoFieldIsReportedAndHoldsUpNothing() {
      ComparableSchema clusters =
          TestKinds.all().stream()
              .filter(kind -> kind.name().equals("EcsCluster"))
              .findFirst()
              .flatMap(Kind::schema)
              .orElseThrow();
      Wanted cluster = Wanted.cluster("{'ignoreFields':['setings']}");
      String note =
          "ignoreFields[0] 'setings' has no effect: EcsCluster has no such field to compare.";

      ReconcileResult<EcsClusterStatus> first =
          run(cluster, new ScriptedKind().comparedBy(clusters).says(done(FINE)));

      assertThat(condition(status, "Ready")).isEqualTo("True/Reconciled");
      assertThat(message("Ready")).endsWith(note);
      assertThat(first.events()).filteredOn(event -> event.message().equals(note)).hasSize(1);

      ReconcileResult<EcsClusterStatus> again =
          run(cluster, new ScriptedKind().comparedBy(clusters).says(done(FINE)));

      assertThat(message("Ready")).containsOnlyOnce(note);
      assertThat(again.events()).isEmpty();
    }

    @Test
    void ignoreFieldsAreNotValidatedForAKindThatComparesNothing() {
      ScriptedKind kind = new ScriptedKind().comparingNothing().says(done(FINE));

      run(Wanted.cluster("{'ignoreFields':['settings[']}"), kind);

      assertThat(condition(status, "Ready")).isEqualTo("True/Reconciled");
    }
  }

  @Nested
  class CleanUp {
    @ParameterizedTest
    @CsvSource({"TRANSIENT, AwsUnavailable, PT0S, PT1S", "BLOCKED, Refused, PT9M, PT11M"})
    void readyObjectStaysReadyIfItsCleanUpFails(
        FailureClass failureClass, String reason, Duration soonest, Duration latest) {
      ecs.fails(failure(failureClass));
      run(WEB, new ScriptedKind().says(done(FINE)));

      ReconcileResult<EcsClusterStatus> result =
          run(WEB, new ScriptedKind().says(context -> tidying(context, "DeleteCluster")));

      assertThat(condition(status, "Ready")).isEqualTo("True/Reconciled");
      assertThat(condition(status, "Synced")).isEqualTo("False/" + reason);
      assertThat(result.requeueAfter()).isBetween(soonest, latest);
      assertThat(result.events()).isEmpty();
    }

    @Test
    void readyObjectStaysReadyIfItsCleanUpCannotBeObserved() {
      run(
          WEB,
          new ScriptedKind()
              .says(
                  context ->
                      new Decision.Postponed<>(
                          context.status(),
                          new ReadyState.Ready(Reason.RECONCILED, "All is well."),
                          failure(FailureClass.BLOCKED))));

      assertThat(condition(status, "Ready")).isEqualTo("True/Reconciled");
      assertThat(condition(status, "Synced")).isEqualTo("False/Refused");
    }

    @Test
    void readyObjectStaysReadyIfEcsDoesNotShowItsCleanUp() {
      ecs.always(asked -> tree("{}"));

      run(WEB, new ScriptedKind().says(context -> tidying(context, "DeleteCluster")));

      assertThat(ecs.asked()).hasSize(1);
      assertThat(condition(status, "Ready")).isEqualTo("True/Reconciled");
    }

    @Test
    void afterTwentyCallsTheNextReconcileContinuesInTheStateOfThePlan() {
      ecs.always(asked -> tree("{}"));
      String[] twelve = IntStream.range(0, 12).mapToObj(n -> "One").toArray(String[]::new);
      String[] more = IntStream.range(0, 13).mapToObj(n -> "Two").toArray(String[]::new);
      ScriptedKind kind =
          new ScriptedKind()
              .says(context -> tidying(context, twelve))
              .says(context -> tidying(context, more))
              .says(context -> tidying(context, twelve));

      ReconcileResult<EcsClusterStatus> result = run(WEB, kind);

      assertThat(ecs.asked()).hasSize(25);
      assertThat(condition(status, "Ready")).isEqualTo("True/Reconciled");
      assertThat(result.requeueAfter()).isLessThan(Duration.ofSeconds(6));
    }
  }

  private AwsFailure waits(String operation, int seconds) {
    return AwsFailure.deferred(operation, time.instant().plusSeconds(seconds));
  }

  private ReconcileResult<EcsClusterStatus> run(Wanted wanted, ScriptedKind kind) {
    return run(wanted, reconciliation(kind));
  }

  private ReconcileResult<EcsClusterStatus> run(
      Wanted wanted,
      Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> reconciliation) {
    ReconcileResult<EcsClusterStatus> result =
        reconciliation.reconcile(
            wanted.desired(),
            status,
            false,
            intent -> {
              order.add("intent");
              intents.add(intent);
            });
    status = result.status();
    return result;
  }

  private Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> reconciliation(
      ScriptedKind kind) {
    PlanExecutor planExecutor = new PlanExecutor(ecs, new NoWrites(), time);
    return new Reconciliation<>(
        kind,
        new Reconciliation.Dependencies(
            reader,
            new ReferenceCheck(new Objects(), Duration.ZERO, time),
            planExecutor,
            TIMING,
            time,
            new Random(1),
            new ReconcileMetrics(metrics)));
  }

  private double drift() {
    return metrics.get("ecs.operator.drift.corrected").tag("kind", "EcsCluster").counter().count();
  }

  private void known() {
    status = Kind.withCommon(status, status.common().withArn(ARN));
  }

  private String condition(EcsClusterStatus status, String type) {
    Condition condition = Conditions.find(status.common().conditions(), type).orElseThrow();
    return condition.status() + "/" + condition.reason();
  }

  private String message(String type) {
    return Conditions.find(status.common().conditions(), type).orElseThrow().message();
  }

  private static AwsFailure failure(FailureClass failureClass) {
    return AwsFailure.of("CreateCluster", failureClass, "Code", "what AWS said");
  }

  private static ScriptedKind.Line create() {
    return act("CreateCluster");
  }

  private static ScriptedKind.Line act(String operation) {
    return context -> act(context, operation);
  }

  private static Decision<EcsClusterStatus> update(ReconcileContext<EcsClusterStatus> context) {
    return new Decision.Execute<>(
        new Plan(List.of(new Plan.Call("UpdateCluster", tree("{}"), List.of()))),
        context.status(),
        context.status(),
        new ReadyState.Reconciling(Reason.UPDATING, "Updating.", Duration.ofSeconds(5)));
  }

  /** Calls without changes, the applied paths as intent. */
  private static Decision<EcsClusterStatus> act(
      ReconcileContext<EcsClusterStatus> context, String... operations) {
    List<Plan.Call> calls = new ArrayList<>();
    for (String operation : operations) {
      calls.add(new Plan.Call(operation, tree("{}"), List.of()));
    }
    return new Decision.Execute<>(
        new Plan(calls),
        context.status(),
        Kind.withCommon(
            context.status(), context.status().common().withAppliedPaths(List.of("clusterName"))),
        CREATING);
  }

  /** Calls that nothing about the object depends on. */
  private static Decision<EcsClusterStatus> tidying(
      ReconcileContext<EcsClusterStatus> context, String... operations) {
    Decision.Execute<EcsClusterStatus> act =
        (Decision.Execute<EcsClusterStatus>) act(context, operations);
    return new Decision.Execute<>(act.plan(), act.status(), act.status(), FINE);
  }

  private static ScriptedKind.Line tagging(String path) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    FieldChange change = new FieldChange(path, nodes.missingNode(), nodes.textNode("x"));
    return context ->
        new Decision.Execute<>(
            new Plan(
                List.of(
                    new Plan.Call(
                        "TagResource", tree("{'resourceArn':'" + ARN + "'}"), List.of(change)))),
            context.status(),
            context.status(),
            CREATING);
  }

  private static ScriptedKind.Line done(ReadyState readyState) {
    return context -> Decision.done(context.status(), readyState);
  }

  private static ScriptedKind.Line released() {
    return context -> new Decision.Released<>(context.status());
  }

  private static ScriptedKind.Line unknown(FailureClass failureClass) {
    return context -> Decision.unknown(context.status(), failure(failureClass));
  }

  /** The reader of these tests does not learn from writes. */
}
