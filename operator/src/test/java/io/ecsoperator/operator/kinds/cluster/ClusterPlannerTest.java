package io.ecsoperator.operator.kinds.cluster;

import static io.ecsoperator.operator.Decisions.act;
import static io.ecsoperator.operator.Decisions.calls;
import static io.ecsoperator.operator.Decisions.changedPaths;
import static io.ecsoperator.operator.Decisions.message;
import static io.ecsoperator.operator.Decisions.onlyCall;
import static io.ecsoperator.operator.Decisions.readyState;
import static io.ecsoperator.operator.Decisions.request;
import static io.ecsoperator.operator.Decisions.requests;
import static io.ecsoperator.operator.Decisions.settled;
import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.Freshness;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Dependents.Dependent;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
      new EcsClusterStatus(CommonStatus.unknown(), null, null);

  private static final Wanted WITH_GPU =
      Wanted.cluster(
          "{'settings':[{'name':'containerInsights','value':'enabled'}],"
              + "'capacityProviders':['FARGATE','gpu'],"
              + "'defaultCapacityProviderStrategy':[{'capacityProvider':'gpu','weight':1}]}");

  private final ClusterPlanner planner =
      new ClusterPlanner(
          new Ownership(new Owner("k8s")),
          new Timing(
              Duration.ofSeconds(5),
              Duration.ofSeconds(60),
              Duration.ofMinutes(10),
              Duration.ofMinutes(5)));

  // Creating

  @Test
  void whatIsNotThereIsCreatedAsTheSpecSaysUnderTheObjectsOwnNameAndTagged() {
    Decision<EcsClusterStatus> step =
        plan(Wanted.cluster("{'settings':[{'name':'containerInsights','value':'enabled'}]}"), NEW);

    assertThat(requests(step))
        .containsExactly(
            request(
                "CreateCluster",
                "{'settings':[{'name':'containerInsights','value':'enabled'}],"
                    + "'clusterName':'web',"
                    + "'tags':[{'key':'ecs-operator.io/owner','value':'"
                    + OURS
                    + "'}]}"));
    assertThat(readyState(step)).isEqualTo("Reconciling/Creating");
  }

  @Test
  void aNameInTheSpecCountsMoreThanTheObjects() {
    Decision<EcsClusterStatus> step = plan(Wanted.cluster("{'clusterName':'Big_One'}"), NEW);

    assertThat(onlyCall(step).request().path("clusterName").asText()).isEqualTo("Big_One");
  }

  @Test
  void whatIsAppliedIsRecordedBeforeTheClusterIsCreated() {
    Decision.Act<EcsClusterStatus> step =
        act(
            plan(
                Wanted.cluster("{'settings':[{'name':'containerInsights','value':'enabled'}]}"),
                NEW));

    assertThat(step.intent().common().appliedPaths())
        .containsExactly(
            "clusterName", "settings[containerInsights]", "tags[ecs-operator.io/owner]");
    assertThat(step.facts()).isEqualTo(NEW);
  }

  @Test
  void aDeletedClusterThatEcsStillDescribesIsCreatedAnew() {
    Decision<EcsClusterStatus> step =
        plan(Wanted.cluster("{}"), known(), cluster("INACTIVE", OURS, ""), List.of());

    assertThat(onlyCall(step).operation()).isEqualTo("CreateCluster");
  }

  // Converging

  @Test
  void aClusterThatIsAsTheSpecAsksIsReadyAndLeftAlone() {
    Decision.Settled<EcsClusterStatus> step =
        settled(
            plan(
                Wanted.cluster("{'settings':[{'name':'containerInsights','value':'enabled'}]}"),
                known(),
                cluster(
                    "ACTIVE",
                    OURS,
                    ",'settings':[{'name':'containerInsights','value':'enabled'}],"
                        + "'capacityProviders':[],'registeredContainerInstancesCount':3"),
                List.of()));

    assertThat(readyState(step)).isEqualTo("Ready/Reconciled");
    assertThat(step.facts().common().arn()).isEqualTo(ARN);
    assertThat(step.facts().status()).isEqualTo("ACTIVE");
    assertThat(step.facts().clusterName()).isEqualTo("web");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PROVISIONING", "DEPROVISIONING", "FAILED"})
  void aClusterThatIsNotActiveIsWaitedFor(String status) {
    Decision<EcsClusterStatus> step =
        plan(
            Wanted.cluster("{'settings':[{'name':'containerInsights','value':'enabled'}]}"),
            known(),
            cluster(status, OURS, ""),
            List.of());

    assertThat(readyState(step)).isEqualTo("Reconciling/Settling");
    assertThat(message(step)).contains(status);
  }

  @Test
  void aChangedSettingIsTheOnlyThingThatIsSent() {
    Decision<EcsClusterStatus> step =
        plan(
            Wanted.cluster("{'settings':[{'name':'containerInsights','value':'enhanced'}]}"),
            known(),
            cluster("ACTIVE", OURS, ",'settings':[{'name':'containerInsights','value':'enabled'}]"),
            List.of());

    assertThat(requests(step))
        .containsExactly(
            request(
                "UpdateCluster",
                "{'cluster':'web','settings':[{'name':'containerInsights','value':'enhanced'}]}"));
    assertThat(changedPaths(onlyCall(step))).containsExactly("settings[containerInsights]");
    assertThat(readyState(step)).isEqualTo("Reconciling/Updating");
  }

  @Test
  void changedCapacityProvidersAreSentTogetherWithTheStrategyThatStays() {
    Decision<EcsClusterStatus> step =
        plan(
            Wanted.cluster("{'capacityProviders':['FARGATE','FARGATE_SPOT']}"),
            known(),
            cluster(
                "ACTIVE",
                OURS,
                ",'capacityProviders':['FARGATE'],"
                    + "'defaultCapacityProviderStrategy':[{'capacityProvider':'FARGATE','weight':1}]"),
            List.of());

    assertThat(onlyCall(step).operation()).isEqualTo("PutClusterCapacityProviders");
    assertThat(onlyCall(step).request())
        .isEqualTo(
            tree(
                "{'cluster':'web','capacityProviders':['FARGATE','FARGATE_SPOT'],"
                    + "'defaultCapacityProviderStrategy':"
                    + "[{'capacityProvider':'FARGATE','weight':1}]}"));
    assertThat(changedPaths(onlyCall(step))).containsExactly("capacityProviders");
  }

  @Test
  void eachKindOfChangeHasItsOwnCall() {
    Decision<EcsClusterStatus> step =
        plan(
            Wanted.cluster(
                "{'capacityProviders':['FARGATE'],"
                    + "'settings':[{'name':'containerInsights','value':'enabled'}],"
                    + "'tags':[{'key':'team','value':'a'}]}"),
            applied("tags[old]"),
            cluster("ACTIVE", OURS, ",'settings':[]", "{'key':'old','value':'x'}"),
            List.of());

    assertThat(calls(step))
        .extracting(call -> call.operation())
        .containsExactly(
            "UpdateCluster", "PutClusterCapacityProviders", "TagResource", "UntagResource");
    assertThat(calls(step).get(2).request())
        .isEqualTo(tree("{'resourceArn':'" + ARN + "','tags':[{'key':'team','value':'a'}]}"));
    assertThat(calls(step).get(3).request())
        .isEqualTo(tree("{'resourceArn':'" + ARN + "','tagKeys':['old']}"));
  }

  @Test
  void tagsOfOthersStay() {
    Decision<EcsClusterStatus> step =
        plan(
            Wanted.cluster("{}"),
            known(),
            cluster("ACTIVE", OURS, "", "{'key':'billing','value':'x'}"),
            List.of());

    assertThat(readyState(step)).isEqualTo("Ready/Reconciled");
  }

  @Test
  void whatIsBeingResetStaysRecordedUntilTheCallHasWorked() {
    Decision.Act<EcsClusterStatus> step =
        act(
            plan(
                Wanted.cluster("{}"),
                applied("tags[old]"),
                cluster("ACTIVE", OURS, "", "{'key':'old','value':'x'}"),
                List.of()));

    assertThat(step.intent().common().appliedPaths()).contains("tags[old]", "clusterName");
  }

  @Test
  void whatWasResetIsForgottenOnceItIsGone() {
    Decision.Settled<EcsClusterStatus> step =
        settled(
            plan(
                Wanted.cluster("{}"),
                applied("tags[old]"),
                cluster("ACTIVE", OURS, ""),
                List.of()));

    assertThat(step.facts().common().appliedPaths())
        .containsExactly("clusterName", "tags[ecs-operator.io/owner]");
  }

  @Test
  void ignoredFieldsAreLeftToOthers() {
    Decision<EcsClusterStatus> step =
        plan(
            Wanted.cluster(
                "{'ignoreFields':['settings'],"
                    + "'settings':[{'name':'containerInsights','value':'enabled'}]}"),
            known(),
            cluster("ACTIVE", OURS, ""),
            List.of());

    assertThat(readyState(step)).isEqualTo("Ready/Reconciled");
  }

  // Whose it is

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
        "others, no,  TakeOver, others, Reconciling/Updating",
      })
  void whoMayTakeWhichCluster(
      String owner, String inStatus, String adoption, String adoptFrom, String outcome) {
    Wanted wanted = Wanted.cluster("{}").with("adoptionPolicy", adoption);
    if (adoptFrom != null) {
      wanted = wanted.with("adoptFrom", adoptFrom.equals("others") ? OTHERS : adoptFrom);
    }

    Decision<EcsClusterStatus> step =
        plan(
            wanted,
            inStatus.equals("yes") ? known() : NEW,
            cluster("ACTIVE", ownerTag(owner), ""),
            List.of());

    assertThat(readyState(step)).isEqualTo(outcome);
    if (outcome.equals("Reconciling/Updating")) {
      assertThat(onlyCall(step).operation()).isEqualTo("TagResource");
      assertThat(onlyCall(step).request().path("tags"))
          .isEqualTo(
              tree("{'t':[{'key':'ecs-operator.io/owner','value':'" + OURS + "'}]}").get("t"));
    }
  }

  @Test
  void theMessageAboutAnotherOwnerNamesIt() {
    Decision<EcsClusterStatus> step =
        plan(Wanted.cluster("{}"), NEW, cluster("ACTIVE", OTHERS, ""), List.of());

    assertThat(message(step)).contains(OTHERS).contains("adoptionPolicy: TakeOver");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Plan", "Observe"})
  void whoeverOwnsItIsNoMatterToOneWhoOnlyLooks(String management) {
    Decision<EcsClusterStatus> step =
        plan(
            Wanted.cluster("{'settings':[{'name':'containerInsights','value':'enabled'}]}")
                .with("managementPolicy", management),
            NEW,
            cluster("ACTIVE", OTHERS, ""),
            List.of());

    assertThat(calls(step)).extracting(call -> call.operation()).contains("UpdateCluster");
    assertThat(act(step).facts().common().arn()).isEqualTo(ARN);
  }

  @Test
  void whereEcsTakesNoTagsOfOursTheyAreLeftAlone() {
    ReconcileContext<EcsClusterStatus> view =
        new ReconcileContext<>(
            Wanted.cluster("{}").desired(), known(), false, Freshness.ANY, false, NOW);

    Decision<EcsClusterStatus> step =
        planner.plan(view, observed(new Observation.Present(cluster("ACTIVE", "", ""))));

    assertThat(readyState(step)).isEqualTo("Ready/Reconciled");
  }

  // What is not known

  @Test
  void whatCannotBeAskedIsNeitherThereNorGone() {
    AwsFailure failure =
        AwsFailure.of("DescribeClusters", FailureClass.TRANSIENT, "ConnectionLost", "no answer");
    Observation unknown = new Observation.Unknown(NOW, failure);

    for (Wanted wanted : List.of(Wanted.cluster("{}"), Wanted.cluster("{}").deletedAt(NOW))) {
      assertThat(planner.plan(wanted.view(known(), NOW), observed(unknown)))
          .isEqualTo(new Decision.Unknown<>(known(), failure, Optional.of(NOW)));
    }
  }

  // Deleting

  @Test
  void anOwnClusterIsDeleted() {
    Decision<EcsClusterStatus> step =
        plan(deleted("Delete"), known(), cluster("ACTIVE", OURS, ""), List.of());

    assertThat(requests(step)).containsExactly(request("DeleteCluster", "{'cluster':'web'}"));
    assertThat(readyState(step)).isEqualTo("Reconciling/Deleting");
  }

  @Test
  void aClusterThatIsBeingDeletedIsWaitedFor() {
    Decision<EcsClusterStatus> step =
        plan(deleted("Delete"), known(), cluster("DEPROVISIONING", OURS, ""), List.of());

    assertThat(readyState(step)).isEqualTo("Reconciling/Deleting");
    assertThat(step).isInstanceOf(Decision.Settled.class);
  }

  @Test
  void anObjectWhoseClusterIsGoneIsReleased() {
    assertThat(plan(deleted("Delete"), known())).isInstanceOf(Decision.Released.class);
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
  void onlyWhatIsOwnedIsDeleted(String owner, String inStatus, boolean deletes) {
    Decision<EcsClusterStatus> step =
        plan(
            deleted("Delete").with("adoptionPolicy", "Adopt"),
            inStatus.equals("yes") ? known() : NEW,
            cluster("ACTIVE", ownerTag(owner), ""),
            List.of());

    assertThat(step).isInstanceOf(deletes ? Decision.Act.class : Decision.Released.class);
  }

  @Test
  void aRetainedClusterLosesOurTagAndNothingElse() {
    List<Dependent> dependents = List.of(new Dependent("EcsService a", false));

    Decision<EcsClusterStatus> step =
        plan(deleted("Retain"), known(), cluster("ACTIVE", OURS, ""), dependents);

    assertThat(requests(step))
        .containsExactly(
            request(
                "UntagResource",
                "{'resourceArn':'" + ARN + "','tagKeys':['ecs-operator.io/owner']}"));
    assertThat(plan(deleted("Retain"), known(), cluster("ACTIVE", "", ""), dependents))
        .isInstanceOf(Decision.Released.class);
  }

  @Test
  void whatUsesTheClusterHasToGoFirst() {
    Decision<EcsClusterStatus> step =
        plan(
            deleted("Delete"),
            known(),
            cluster("ACTIVE", OURS, ""),
            List.of(new Dependent("EcsService a", true), new Dependent("EcsTask b", false)));

    assertThat(readyState(step)).isEqualTo("Reconciling/WaitingForDependents");
    assertThat(message(step)).contains("EcsService a, EcsTask b");
  }

  @Test
  void afterADeadlineWhatNobodyDeletesStallsTheDeletionAndIsNamed() {
    List<Dependent> dependents =
        List.of(new Dependent("EcsService a", true), new Dependent("EcsTask b", false));
    Wanted longAgo = Wanted.cluster("{}").deletedAt(NOW.minus(Duration.ofMinutes(6)));

    Decision<EcsClusterStatus> step =
        plan(longAgo, known(), cluster("ACTIVE", OURS, ""), dependents);

    assertThat(readyState(step)).isEqualTo("Stalled/WaitingForDependents");
    assertThat(message(step)).contains("EcsTask b").doesNotContain("EcsService a");
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
  void ofManyDependentsTenAreNamed() {
    List<Dependent> dependents =
        IntStream.range(10, 25).mapToObj(n -> new Dependent("EcsService s" + n, true)).toList();

    Decision<EcsClusterStatus> step =
        plan(deleted("Delete"), known(), cluster("ACTIVE", OURS, ""), dependents);

    assertThat(message(step)).contains("s19 and 5 more").doesNotContain("s20");
  }

  // Capacity providers that are not there

  @Test
  void aClusterIsCreatedWithoutCapacityProvidersThatAreNotThere() {
    Decision<EcsClusterStatus> step =
        planner.plan(
            WITH_GPU.view(NEW, NOW),
            observed(new Observation.Absent()).with(providers("gpu", new Observation.Absent())));

    assertThat(onlyCall(step).operation()).isEqualTo("CreateCluster");
    assertThat(onlyCall(step).request().properties())
        .extracting(Map.Entry::getKey)
        .contains("clusterName", "settings")
        .doesNotContain("capacityProviders", "defaultCapacityProviderStrategy");
    assertThat(act(step).intent().common().appliedPaths()).noneMatch(path -> path.contains("gpu"));
  }

  @Test
  void whereOnlyCapacityProvidersThatAreNotThereAreLeftToDoTheClusterWaits() {
    Decision<EcsClusterStatus> step =
        planWith(
            cluster("ACTIVE", OURS, ",'settings':[{'name':'containerInsights','value':'enabled'}]"),
            providers("gpu", new Observation.Absent()));

    assertThat(readyState(step)).isEqualTo("Reconciling/WaitingForCapacityProvider");
    assertThat(message(step)).contains("no capacity provider gpu", "create it", "take it out");
  }

  @Test
  void whatElseDiffersIsChangedMeanwhile() {
    Decision<EcsClusterStatus> step =
        planWith(cluster("ACTIVE", OURS, ""), providers("gpu", new Observation.Absent()));

    assertThat(onlyCall(step).operation()).isEqualTo("UpdateCluster");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PROVISIONING", "DEPROVISIONING", "INACTIVE"})
  void oneThatIsNotActiveIsWaitedForByNameAndStatus(String status) {
    Decision<EcsClusterStatus> step =
        planWith(
            cluster("ACTIVE", OURS, ",'settings':[{'name':'containerInsights','value':'enabled'}]"),
            providers("gpu", new Observation.Present(tree("{'status':'" + status + "'}"))));

    assertThat(readyState(step)).isEqualTo("Reconciling/WaitingForCapacityProvider");
    assertThat(message(step)).contains("gpu is " + status);
  }

  @Test
  void onesThatAreThereOrCannotBeAskedAboutAreSent() {
    ObjectNode cluster =
        cluster("ACTIVE", OURS, ",'settings':[{'name':'containerInsights','value':'enabled'}]");
    AwsFailure denied =
        AwsFailure.of("DescribeCapacityProviders", FailureClass.BLOCKED, "AccessDenied", "no");

    assertThat(
            Stream.of(
                    new Observation.Present(tree("{'status':'ACTIVE'}")),
                    new Observation.Unknown(NOW, denied))
                .map(reading -> planWith(cluster, providers("gpu", reading))))
        .allMatch(step -> onlyCall(step).operation().equals("PutClusterCapacityProviders"));
  }

  @Test
  void onlyOnesThatACallWouldAddAreLookedForAndNeverThoseOfAws() {
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

  private Set<String> newIn(Wanted wanted, Observation cluster) {
    return CapacityProviders.newIn(
        planner.plan(wanted.view(known(), NOW), observed(cluster)), cluster);
  }

  private Decision<EcsClusterStatus> planWith(ObjectNode cluster, CapacityProviders providers) {
    return planner.plan(
        WITH_GPU.view(known(), NOW), observed(new Observation.Present(cluster)).with(providers));
  }

  private static CapacityProviders providers(String name, Observation reading) {
    return new CapacityProviders(new TreeMap<>(Map.of(name, reading)));
  }

  private static ClusterObservation observed(Observation cluster) {
    return observed(cluster, List.of());
  }

  private static ClusterObservation observed(Observation cluster, List<Dependent> dependents) {
    return new ClusterObservation(cluster, dependents, CapacityProviders.NOT_LOOKED_FOR);
  }

  private Decision<EcsClusterStatus> plan(Wanted wanted, EcsClusterStatus status) {
    return planner.plan(wanted.view(status, NOW), observed(new Observation.Absent()));
  }

  private Decision<EcsClusterStatus> plan(
      Wanted wanted, EcsClusterStatus status, ObjectNode cluster, List<Dependent> dependents) {
    return planner.plan(
        wanted.view(status, NOW), observed(new Observation.Present(cluster), dependents));
  }

  private static Wanted deleted(String policy) {
    return Wanted.cluster("{}").with("deletionPolicy", policy).deletedAt(NOW);
  }

  private static EcsClusterStatus known() {
    return new EcsClusterStatus(CommonStatus.unknown().withArn(ARN), null, null);
  }

  private static EcsClusterStatus applied(String... paths) {
    return new EcsClusterStatus(
        CommonStatus.unknown().withArn(ARN).withAppliedPaths(List.of(paths)), null, null);
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
