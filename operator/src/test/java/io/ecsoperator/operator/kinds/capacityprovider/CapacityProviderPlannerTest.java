package io.ecsoperator.operator.kinds.capacityprovider;

import static io.ecsoperator.operator.Decisions.changedPaths;
import static io.ecsoperator.operator.Decisions.done;
import static io.ecsoperator.operator.Decisions.execute;
import static io.ecsoperator.operator.Decisions.message;
import static io.ecsoperator.operator.Decisions.onlyCall;
import static io.ecsoperator.operator.Decisions.readyState;
import static io.ecsoperator.operator.Decisions.request;
import static io.ecsoperator.operator.Decisions.requests;
import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.capacityprovider.EcsCapacityProviderStatus;
import io.ecsoperator.crds.capacityprovider.RequestedChange;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.config.AdoptionSettings;
import io.ecsoperator.operator.desired.Dependents.Dependent;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.status.ReadyState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CapacityProviderPlannerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String ARN = "arn:aws:ecs:eu-central-1:1:capacity-provider/web";
  private static final String OURS = "k8s/shop/EcsCapacityProvider/web";
  private static final String OTHERS = "k8s/shop/EcsCapacityProvider/other";
  private static final String GROUP =
      "'autoScalingGroupProvider':{'autoScalingGroupArn':'group',"
          + "'managedScaling':{'status':'ENABLED','targetCapacity':80}}";
  private static final Wanted SCALED = Wanted.capacityProvider("{" + GROUP + "}");
  private static final EcsCapacityProviderStatus NEW = EcsCapacityProviderStatus.unknown();
  private static final EcsCapacityProviderStatus KNOWN =
      NEW.withCommon(CommonStatus.unknown().withArn(ARN));

  private final CapacityProviderPlanner planner =
      new CapacityProviderPlanner(
          new Ownership(new Owner("k8s"), AdoptionSettings.ALL_UNTAGGED), TestKinds.TIMING);

  // Creating

  @Test
  void anAbsentProviderIsCreatedUnderTheObjectsNameAndTagged() {
    Decision<EcsCapacityProviderStatus> decision = plan(SCALED, NEW, new Observation.Absent());

    assertThat(requests(decision))
        .containsExactly(
            request(
                "CreateCapacityProvider",
                "{"
                    + GROUP
                    + ",'name':'web','tags':[{'key':'ecs-operator.io/owner','value':'"
                    + OURS
                    + "'}]}"));
    assertThat(readyState(decision)).isEqualTo("Reconciling/Creating");
    assertThat(execute(decision).intent().common().appliedPaths())
        .contains("name", "autoScalingGroupProvider.autoScalingGroupArn");
  }

  @Test
  void aNameInTheSpecCountsMoreThanTheObjects() {
    Decision<EcsCapacityProviderStatus> decision =
        plan(SCALED.with("name", "Gpu"), NEW, new Observation.Absent());

    assertThat(onlyCall(decision).request().path("name").asText()).isEqualTo("Gpu");
  }

  @Test
  void aDeletedProviderThatEcsStillDescribesIsCreatedAnew() {
    Decision<EcsCapacityProviderStatus> decision =
        plan(SCALED, KNOWN, provider("INACTIVE", "DELETE_COMPLETE", OURS));

    assertThat(onlyCall(decision).operation()).isEqualTo("CreateCapacityProvider");
  }

  @Test
  void managedInstancesWaitForTheirCluster() {
    Decision<EcsCapacityProviderStatus> decision =
        plan(
            Wanted.capacityProvider("{'clusterRef':{'name':'demo'}}"),
            NEW,
            new Observation.Absent());

    assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForReference");
    assertThat(message(decision))
        .isEqualTo("Waiting for EcsCluster demo: it does not exist in this namespace.");
  }

  @Test
  void aProviderThatCannotBeReadIsLeftAlone() {
    AwsFailure failure =
        AwsFailure.of("DescribeCapacityProviders", FailureClass.TRANSIENT, "Lost", "no answer");
    Observation unknown = new Observation.Unknown(NOW, failure);

    assertThat(plan(SCALED, KNOWN, unknown))
        .isEqualTo(new Decision.Unknown<>(KNOWN, failure, Optional.of(NOW)));
    assertThat(plan(SCALED.deletedAt(NOW), KNOWN, unknown))
        .isEqualTo(new Decision.Unknown<>(KNOWN, failure, Optional.of(NOW)));
  }

  // Converging

  @Test
  void aProviderThatIsAsTheSpecAsksIsReady() {
    Decision.Done<EcsCapacityProviderStatus> decision =
        done(plan(SCALED, KNOWN, provider("ACTIVE", "", OURS)));

    assertThat(readyState(decision)).isEqualTo("Ready/Reconciled");
    assertThat(decision.status().name()).isEqualTo("web");
    assertThat(decision.status().status()).isEqualTo("ACTIVE");
    assertThat(decision.status().updateStatus()).isNull();
    assertThat(decision.status().common().arn()).isEqualTo(ARN);
  }

  @ParameterizedTest
  @CsvSource({
    "PROVISIONING, CREATE_IN_PROGRESS, Reconciling/Creating",
    "PROVISIONING, CREATE_FAILED, Stalled/Refused",
    "ACTIVE, CREATE_COMPLETE, Ready/Reconciled",
    "ACTIVE, UPDATE_IN_PROGRESS, Reconciling/Updating",
    "ACTIVE, UPDATE_COMPLETE, Ready/Reconciled",
    "ACTIVE, UPDATE_FAILED, Ready/Reconciled",
    "ACTIVE, DELETE_FAILED, Ready/Reconciled",
    "ACTIVE, DELETE_IN_PROGRESS, Reconciling/WaitingForEcs",
    "DEPROVISIONING, DELETE_IN_PROGRESS, Reconciling/WaitingForEcs"
  })
  void theStateInEcsDecidesWhetherTheProviderIsReady(
      String status, String updateStatus, String state) {
    assertThat(readyState(plan(SCALED, KNOWN, provider(status, updateStatus, OURS))))
        .isEqualTo(state);
  }

  @Test
  void aChangedSettingIsUpdatedWithItsBlock() {
    Decision<EcsCapacityProviderStatus> decision =
        plan(scaledTo(90), KNOWN, provider("ACTIVE", "UPDATE_COMPLETE", OURS));

    assertThat(requests(decision))
        .containsExactly(
            request(
                "UpdateCapacityProvider",
                "{'name':'web','autoScalingGroupProvider':"
                    + "{'managedScaling':{'status':'ENABLED','targetCapacity':90}}}"));
    assertThat(changedPaths(onlyCall(decision)))
        .containsExactly("autoScalingGroupProvider.managedScaling.targetCapacity");
    assertThat(readyState(decision)).isEqualTo("Reconciling/Updating");
    assertThat(execute(decision).intent().lastChange())
        .isEqualTo(new RequestedChange("UpdateCapacityProvider", 1L, 1, "2026-01-01T00:00:00Z"));
  }

  @Test
  void managedInstancesAreUpdatedInTheirCluster() {
    ObjectNode described =
        provider("ACTIVE", "", OURS).put("cluster", "demo").without("autoScalingGroupProvider");
    described.set(
        "managedInstancesProvider",
        tree("{'infrastructureRoleArn':'role','propagateTags':'NONE'}"));

    Decision<EcsCapacityProviderStatus> decision =
        plan(
            Wanted.capacityProvider(
                "{'cluster':'demo','managedInstancesProvider':"
                    + "{'infrastructureRoleArn':'role','propagateTags':'CAPACITY_PROVIDER'}}"),
            KNOWN,
            described);

    assertThat(onlyCall(decision).request())
        .isEqualTo(
            tree(
                "{'name':'web','cluster':'demo','managedInstancesProvider':"
                    + "{'infrastructureRoleArn':'role','propagateTags':'CAPACITY_PROVIDER'}}"));
  }

  @Test
  void anUpdateWaitsForTheOneInProgressButTagsDoNot() {
    Wanted changed =
        Wanted.capacityProvider(
            "{" + GROUP.replace("80", "90") + ",'tags':[{'key':'team','value':'a'}]}");

    Decision<EcsCapacityProviderStatus> tags =
        plan(changed, KNOWN, provider("ACTIVE", "UPDATE_IN_PROGRESS", OURS));
    Decision<EcsCapacityProviderStatus> update =
        plan(scaledTo(90), KNOWN, provider("ACTIVE", "UPDATE_IN_PROGRESS", OURS));

    assertThat(onlyCall(tags).operation()).isEqualTo("TagResource");
    assertThat(readyState(update)).isEqualTo("Reconciling/Updating");
    assertThat(message(update)).isEqualTo("ECS is updating the capacity provider.");
  }

  @Test
  void aFailedUpdateIsReportedInEcssWordsAndRequestedAgainAfterAPause() {
    ObjectNode failed =
        provider("ACTIVE", "UPDATE_FAILED", OURS).put("updateStatusReason", "No such role.");

    Decision.Done<EcsCapacityProviderStatus> paused =
        done(plan(scaledTo(90), KNOWN.withLastChange(last("Update", 3, 19)), failed));

    assertThat(readyState(paused)).isEqualTo("Stalled/Refused");
    assertThat(message(paused)).contains("could not update", "No such role.");
    assertThat(paused.requeueAfter()).contains(Duration.ofSeconds(1));
    Decision<EcsCapacityProviderStatus> again =
        plan(scaledTo(90), KNOWN.withLastChange(last("Update", 3, 20)), failed);
    assertThat(onlyCall(again).operation()).isEqualTo("UpdateCapacityProvider");
    assertThat(execute(again).intent().lastChange().attempts()).isEqualTo(4);
  }

  @Test
  void aNewGenerationOfTheSpecDoesNotWaitAfterAFailedUpdate() {
    Decision<EcsCapacityProviderStatus> decision =
        plan(
            SCALED.changedTo("{" + GROUP.replace("80", "70") + "}"),
            KNOWN.withLastChange(last("Update", 3, 0)),
            provider("ACTIVE", "UPDATE_FAILED", OURS));

    assertThat(execute(decision).intent().lastChange().attempts()).isEqualTo(1);
  }

  @Test
  void anotherAutoScalingGroupIsRefusedByName() {
    Decision<EcsCapacityProviderStatus> decision =
        plan(
            Wanted.capacityProvider("{" + GROUP.replace("'group'", "'other'") + "}"),
            KNOWN,
            provider("ACTIVE", "", OURS));

    assertThat(readyState(decision)).isEqualTo("Stalled/ReplacementRequired");
    assertThat(message(decision))
        .contains("autoScalingGroupProvider.autoScalingGroupArn", "change the spec back");
  }

  @ParameterizedTest(name = "owner {0}, known {1}, {2} {3}: {4}")
  @CsvSource(
      nullValues = "-",
      value = {
        // owner tag, in status, adoptionPolicy, adoptFrom, outcome
        "none,   no,  Refuse,   -,      Stalled/NotOwned",
        "none,   no,  Adopt,    -,      Reconciling/Updating",
        "none,   yes, Refuse,   -,      Reconciling/Updating",
        "others, no,  Adopt,    -,      Stalled/OwnedByAnother",
        "others, no,  TakeOver, wrong,  Stalled/OwnedByAnother",
        "others, no,  TakeOver, unasked, Stalled/OwnedByAnother",
        "others, no,  TakeOver, others, Reconciling/Updating",
      })
  void anExistingProviderIsTakenOnlyAsTheAdoptionPolicyAllows(
      String owner, String inStatus, String adoption, String adoptFrom, String outcome) {
    Wanted wanted = SCALED.with("adoptionPolicy", adoption);
    if (adoptFrom != null) {
      wanted =
          switch (adoptFrom) {
            case "others" -> wanted.with("adoptFrom", OTHERS).releasedBy("other");
            case "unasked" -> wanted.with("adoptFrom", OTHERS).releasedBy("third");
            default -> wanted.with("adoptFrom", adoptFrom);
          };
    }

    Decision<EcsCapacityProviderStatus> decision =
        plan(
            wanted,
            inStatus.equals("yes") ? KNOWN : NEW,
            provider("ACTIVE", "", owner.equals("others") ? OTHERS : ""));

    assertThat(readyState(decision)).isEqualTo(outcome);
    if (outcome.equals("Reconciling/Updating")) {
      assertThat(onlyCall(decision).operation()).isEqualTo("TagResource");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Plan", "Observe"})
  void aPlanOrAnObservationOfWhatAnotherOwnsShowsNothingOfIt(String management) {
    Decision<EcsCapacityProviderStatus> decision =
        plan(
            scaledTo(90).with("managementPolicy", management), NEW, provider("ACTIVE", "", OTHERS));

    assertThat(decision).isInstanceOf(Decision.Done.class);
    assertThat(readyState(decision)).endsWith("/OwnedByAnother");
  }

  @Test
  void aPlanDoesNotPromiseWhatManageWouldRefuse() {
    Decision<EcsCapacityProviderStatus> decision =
        plan(scaledTo(90).with("managementPolicy", "Plan"), NEW, provider("ACTIVE", "", OTHERS));

    assertThat(readyState(decision)).isEqualTo("Stalled/OwnedByAnother");
  }

  // Deleting

  @Test
  void anOwnProviderIsDeletedInItsCluster() {
    assertThat(
            requests(
                plan(
                    SCALED.deletedAt(NOW),
                    KNOWN,
                    provider("ACTIVE", "", OURS).put("cluster", "demo"))))
        .containsExactly(
            request("DeleteCapacityProvider", "{'capacityProvider':'web','cluster':'demo'}"));
  }

  @ParameterizedTest
  @CsvSource({
    "ACTIVE, DELETE_IN_PROGRESS",
    "DEPROVISIONING, DELETE_IN_PROGRESS",
    "PROVISIONING, CREATE_IN_PROGRESS",
    "ACTIVE, UPDATE_IN_PROGRESS"
  })
  void aDeletionWaitsForWhatIsInProgress(String status, String updateStatus) {
    Decision<EcsCapacityProviderStatus> decision =
        plan(SCALED.deletedAt(NOW), KNOWN, provider(status, updateStatus, OURS));

    assertThat(decision).isInstanceOf(Decision.Done.class);
    assertThat(readyState(decision)).isEqualTo("Reconciling/Deleting");
  }

  @Test
  void theDeletionWaitsForTheObjectsThatUseTheProvider() {
    ReconcileContext<EcsCapacityProviderStatus> context = SCALED.deletedAt(NOW).context(KNOWN, NOW);

    Decision<EcsCapacityProviderStatus> decision =
        planner.plan(
            context,
            observation(
                context,
                new Observation.Present(provider("ACTIVE", "", OURS)),
                List.of(new Dependent("EcsCluster demo", false))));

    assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForDependents");
    assertThat(message(decision)).isEqualTo("Waiting until these are deleted: EcsCluster demo.");
  }

  @ParameterizedTest(name = "after {0} attempts: {1} s")
  @CsvSource({"1, 5", "2, 10", "3, 20", "7, 60", "60, 60"})
  void aRefusedDeletionIsRepeatedAfterGrowingPauses(int attempts, int seconds) {
    ObjectNode failed =
        provider("ACTIVE", "DELETE_FAILED", OURS)
            .put("updateStatusReason", "It is associated with cluster: demo.");

    Decision.Done<EcsCapacityProviderStatus> paused =
        done(
            plan(
                SCALED.deletedAt(NOW),
                KNOWN.withLastChange(last("Delete", attempts, seconds - 1)),
                failed));

    assertThat(readyState(paused)).isEqualTo("Reconciling/RefusedForNow");
    assertThat(message(paused))
        .isEqualTo(
            "ECS did not delete the capacity provider: It is associated with cluster: demo.");
    assertThat(((ReadyState.Reconciling) paused.readyState()).requeueAfter())
        .isEqualTo(Duration.ofSeconds(1));
    Decision<EcsCapacityProviderStatus> again =
        plan(
            SCALED.deletedAt(NOW), KNOWN.withLastChange(last("Delete", attempts, seconds)), failed);
    assertThat(onlyCall(again).operation()).isEqualTo("DeleteCapacityProvider");
    assertThat(execute(again).intent().lastChange().attempts()).isEqualTo(attempts + 1);
  }

  @Test
  void anObjectIsReleasedWhenItsProviderIsGoneOrNotItsOwn() {
    Wanted deleted = SCALED.deletedAt(NOW);

    assertThat(plan(deleted, KNOWN, new Observation.Absent())).isInstanceOf(Decision.Done.class);
    assertThat(plan(SCALED.deletedAt(NOW.minusSeconds(60)), KNOWN, new Observation.Absent()))
        .isInstanceOf(Decision.Released.class);
    assertThat(plan(deleted, KNOWN, provider("INACTIVE", "DELETE_COMPLETE", OURS)))
        .isInstanceOf(Decision.Released.class);
    assertThat(plan(deleted, KNOWN, provider("ACTIVE", "", OTHERS)))
        .isInstanceOf(Decision.Released.class);
  }

  @Test
  void aRetainedProviderLosesItsTagAndStays() {
    Wanted retained = SCALED.with("deletionPolicy", "Retain").deletedAt(NOW);

    assertThat(onlyCall(plan(retained, KNOWN, provider("ACTIVE", "", OURS))).operation())
        .isEqualTo("UntagResource");
    assertThat(plan(retained, KNOWN, provider("ACTIVE", "", "")))
        .isInstanceOf(Decision.Released.class);
  }

  private static Wanted scaledTo(int targetCapacity) {
    return Wanted.capacityProvider("{" + GROUP.replace("80", "" + targetCapacity) + "}");
  }

  /** A request for this generation, made some seconds ago. */
  private static RequestedChange last(String change, int attempts, long secondsAgo) {
    return new RequestedChange(
        change + "CapacityProvider", 1L, attempts, NOW.minusSeconds(secondsAgo).toString());
  }

  private Decision<EcsCapacityProviderStatus> plan(
      Wanted wanted, EcsCapacityProviderStatus status, ObjectNode provider) {
    return plan(wanted, status, new Observation.Present(provider));
  }

  private Decision<EcsCapacityProviderStatus> plan(
      Wanted wanted, EcsCapacityProviderStatus status, Observation provider) {
    ReconcileContext<EcsCapacityProviderStatus> context = wanted.context(status, NOW);
    return planner.plan(context, observation(context, provider, List.of()));
  }

  private static CapacityProviderObservation observation(
      ReconcileContext<EcsCapacityProviderStatus> context,
      Observation provider,
      List<Dependent> dependents) {
    return new CapacityProviderObservation(
        new References(new Objects())
            .resolve(
                context.desired(),
                List.of(ReferenceField.of("clusterRef", "EcsCluster", "cluster").byName())),
        provider,
        dependents);
  }

  private static ObjectNode provider(String status, String updateStatus, String owner) {
    ObjectNode provider =
        tree(
            "{'capacityProviderArn':'"
                + ARN
                + "','name':'web','status':'"
                + status
                + "','type':'EC2_AUTOSCALING',"
                + GROUP
                + "}");
    if (!updateStatus.isEmpty()) {
      provider.put("updateStatus", updateStatus);
    }
    if (!owner.isEmpty()) {
      provider.putArray("tags").addObject().put("key", "ecs-operator.io/owner").put("value", owner);
    }
    return provider;
  }
}
