package io.ecsoperator.operator.kinds.cluster;

import static io.ecsoperator.operator.Decisions.calls;
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

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.TestReferences;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.config.AdoptionSettings;
import io.ecsoperator.operator.desired.Dependents.Dependent;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.ReconcileContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterPlannerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String ARN = "arn:aws:ecs:eu-central-1:1:cluster/web";
  private static final String OURS = "k8s/shop/EcsCluster/web";
  private static final String OTHERS = "k8s/shop/EcsCluster/other";
  private static final EcsClusterStatus NEW =
      new EcsClusterStatus(CommonStatus.unknown(), null, null, null);
  private static final Wanted WITH_GPU =
      Wanted.cluster(
          "{'settings':[{'name':'containerInsights','value':'enabled'}],"
              + "'capacityProviders':['FARGATE','gpu'],"
              + "'defaultCapacityProviderStrategy':[{'capacityProvider':'gpu','weight':1}]}");

  private final ClusterPlanner planner =
      new ClusterPlanner(
          new Ownership(new Owner("k8s"), AdoptionSettings.ALL_UNTAGGED), TestKinds.TIMING);

  @Nested
  class Creation {
    @Test
    void absentClusterIsCreatedFromTheSpecUnderTheObjectsNameAndTagged() {
      Decision<EcsClusterStatus> decision =
          plan(
              Wanted.cluster("{'settings':[{'name':'containerInsights','value':'enabled'}]}"), NEW);

      assertThat(requests(decision))
          .containsExactly(
              request(
                  "CreateCluster",
                  "{'settings':[{'name':'containerInsights','value':'enabled'}],"
                      + "'clusterName':'web',"
                      + "'tags':[{'key':'ecs-operator.io/owner','value':'"
                      + OURS
                      + "'}]}"));
      assertThat(readyState(decision)).isEqualTo("Reconciling/Creating");
    }

    @Test
    void nameInTheSpecPrecedesTheObjectsName() {
      Decision<EcsClusterStatus> decision = plan(Wanted.cluster("{'clusterName':'Big_One'}"), NEW);

      assertThat(onlyCall(decision).request().path("clusterName").asText()).isEqualTo("Big_One");
    }

    @Test
    void appliedPathsAreRecordedBeforeTheClusterIsCreated() {
      Decision.Execute<EcsClusterStatus> decision =
          execute(
              plan(
                  Wanted.cluster("{'settings':[{'name':'containerInsights','value':'enabled'}]}"),
                  NEW));

      assertThat(decision.intent().common().appliedPaths())
          .containsExactly(
              "clusterName", "settings[containerInsights]", "tags[ecs-operator.io/owner]");
      assertThat(decision.status()).isEqualTo(NEW);
    }

    @Test
    void inactiveClusterIsCreatedAnew() {
      Decision<EcsClusterStatus> decision =
          plan(Wanted.cluster("{}"), known(), cluster("INACTIVE", OURS, ""), List.of());

      assertThat(onlyCall(decision).operation()).isEqualTo("CreateCluster");
    }
  }

  @Nested
  class Updates {
    @Test
    void convergedClusterIsReadyAndCausesNoCall() {
      Decision.Done<EcsClusterStatus> decision =
          done(
              plan(
                  Wanted.cluster("{'settings':[{'name':'containerInsights','value':'enabled'}]}"),
                  known(),
                  cluster(
                      "ACTIVE",
                      OURS,
                      ",'settings':[{'name':'containerInsights','value':'enabled'}],"
                          + "'capacityProviders':[],'registeredContainerInstancesCount':3"),
                  List.of()));

      assertThat(readyState(decision)).isEqualTo("Ready/Reconciled");
      assertThat(decision.status().common().arn()).isEqualTo(ARN);
      assertThat(decision.status().status()).isEqualTo("ACTIVE");
      assertThat(decision.status().clusterName()).isEqualTo("web");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROVISIONING", "DEPROVISIONING", "FAILED"})
    void reconcileWaitsForAClusterThatIsNotActive(String status) {
      Decision<EcsClusterStatus> decision =
          plan(
              Wanted.cluster("{'settings':[{'name':'containerInsights','value':'enabled'}]}"),
              known(),
              cluster(status, OURS, ""),
              List.of());

      assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForEcs");
      assertThat(message(decision)).contains(status);
    }

    @Test
    void changedSettingIsTheOnlyMemberThatIsSent() {
      Decision<EcsClusterStatus> decision =
          plan(
              Wanted.cluster("{'settings':[{'name':'containerInsights','value':'enhanced'}]}"),
              known(),
              cluster(
                  "ACTIVE", OURS, ",'settings':[{'name':'containerInsights','value':'enabled'}]"),
              List.of());

      assertThat(requests(decision))
          .containsExactly(
              request(
                  "UpdateCluster",
                  "{'cluster':'web','settings':[{'name':'containerInsights','value':'enhanced'}]}"));
      assertThat(changedPaths(onlyCall(decision))).containsExactly("settings[containerInsights]");
      assertThat(readyState(decision)).isEqualTo("Reconciling/Updating");
    }

    @Test
    void changedCapacityProvidersAreSentWithTheUnchangedStrategy() {
      Decision<EcsClusterStatus> decision =
          plan(
              Wanted.cluster("{'capacityProviders':['FARGATE','FARGATE_SPOT']}"),
              known(),
              cluster(
                  "ACTIVE",
                  OURS,
                  ",'capacityProviders':['FARGATE'],"
                      + "'defaultCapacityProviderStrategy':[{'capacityProvider':'FARGATE','weight':1}]"),
              List.of());

      assertThat(onlyCall(decision).operation()).isEqualTo("PutClusterCapacityProviders");
      assertThat(onlyCall(decision).request())
          .isEqualTo(
              tree(
                  "{'cluster':'web','capacityProviders':['FARGATE','FARGATE_SPOT'],"
                      + "'defaultCapacityProviderStrategy':"
                      + "[{'capacityProvider':'FARGATE','weight':1}]}"));
      assertThat(changedPaths(onlyCall(decision))).containsExactly("capacityProviders");
    }

    @Test
    void eachKindOfChangeHasItsOwnCall() {
      Decision<EcsClusterStatus> decision =
          plan(
              Wanted.cluster(
                  "{'capacityProviders':['FARGATE'],"
                      + "'settings':[{'name':'containerInsights','value':'enabled'}],"
                      + "'tags':[{'key':'team','value':'a'}]}"),
              applied("tags[old]"),
              cluster("ACTIVE", OURS, ",'settings':[]", "{'key':'old','value':'x'}"),
              List.of());

      assertThat(calls(decision))
          .extracting(call -> call.operation())
          .containsExactly(
              "UpdateCluster", "PutClusterCapacityProviders", "TagResource", "UntagResource");
      assertThat(calls(decision).get(2).request())
          .isEqualTo(tree("{'resourceArn':'" + ARN + "','tags':[{'key':'team','value':'a'}]}"));
      assertThat(calls(decision).get(3).request())
          .isEqualTo(tree("{'resourceArn':'" + ARN + "','tagKeys':['old']}"));
    }

    @Test
    void tagsOfOthersStay() {
      Decision<EcsClusterStatus> decision =
          plan(
              Wanted.cluster("{}"),
              known(),
              cluster("ACTIVE", OURS, "", "{'key':'billing','value':'x'}"),
              List.of());

      assertThat(readyState(decision)).isEqualTo("Ready/Reconciled");
    }

    @Test
    void pathThatIsResetStaysRecordedUntilTheCallHasSucceeded() {
      Decision.Execute<EcsClusterStatus> decision =
          execute(
              plan(
                  Wanted.cluster("{}"),
                  applied("tags[old]"),
                  cluster("ACTIVE", OURS, "", "{'key':'old','value':'x'}"),
                  List.of()));

      assertThat(decision.intent().common().appliedPaths()).contains("tags[old]", "clusterName");
    }

    @Test
    void pathThatWasResetIsDropped() {
      Decision.Done<EcsClusterStatus> decision =
          done(
              plan(
                  Wanted.cluster("{}"),
                  applied("tags[old]"),
                  cluster("ACTIVE", OURS, ""),
                  List.of()));

      assertThat(decision.status().common().appliedPaths())
          .containsExactly("clusterName", "tags[ecs-operator.io/owner]");
    }

    @Test
    void ignoredFieldsAreLeftToOthers() {
      Decision<EcsClusterStatus> decision =
          plan(
              Wanted.cluster(
                  "{'ignoreFields':['settings'],"
                      + "'settings':[{'name':'containerInsights','value':'enabled'}]}"),
              known(),
              cluster("ACTIVE", OURS, ""),
              List.of());

      assertThat(readyState(decision)).isEqualTo("Ready/Reconciled");
    }
  }

  @Nested
  class OwnershipOfClusters {
    @ParameterizedTest(name = "owner {0}, known {1}, {2} {3}: {4}")
    @CsvSource(
        nullValues = "-",
        value = {
          // owner tag, in status, adoptionPolicy, adoptFrom, outcome
          "ours,   no,  Refuse,   -,      Ready/Reconciled",
          "none,   no,  Refuse,   -,      Stalled/NotOwned",
          "none,   no,  TakeOver, others, Stalled/NotOwned",
          "none,   no,  Adopt,    -,      Reconciling/Updating",
          "none,   yes, Refuse,   -,      Reconciling/Updating",
          "others, no,  Refuse,   -,      Stalled/OwnedByAnother",
          "others, no,  Adopt,    -,      Stalled/OwnedByAnother",
          "others, yes, Refuse,   -,      Stalled/OwnedByAnother",
          "others, no,  TakeOver, -,      Stalled/OwnedByAnother",
          "others, no,  TakeOver, wrong,  Stalled/OwnedByAnother",
          "others, no,  TakeOver, unasked, Stalled/OwnedByAnother",
          "others, no,  TakeOver, others, Reconciling/Updating",
        })
    void adoptionPolicyDecidesAboutAnExistingCluster(
        String owner, String inStatus, String adoption, String adoptFrom, String outcome) {
      Wanted wanted = Wanted.cluster("{}").with("adoptionPolicy", adoption);
      if (adoptFrom != null) {
        wanted =
            switch (adoptFrom) {
              case "others" -> wanted.with("adoptFrom", OTHERS).releasedBy("other");
              case "unasked" -> wanted.with("adoptFrom", OTHERS).releasedBy("third");
              default -> wanted.with("adoptFrom", adoptFrom);
            };
      }

      Decision<EcsClusterStatus> decision =
          plan(
              wanted,
              inStatus.equals("yes") ? known() : NEW,
              cluster("ACTIVE", ownerTag(owner), ""),
              List.of());

      assertThat(readyState(decision)).isEqualTo(outcome);
      if (outcome.equals("Reconciling/Updating")) {
        assertThat(onlyCall(decision).operation()).isEqualTo("TagResource");
        assertThat(onlyCall(decision).request().path("tags"))
            .isEqualTo(
                tree("{'t':[{'key':'ecs-operator.io/owner','value':'" + OURS + "'}]}").get("t"));
      }
    }

    @Test
    void aRefusedObjectReadsNothingThatATakeoverNeeds() {
      Decision<EcsClusterStatus> decision =
          plan(Wanted.cluster("{}"), NEW, cluster("ACTIVE", OTHERS, ""), List.of());

      assertThat(message(decision))
          .contains("owned by another")
          .contains("ecs-operator.io/release-to: shop/web")
          .doesNotContain(OTHERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Plan", "Observe"})
    void aPlanOrAnObservationOfWhatAnotherOwnsShowsNothingOfIt(String management) {
      Decision<EcsClusterStatus> decision = planForAnothersCluster(management);

      assertThat(decision).isInstanceOf(Decision.Done.class);
      assertThat(readyState(decision)).endsWith("/OwnedByAnother");
      assertThat(message(decision)).contains("owned by another").doesNotContain(OTHERS);
      assertThat(decision.status().status()).isNull();
    }

    @Test
    void aPlanDoesNotPromiseWhatManageWouldRefuse() {
      assertThat(readyState(planForAnothersCluster("Plan"))).isEqualTo("Stalled/OwnedByAnother");
    }

    private Decision<EcsClusterStatus> planForAnothersCluster(String management) {
      return plan(
          Wanted.cluster("{'settings':[{'name':'containerInsights','value':'enabled'}]}")
              .with("managementPolicy", management),
          NEW,
          cluster("ACTIVE", OTHERS, ""),
          List.of());
    }

    @Test
    void refusedOwnerTagsAreNotSentAgain() {
      ReconcileContext<EcsClusterStatus> context =
          new ReconcileContext<>(
              Wanted.cluster("{}").desired(),
              known(),
              known(),
              false,
              false,
              EcsReader.Freshness.ANY,
              NOW);

      Decision<EcsClusterStatus> decision =
          planner.plan(
              context,
              observed(context, new Observation.Present(cluster("ACTIVE", "", "")), List.of()));

      assertThat(readyState(decision)).isEqualTo("Ready/Reconciled");
    }
  }

  @Nested
  class UnknownObservations {
    @Test
    void unreadClusterIsNeitherPresentNorAbsent() {
      AwsFailure failure =
          AwsFailure.of("DescribeClusters", FailureClass.TRANSIENT, "ConnectionLost", "no answer");
      Observation unknown = new Observation.Unknown(NOW, failure);

      for (Wanted wanted : List.of(Wanted.cluster("{}"), Wanted.cluster("{}").deletedAt(NOW))) {
        ReconcileContext<EcsClusterStatus> context = wanted.context(known(), NOW);
        assertThat(planner.plan(context, observed(context, unknown, List.of())))
            .isEqualTo(new Decision.Unknown<>(known(), failure, Optional.of(NOW)));
      }
    }
  }

  @Nested
  class Deletion {
    @Test
    void ownedClusterIsDeleted() {
      Decision<EcsClusterStatus> decision =
          plan(deleted("Delete"), known(), cluster("ACTIVE", OURS, ""), List.of());

      assertThat(requests(decision)).containsExactly(request("DeleteCluster", "{'cluster':'web'}"));
      assertThat(readyState(decision)).isEqualTo("Reconciling/Deleting");
    }

    @Test
    void deletionWaitsForADeprovisioningCluster() {
      Decision<EcsClusterStatus> decision =
          plan(deleted("Delete"), known(), cluster("DEPROVISIONING", OURS, ""), List.of());

      assertThat(readyState(decision)).isEqualTo("Reconciling/Deleting");
      assertThat(decision).isInstanceOf(Decision.Done.class);
    }

    @Test
    void objectWhoseClusterIsNotShownIsReleasedAfterTheGracePeriod() {
      assertThat(plan(deleted("Delete").deletedAt(NOW.minusSeconds(59)), known()))
          .isInstanceOf(Decision.Done.class);
      assertThat(plan(deleted("Delete").deletedAt(NOW.minusSeconds(60)), known()))
          .isInstanceOf(Decision.Released.class);
    }

    @Test
    void objectWhoseClusterIsInactiveIsReleased() {
      assertThat(plan(deleted("Delete"), known(), cluster("INACTIVE", OURS, ""), List.of()))
          .isInstanceOf(Decision.Released.class);
    }

    @ParameterizedTest(name = "owner {0}, known {1}: deleted {2}")
    @CsvSource({
      "ours,   no,  true",
      "none,   yes, true",
      "none,   no,  false",
      "others, no,  false",
      "others, yes, false"
    })
    void onlyAnOwnedClusterIsDeleted(String owner, String inStatus, boolean deletes) {
      Decision<EcsClusterStatus> decision =
          plan(
              deleted("Delete").with("adoptionPolicy", "Adopt"),
              inStatus.equals("yes") ? known() : NEW,
              cluster("ACTIVE", ownerTag(owner), ""),
              List.of());

      assertThat(decision).isInstanceOf(deletes ? Decision.Execute.class : Decision.Released.class);
    }

    @Test
    void retainedClusterLosesOnlyTheOwnerTag() {
      List<Dependent> dependents = List.of(new Dependent("EcsService a", false));

      Decision<EcsClusterStatus> decision =
          plan(deleted("Retain"), known(), cluster("ACTIVE", OURS, ""), dependents);

      assertThat(requests(decision))
          .containsExactly(
              request(
                  "UntagResource",
                  "{'resourceArn':'" + ARN + "','tagKeys':['ecs-operator.io/owner']}"));
      assertThat(plan(deleted("Retain"), known(), cluster("ACTIVE", "", ""), dependents))
          .isInstanceOf(Decision.Released.class);
    }

    @Test
    void deletionWaitsForDependents() {
      Decision<EcsClusterStatus> decision =
          plan(
              deleted("Delete"),
              known(),
              cluster("ACTIVE", OURS, ""),
              List.of(new Dependent("EcsService a", true), new Dependent("EcsTask b", false)));

      assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForDependents");
      assertThat(message(decision)).contains("EcsService a, EcsTask b");
    }

    @Test
    void dependentThatIsNotDeletedInTimeStallsTheDeletionAndIsNamed() {
      List<Dependent> dependents =
          List.of(new Dependent("EcsService a", true), new Dependent("EcsTask b", false));
      Wanted longAgo = Wanted.cluster("{}").deletedAt(NOW.minus(Duration.ofMinutes(6)));

      Decision<EcsClusterStatus> decision =
          plan(longAgo, known(), cluster("ACTIVE", OURS, ""), dependents);

      assertThat(readyState(decision)).isEqualTo("Stalled/WaitingForDependents");
      assertThat(message(decision)).contains("EcsTask b").doesNotContain("EcsService a");
      assertThat(
              readyState(
                  plan(
                      longAgo,
                      known(),
                      cluster("ACTIVE", OURS, ""),
                      List.of(new Dependent("EcsService a", true)))))
          .isEqualTo("Reconciling/WaitingForDependents");
    }

    @Test
    void tenOfManyDependentsAreNamed() {
      List<Dependent> dependents =
          IntStream.range(10, 25).mapToObj(n -> new Dependent("EcsService s" + n, true)).toList();

      Decision<EcsClusterStatus> decision =
          plan(deleted("Delete"), known(), cluster("ACTIVE", OURS, ""), dependents);

      assertThat(message(decision)).contains("s19 and 5 more").doesNotContain("s20");
    }

    @Test
    void clusterGivesUpCapacityProvidersThatAreDeletedTogetherWithIt() {
      Decision<EcsClusterStatus> decision =
          planTogether(
              ",'capacityProviders':['gpu'],"
                  + "'defaultCapacityProviderStrategy':[{'capacityProvider':'gpu'}]");

      assertThat(requests(decision))
          .containsExactly(
              request(
                  "PutClusterCapacityProviders",
                  "{'cluster':'web','capacityProviders':[],'defaultCapacityProviderStrategy':[]}"));
      assertThat(readyState(decision)).isEqualTo("Reconciling/Deleting");
    }

    @Test
    void clusterWaitsForCapacityProvidersThatAreDeletedTogetherWithIt() {
      Decision<EcsClusterStatus> decision = planTogether(",'capacityProviders':[]");

      assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForDependents");
      assertThat(message(decision))
          .isEqualTo("Waiting until these are deleted: EcsCapacityProvider gpu.");
    }

    @Test
    void clusterKeepsItsCapacityProvidersUntilItsServicesAreDeleted() {
      Decision<EcsClusterStatus> decision =
          planTogether(",'capacityProviders':['gpu']", new Dependent("EcsService a", true));

      assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForDependents");
      assertThat(message(decision)).isEqualTo("Waiting until these are deleted: EcsService a.");
    }
  }

  @Nested
  class CapacityProviderReferences {
    @Test
    void clusterIsCreatedWithoutCapacityProvidersWhileAReferenceIsUnresolved() {
      Decision<EcsClusterStatus> decision = planWaiting(new Observation.Absent());

      assertThat(onlyCall(decision).operation()).isEqualTo("CreateCluster");
      assertThat(onlyCall(decision).request().has("capacityProviders")).isFalse();
      assertThat(onlyCall(decision).request().has("defaultCapacityProviderStrategy")).isFalse();
    }

    @Test
    void existingClusterKeepsItsCapacityProvidersWhileAReferenceIsUnresolved() {
      Decision<EcsClusterStatus> decision =
          planWaiting(
              new Observation.Present(
                  cluster("ACTIVE", OURS, ",'capacityProviders':['FARGATE_SPOT']")));

      assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForReference");
      assertThat(message(decision))
          .isEqualTo("Waiting for EcsCapacityProvider gpu: it does not exist in this namespace.");
    }
  }

  @Nested
  class AbsentCapacityProviders {
    @Test
    void clusterIsCreatedWithoutAbsentCapacityProviders() {
      ReconcileContext<EcsClusterStatus> context = WITH_GPU.context(NEW, NOW);
      Decision<EcsClusterStatus> decision =
          planner.plan(
              context,
              unread(context, new Observation.Absent())
                  .with(providers("gpu", new Observation.Absent())));

      assertThat(onlyCall(decision).operation()).isEqualTo("CreateCluster");
      assertThat(onlyCall(decision).request().properties())
          .extracting(Map.Entry::getKey)
          .contains("clusterName", "settings")
          .doesNotContain("capacityProviders", "defaultCapacityProviderStrategy");
      assertThat(execute(decision).intent().common().appliedPaths())
          .noneMatch(path -> path.contains("gpu"));
    }

    @Test
    void clusterWaitsIfOnlyAbsentCapacityProvidersAreLeftToAdd() {
      Decision<EcsClusterStatus> decision =
          planWith(
              cluster(
                  "ACTIVE", OURS, ",'settings':[{'name':'containerInsights','value':'enabled'}]"),
              providers("gpu", new Observation.Absent()));

      assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForCapacityProvider");
      assertThat(message(decision))
          .contains("no capacity provider gpu", "create it", "take it out");
    }

    @Test
    void otherChangesAreMadeMeanwhile() {
      Decision<EcsClusterStatus> decision =
          planWith(cluster("ACTIVE", OURS, ""), providers("gpu", new Observation.Absent()));

      assertThat(onlyCall(decision).operation()).isEqualTo("UpdateCluster");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROVISIONING", "DEPROVISIONING", "INACTIVE"})
    void messageNamesACapacityProviderThatIsNotActiveAndItsStatus(String status) {
      Decision<EcsClusterStatus> decision =
          planWith(
              cluster(
                  "ACTIVE", OURS, ",'settings':[{'name':'containerInsights','value':'enabled'}]"),
              providers("gpu", new Observation.Present(tree("{'status':'" + status + "'}"))));

      assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForCapacityProvider");
      assertThat(message(decision)).contains("gpu is " + status);
    }

    @Test
    void activeAndUnreadCapacityProvidersAreSent() {
      ObjectNode cluster =
          cluster("ACTIVE", OURS, ",'settings':[{'name':'containerInsights','value':'enabled'}]");
      AwsFailure denied =
          AwsFailure.of("DescribeCapacityProviders", FailureClass.BLOCKED, "AccessDenied", "no");

      assertThat(
              Stream.of(
                      new Observation.Present(tree("{'status':'ACTIVE'}")),
                      new Observation.Unknown(NOW, denied))
                  .map(reading -> planWith(cluster, providers("gpu", reading))))
          .allMatch(
              decision -> onlyCall(decision).operation().equals("PutClusterCapacityProviders"));
    }

    @Test
    void onlyAddedCapacityProvidersAreReadAndNeverThoseOfAws() {
      ObjectNode without =
          cluster("ACTIVE", OURS, ",'settings':[{'name':'containerInsights','value':'enabled'}]");
      ObjectNode with = without.deepCopy();
      with.putArray("capacityProviders").add("FARGATE").add("gpu");

      assertThat(newIn(WITH_GPU, new Observation.Absent())).containsExactly("gpu");
      assertThat(newIn(WITH_GPU, new Observation.Present(without))).containsExactly("gpu");
      assertThat(newIn(WITH_GPU, new Observation.Present(with))).isEmpty();
      assertThat(
              newIn(
                  Wanted.cluster("{'capacityProviders':['FARGATE','FARGATE_SPOT']}"),
                  new Observation.Absent()))
          .isEmpty();
    }
  }

  @Nested
  class OwnCapacityProviders {
    private static final String SHOWN = ",'capacityProviders':['FARGATE','managed']";
    private static final Observation MANAGED =
        new Observation.Present(tree("{'status':'ACTIVE','cluster':'" + ARN + "'}"));

    @Test
    void managedInstancesOfTheClusterAreNotTakenOut() {
      Wanted wanted = Wanted.cluster("{'capacityProviders':['FARGATE']}");

      assertThat(newIn(wanted, new Observation.Present(cluster("ACTIVE", OURS, SHOWN))))
          .containsExactly("managed");
      Decision<EcsClusterStatus> decision = plan(wanted, SHOWN, MANAGED);
      assertThat(readyState(decision)).isEqualTo("Ready/Reconciled");
      assertThat(done(decision).status().common().appliedPaths())
          .noneMatch(path -> path.contains("managed"));
    }

    @Test
    void anotherChangeOfCapacityProvidersKeepsThem() {
      Decision<EcsClusterStatus> decision =
          plan(Wanted.cluster("{'capacityProviders':['FARGATE','FARGATE_SPOT']}"), SHOWN, MANAGED);

      assertThat(onlyCall(decision).request().path("capacityProviders").valueStream())
          .extracting(JsonNode::asText)
          .containsExactlyInAnyOrder("FARGATE", "FARGATE_SPOT", "managed");
    }

    @Test
    void aCapacityProviderThatTheClusterOnlyUsesIsTakenOut() {
      Decision<EcsClusterStatus> decision =
          plan(
              Wanted.cluster("{'capacityProviders':['FARGATE']}"),
              SHOWN,
              new Observation.Present(tree("{'status':'ACTIVE'}")));

      assertThat(onlyCall(decision).request().path("capacityProviders"))
          .isEqualTo(tree("{'l':['FARGATE']}").path("l"));
    }

    private Decision<EcsClusterStatus> plan(Wanted wanted, String shown, Observation provider) {
      ReconcileContext<EcsClusterStatus> context = wanted.context(known(), NOW);
      return planner.plan(
          context,
          unread(context, new Observation.Present(cluster("ACTIVE", OURS, shown)))
              .with(providers("managed", provider)));
    }
  }

  /** Plans the deletion of the cluster together with the capacity provider {@code gpu}. */
  private Decision<EcsClusterStatus> planTogether(String more, Dependent... dependents) {
    ReconcileContext<EcsClusterStatus> context = deleted("Delete").context(known(), NOW);
    return planner.plan(
        context,
        new ClusterObservation(
            TestReferences.none(context.desired()),
            new Observation.Present(cluster("ACTIVE", OURS, more)),
            List.of(dependents),
            List.of(new Dependent("EcsCapacityProvider gpu", true)),
            Optional.empty()));
  }

  private Decision<EcsClusterStatus> planWaiting(Observation cluster) {
    ReconcileContext<EcsClusterStatus> context =
        Wanted.cluster(
                "{'capacityProviders':['FARGATE'],"
                    + "'defaultCapacityProviderStrategy':[{'capacityProviderRef':{'name':'gpu'}}]}")
            .context(known(), NOW);
    return planner.plan(
        context,
        new ClusterObservation(
            new References(new Objects())
                .resolve(
                    context.desired(),
                    List.of(
                        ReferenceField.of(
                                "capacityProviderRef", "EcsCapacityProvider", "capacityProvider")
                            .byName()
                            .inItemsOf("defaultCapacityProviderStrategy"))),
            cluster,
            List.of(),
            List.of(),
            Optional.of(new CapacityProviders(new TreeMap<>()))));
  }

  /** The capacity providers that the planner needs to know of. */
  private Set<String> newIn(Wanted wanted, Observation cluster) {
    ReconcileContext<EcsClusterStatus> context = wanted.context(known(), NOW);
    return planner.plan(context, unread(context, cluster))
            instanceof Decision.Need<EcsClusterStatus> need
        ? ((ClusterRead.OfCapacityProviders) need.reads().getFirst()).names()
        : Set.of();
  }

  private static ClusterObservation unread(
      ReconcileContext<EcsClusterStatus> context, Observation cluster) {
    return new ClusterObservation(
        TestReferences.none(context.desired()), cluster, List.of(), List.of(), Optional.empty());
  }

  private Decision<EcsClusterStatus> planWith(ObjectNode cluster, CapacityProviders providers) {
    ReconcileContext<EcsClusterStatus> context = WITH_GPU.context(known(), NOW);
    return planner.plan(context, unread(context, new Observation.Present(cluster)).with(providers));
  }

  private static CapacityProviders providers(String name, Observation reading) {
    return new CapacityProviders(new TreeMap<>(Map.of(name, reading)));
  }

  /** An observation in which every capacity provider that a plan may name is fine. */
  private static ClusterObservation observed(
      ReconcileContext<EcsClusterStatus> context, Observation cluster, List<Dependent> dependents) {
    return new ClusterObservation(
        TestReferences.none(context.desired()),
        cluster,
        dependents,
        List.of(),
        Optional.of(new CapacityProviders(new TreeMap<>())));
  }

  private Decision<EcsClusterStatus> plan(Wanted wanted, EcsClusterStatus status) {
    ReconcileContext<EcsClusterStatus> context = wanted.context(status, NOW);
    return planner.plan(context, observed(context, new Observation.Absent(), List.of()));
  }

  private Decision<EcsClusterStatus> plan(
      Wanted wanted, EcsClusterStatus status, ObjectNode cluster, List<Dependent> dependents) {
    ReconcileContext<EcsClusterStatus> context = wanted.context(status, NOW);
    return planner.plan(context, observed(context, new Observation.Present(cluster), dependents));
  }

  private static Wanted deleted(String policy) {
    return Wanted.cluster("{}").with("deletionPolicy", policy).deletedAt(NOW);
  }

  private static EcsClusterStatus known() {
    return new EcsClusterStatus(CommonStatus.unknown().withArn(ARN), null, null, null);
  }

  private static EcsClusterStatus applied(String... paths) {
    return new EcsClusterStatus(
        CommonStatus.unknown().withArn(ARN).withAppliedPaths(List.of(paths)), null, null, null);
  }

  private static String ownerTag(String owner) {
    return switch (owner) {
      case "ours" -> OURS;
      case "others" -> OTHERS;
      default -> "";
    };
  }

  private static ObjectNode cluster(String status, String owner, String more, String... tags) {
    String all = String.join(",", tags);
    if (!owner.isEmpty()) {
      all =
          "{'key':'ecs-operator.io/owner','value':'"
              + owner
              + "'}"
              + (all.isEmpty() ? "" : "," + all);
    }
    return tree(
        "{'clusterArn':'"
            + ARN
            + "','clusterName':'web','status':'"
            + status
            + "','tags':["
            + all
            + "]"
            + more
            + "}");
  }
}
