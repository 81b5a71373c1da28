package io.ecsoperator.operator.kinds.service;

import static io.ecsoperator.operator.Decisions.act;
import static io.ecsoperator.operator.Decisions.calls;
import static io.ecsoperator.operator.Decisions.changedPaths;
import static io.ecsoperator.operator.Decisions.message;
import static io.ecsoperator.operator.Decisions.onlyCall;
import static io.ecsoperator.operator.Decisions.readyState;
import static io.ecsoperator.operator.Decisions.request;
import static io.ecsoperator.operator.Decisions.requestOf;
import static io.ecsoperator.operator.Decisions.requests;
import static io.ecsoperator.operator.Decisions.settled;
import static io.ecsoperator.operator.Trees.tree;
import static io.ecsoperator.operator.kinds.service.DescribedService.ARN;
import static io.ecsoperator.operator.kinds.service.DescribedService.CLUSTER;
import static io.ecsoperator.operator.kinds.service.DescribedService.OURS;
import static io.ecsoperator.operator.kinds.service.DescribedService.REVISION_1;
import static io.ecsoperator.operator.kinds.service.DescribedService.REVISION_2;
import static io.ecsoperator.operator.kinds.service.DescribedService.steady;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.Reference;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.kinds.service.ServiceObservation.Newest;
import io.ecsoperator.plan.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServicePlannerTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private static final String OTHERS = "k8s/shop/EcsService/other";
  private static final Observation ABSENT = new Observation.Absent();
  private static final EcsServiceStatus NEW = EcsServiceStatus.unknown();

  private final ServicePlanner planner =
      new ServicePlanner(
          new Ownership(new Owner("k8s")),
          new Timing(
              Duration.ofSeconds(5),
              Duration.ofSeconds(60),
              Duration.ofMinutes(10),
              Duration.ofMinutes(5)));

  // References

  @Test
  void withoutItsClusterOrTaskDefinitionAServiceWaits() {
    Reference waiting = new Reference.Waiting("EcsCluster main has no ARN yet.");

    for (ServiceObservation observation :
        List.of(
            new ServiceObservation(
                waiting, revision(REVISION_1), Optional.empty(), Optional.empty(), List.of()),
            new ServiceObservation(
                cluster(),
                Optional.of(waiting),
                Optional.of(ABSENT),
                Optional.empty(),
                List.of()))) {
      Decision<EcsServiceStatus> step =
          planner.plan(Wanted.service("{'desiredCount':2}").view(NEW, NOW), observation);

      assertThat(readyState(step)).isEqualTo("Reconciling/WaitingForReference");
      assertThat(message(step)).isEqualTo("EcsCluster main has no ARN yet.");
    }
  }

  @Test
  void theSelectorIsThereFromTheFirstLookAndUnique() {
    Decision<EcsServiceStatus> step =
        planner.plan(
            Wanted.service("{'scale':{}}").view(NEW, NOW),
            new ServiceObservation(
                new Reference.Waiting("no"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of()));

    assertThat(settled(step).facts().selector())
        .isEqualTo("ecs-operator.io/service-uid=" + Wanted.UID);
  }

  // Creating

  @Test
  void whatIsNotThereIsCreatedWithReferencesResolvedTokenAndTag() {
    Decision<EcsServiceStatus> step =
        plan(Wanted.service("{'desiredCount':2,'launchType':'FARGATE'}"), NEW, ABSENT);

    var request = onlyCall(step).request();
    assertThat(onlyCall(step).operation()).isEqualTo("CreateService");
    assertThat(request.path("clientToken").asText()).hasSizeBetween(16, 36);
    request.remove("clientToken");
    assertThat(request)
        .isEqualTo(
            tree(
                "{'desiredCount':2,'launchType':'FARGATE','serviceName':'web','cluster':'"
                    + CLUSTER
                    + "','taskDefinition':'"
                    + REVISION_1
                    + "','tags':[{'key':'ecs-operator.io/owner','value':'"
                    + OURS
                    + "'}]}"));
    assertThat(readyState(step)).isEqualTo("Reconciling/Creating");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "{}                                                  | 1",
        "{'desiredCount':0}                                  | 0",
        "{'desiredCount':3}                                  | 3",
        "{'scale':{}}                                        | 1",
        "{'scale':{'replicas':4}}                            | 4",
        "{'scale':{'replicas':0}}                            | 0",
        "{'schedulingStrategy':'DAEMON'}                     | none",
      })
  void theFirstCountIsTheSpecsOrOne(String spec, Integer count) {
    var request = onlyCall(plan(Wanted.service(spec), NEW, ABSENT)).request();

    assertThat(request.has("desiredCount")).isEqualTo(count != null);
    assertThat(request.path("desiredCount").asInt(-1)).isEqualTo(count == null ? -1 : count);
  }

  @Test
  void aCountThatIsNotOursComesBackWithTheServiceAlsoAfterItDrained() {
    EcsServiceStatus five = steady().counts(5, 5).seen(NEW, NOW);
    EcsServiceStatus drained =
        settled(
                plan(
                    Wanted.service("{}"),
                    five,
                    present(steady().set("'status':'DRAINING'").counts(0, 3))))
            .facts();

    for (Observation gone : List.of(ABSENT, present(steady().set("'status':'INACTIVE'")))) {
      assertThat(onlyCall(plan(Wanted.service("{}"), drained, gone)).request().path("desiredCount"))
          .hasToString("5");
    }
  }

  @Test
  void whatIsAboutToBeCreatedIsRecordedFirst() {
    EcsServiceStatus intent = act(plan(Wanted.service("{'desiredCount':2}"), NEW, ABSENT)).intent();

    assertThat(intent.cluster()).isEqualTo(CLUSTER);
    assertThat(intent.rollout().requestHash()).isNotEmpty();
    assertThat(intent.common().appliedPaths())
        .contains("desiredCount", "taskDefinition", "tags[ecs-operator.io/owner]");
  }

  @Test
  void theClientTokenIsTheSameUntilTheSpecChangesOrTheServiceWasThere() {
    Wanted wanted = Wanted.service("{'desiredCount':2}");
    EcsServiceStatus intent = act(plan(wanted, NEW, ABSENT)).intent();
    EcsServiceStatus created = steady().seen(intent, NOW);
    EcsServiceStatus seenTwice = steady().counts(2, 1).seen(created, NOW);

    assertThat(token(wanted, intent)).isEqualTo(token(wanted, NEW));
    assertThat(token(wanted, seenTwice)).isEqualTo(token(wanted, created));
    assertThat(
            List.of(
                token(wanted, NEW),
                token(wanted, created),
                token(wanted.changedTo("{'desiredCount':3}"), NEW)))
        .doesNotHaveDuplicates();
  }

  @Test
  void aServiceThatSomebodyDeletesIsWaitedForBeforeItIsCreatedAnew() {
    Decision<EcsServiceStatus> step =
        plan(
            Wanted.service("{'desiredCount':2}"),
            steady().seen(NEW, NOW),
            present(steady().set("'status':'DRAINING'")));

    assertThat(readyState(step)).isEqualTo("Reconciling/Settling");
  }

  // Converging: only what differs is sent

  @Test
  void aServiceThatIsAsTheSpecAsksIsReadyAndLeftAlone() {
    Decision.Settled<EcsServiceStatus> step =
        settled(plan(Wanted.service("{'desiredCount':2}"), NEW, present(steady())));

    assertThat(readyState(step)).isEqualTo("Ready/Reconciled");
    assertThat(message(step)).isEqualTo("2/2 tasks run web:1.");
    assertThat(step.available()).contains(true);
    assertThat(step.facts().common().arn()).isEqualTo(ARN);
    assertThat(step.facts().cluster()).isEqualTo(CLUSTER);
    assertThat(step.facts().rollout().completedGeneration()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0} sends {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "'desiredCount':3 | 'desiredCount':3",
        "'scale':{'replicas':5} | 'desiredCount':5",
        "'enableExecuteCommand':true | 'enableExecuteCommand':true",
        "'healthCheckGracePeriodSeconds':30 | 'healthCheckGracePeriodSeconds':30",
        "'deploymentConfiguration':{'minimumHealthyPercent':50}"
            + " | 'deploymentConfiguration':{'minimumHealthyPercent':50}",
        "'platformVersion':'1.3.0' | 'platformVersion':'1.3.0'",
        "'availabilityZoneRebalancing':'DISABLED' | 'availabilityZoneRebalancing':'DISABLED'",
        "'propagateTags':'SERVICE' | 'propagateTags':'SERVICE'",
        "'networkConfiguration':{'awsvpcConfiguration':{'subnets':['subnet-1']}}"
            + " | 'networkConfiguration':{'awsvpcConfiguration':{'subnets':['subnet-1']}}",
        "'capacityProviderStrategy':[{'capacityProvider':'FARGATE_SPOT','weight':1}]"
            + " | 'capacityProviderStrategy':[{'capacityProvider':'FARGATE_SPOT','weight':1}],"
            + "'forceNewDeployment':true",
      })
  void onlyTheChangedMemberIsSent(String spec, String sent) {
    Decision<EcsServiceStatus> step =
        plan(Wanted.service("{" + spec + "}"), steady().seen(NEW, NOW), present(steady()));

    assertThat(requests(step))
        .containsExactly(
            request("UpdateService", "{'cluster':'" + CLUSTER + "','service':'web'," + sent + "}"));
    assertThat(readyState(step)).isEqualTo("Reconciling/Updating");
  }

  @Test
  void aNewRevisionIsTheOnlyThingThatIsSent() {
    Decision<EcsServiceStatus> step =
        planner.plan(
            Wanted.service("{'desiredCount':2}").view(steady().seen(NEW, NOW), NOW),
            observation(REVISION_2, present(steady())));

    assertThat(requests(step))
        .containsExactly(
            request(
                "UpdateService",
                "{'cluster':'"
                    + CLUSTER
                    + "','service':'web','taskDefinition':'"
                    + REVISION_2
                    + "'}"));
    assertThat(changedPaths(onlyCall(step))).containsExactly("taskDefinition");
  }

  @Test
  void tagsHaveCallsOfTheirOwn() {
    EcsServiceStatus status = steady().seen(NEW, NOW);

    Decision<EcsServiceStatus> step =
        plan(
            Wanted.service("{'desiredCount':3,'tags':[{'key':'team','value':'a'}]}"),
            status,
            present(steady()));

    assertThat(calls(step))
        .extracting(call -> call.operation())
        .containsExactly("UpdateService", "TagResource");
    assertThat(requestOf(step, "UpdateService").has("tags")).isFalse();
    assertThat(requestOf(step, "TagResource"))
        .isEqualTo(tree("{'resourceArn':'" + ARN + "','tags':[{'key':'team','value':'a'}]}"));
  }

  @Test
  void aFieldThatLeftTheSpecIsReset() {
    EcsServiceStatus applied =
        settled(
                plan(
                    Wanted.service("{'enableExecuteCommand':true}"),
                    NEW,
                    present(steady().set("'enableExecuteCommand':true"))))
            .facts();

    Decision<EcsServiceStatus> step =
        plan(Wanted.service("{}"), applied, present(steady().set("'enableExecuteCommand':true")));

    assertThat(requestOf(step, "UpdateService").path("enableExecuteCommand")).hasToString("false");
  }

  // The count

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'schedulingStrategy':'DAEMON'}"})
  void aCountThatIsNotOursIsLeftAlone(String spec) {
    DescribedService described =
        spec.contains("DAEMON")
            ? steady()
                .set(
                    "'schedulingStrategy':'DAEMON',"
                        + "'deploymentConfiguration':"
                        + "{'maximumPercent':100,'minimumHealthyPercent':0}")
            : steady();

    assertThat(readyState(plan(Wanted.service(spec), NEW, present(described.counts(7, 7)))))
        .isEqualTo("Ready/Reconciled");
  }

  @Test
  void aCountThatLeavesTheSpecIsReleasedAndNeverReset() {
    EcsServiceStatus applied =
        settled(plan(Wanted.service("{'desiredCount':2}"), NEW, present(steady()))).facts();
    assertThat(applied.common().appliedPaths()).contains("desiredCount");

    Decision.Settled<EcsServiceStatus> step =
        settled(
            plan(Wanted.service("{'desiredCount':2}").changedTo("{}"), applied, present(steady())));

    assertThat(readyState(step)).isEqualTo("Ready/Reconciled");
    assertThat(step.facts().common().appliedPaths()).doesNotContain("desiredCount");
  }

  // What ECS cannot change in place

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'schedulingStrategy':'DAEMON'",
        "'role':'arn:aws:iam::1:role/mine'",
        "'launchType':'EC2'",
      })
  void aChangeOfWhatTheServiceIsNeedsAReplacement(String member) {
    Decision<EcsServiceStatus> step =
        plan(Wanted.service("{" + member + "}"), steady().seen(NEW, NOW), present(steady()));

    assertThat(readyState(step)).isEqualTo("Stalled/ReplacementRequired");
    assertThat(message(step)).contains(member.split("'")[1]);
  }

  @Test
  void anotherClusterNeedsAReplacementAlsoThroughAReference() {
    Decision<EcsServiceStatus> step =
        planner.plan(
            Wanted.service("{}").view(steady().seen(NEW, NOW), NOW),
            new ServiceObservation(
                new Reference.Resolved("arn:aws:ecs:eu-central-1:1:cluster/other"),
                revision(REVISION_1),
                Optional.of(present(steady())),
                Optional.empty(),
                List.of()));

    assertThat(readyState(step)).isEqualTo("Stalled/ReplacementRequired");
    assertThat(message(step)).contains("cluster");
  }

  @Test
  void aClusterNamedInsteadOfItsArnIsTheSame() {
    Decision<EcsServiceStatus> step =
        planner.plan(
            Wanted.service("{'cluster':'main'}").view(NEW, NOW),
            new ServiceObservation(
                new Reference.Resolved("main"),
                revision("web:1"),
                Optional.of(present(steady())),
                Optional.empty(),
                List.of()));

    assertThat(readyState(step)).isEqualTo("Ready/Reconciled");
  }

  // CodeDeploy

  @Test
  void ofAServiceThatCodeDeployDeploysOnlyWhatUpdateServiceTakesIsOurs() {
    DescribedService codeDeploy =
        steady()
            .set("'deploymentController':{'type':'CODE_DEPLOY'},'deployments':[],'taskSets':[{}]");
    String spec = "'deploymentController':{'type':'CODE_DEPLOY'}";

    assertThat(
            readyState(
                planner.plan(
                    Wanted.service("{" + spec + ",'platformVersion':'1.3.0'}").view(NEW, NOW),
                    observation(REVISION_2, present(codeDeploy)))))
        .isEqualTo("Ready/Reconciled");
    assertThat(
            requestOf(
                    planner.plan(
                        Wanted.service("{" + spec + ",'desiredCount':4}").view(NEW, NOW),
                        observation(REVISION_2, present(codeDeploy))),
                    "UpdateService")
                .fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("cluster", "service", "desiredCount");
  }

  // Ownership

  @ParameterizedTest(name = "owner {0}, known {1}, {2} {3}: {4}")
  @CsvSource(
      nullValues = "-",
      value = {
        "ours,   no,      Refuse,   -,      Ready/Reconciled",
        "none,   no,      Refuse,   -,      Stalled/NotOwned",
        "none,   no,      Adopt,    -,      Reconciling/Updating",
        "none,   yes,     Refuse,   -,      Reconciling/Updating",
        "none,   earlier, Refuse,   -,      Stalled/NotOwned",
        "others, yes,     Refuse,   -,      Stalled/OwnedByAnother",
        "others, no,      Adopt,    -,      Stalled/OwnedByAnother",
        "others, no,      TakeOver, wrong,  Stalled/OwnedByAnother",
        "others, no,      TakeOver, others, Reconciling/Updating",
      })
  void whoMayTakeWhichService(
      String owner, String known, String adoption, String adoptFrom, String outcome) {
    Wanted wanted = Wanted.service("{}").with("adoptionPolicy", adoption);
    if (adoptFrom != null) {
      wanted = wanted.with("adoptFrom", adoptFrom.equals("others") ? OTHERS : adoptFrom);
    }

    Decision<EcsServiceStatus> step =
        plan(wanted, inStatus(known), present(steady().owner(ownerTag(owner))));

    assertThat(readyState(step)).isEqualTo(outcome);
    if (outcome.equals("Reconciling/Updating")) {
      assertThat(onlyCall(step).operation()).isEqualTo("TagResource");
    }
  }

  @Test
  void whatCannotBeAskedIsNeitherThereNorGone() {
    AwsFailure failure =
        AwsFailure.of("DescribeServices", FailureClass.THROTTLED, "ThrottlingException", "slower");

    for (Wanted wanted : List.of(Wanted.service("{}"), Wanted.service("{}").deletedAt(NOW))) {
      assertThat(plan(wanted, NEW, new Observation.Unknown(NOW, failure)))
          .isInstanceOfSatisfying(
              Decision.Unknown.class, unknown -> assertThat(unknown.failure()).isSameAs(failure));
    }
  }

  // Redeploying

  @Test
  void aWishForANewDeploymentIsCarriedOutOnceAndEchoed() {
    Wanted wanted = Wanted.service("{}").annotated("redeploy-requested-at", "noon");
    EcsServiceStatus before = steady().seen(NEW, NOW);

    Decision.Act<EcsServiceStatus> step = act(plan(wanted, before, present(steady())));
    DescribedService redeployed = steady().deployment("ecs-svc/2", REVISION_1, "IN_PROGRESS", 0);
    EcsServiceStatus after =
        ServicePlanner.acknowledgeAnnotations(redeployed.seen(step.intent(), NOW), onlyCall(step));

    assertThat(onlyCall(step).request())
        .isEqualTo(tree("{'cluster':'" + CLUSTER + "','service':'web','forceNewDeployment':true}"));
    assertThat(after.rollout().lastHandledRedeployAt()).isEqualTo("noon");
    assertThat(plan(wanted, after, present(redeployed))).isInstanceOf(Decision.Settled.class);
    assertThat(
            onlyCall(
                    plan(
                        wanted.annotated("redeploy-requested-at", "later"),
                        after,
                        present(redeployed)))
                .request()
                .path("forceNewDeployment"))
        .hasToString("true");
  }

  @Test
  void aNewDeploymentWhoseAnswerWasLostIsNotAskedForAgain() {
    Wanted wanted = Wanted.service("{}").annotated("redeploy-requested-at", "noon");
    EcsServiceStatus intent =
        act(plan(wanted, steady().seen(NEW, NOW), present(steady()))).intent();
    DescribedService redeployed = steady().deployment("ecs-svc/2", REVISION_1, "IN_PROGRESS", 0);

    Decision.Settled<EcsServiceStatus> step = settled(plan(wanted, intent, present(redeployed)));

    assertThat(step.facts().rollout().lastHandledRedeployAt()).isEqualTo("noon");
    assertThat(plan(wanted, intent, present(steady()))).isInstanceOf(Decision.Act.class);
  }

  @Test
  void aServiceCreatedUnderAWishForANewDeploymentHasOneAlsoIfTheAnswerWasLost() {
    Wanted wanted = Wanted.service("{'desiredCount':2}").annotated("redeploy-requested-at", "noon");
    EcsServiceStatus intent = act(plan(wanted, NEW, ABSENT)).intent();

    Decision.Settled<EcsServiceStatus> step = settled(plan(wanted, intent, present(steady())));

    assertThat(step.facts().rollout().lastHandledRedeployAt()).isEqualTo("noon");
  }

  // Roll-backs

  @Test
  void whatEcsTookBackIsNotAskedForAgain() {
    Wanted wanted = Wanted.service("{}");
    EcsServiceStatus asked = askedForRevision2(wanted, steady().seen(NEW, NOW));

    Decision.Settled<EcsServiceStatus> step =
        settled(
            planner.plan(
                wanted.view(asked, NOW),
                rolledBack(
                    "deployment/2",
                    new FailedTask("arn", "EssentialContainerExited", "app exited with 1"))));

    assertThat(readyState(step)).isEqualTo("Stalled/DeploymentRolledBack");
    assertThat(message(step))
        .contains("circuit breaker")
        .contains("app exited with 1")
        .contains("redeploy-requested-at");
    assertThat(step.available()).contains(true);
    assertThat(step.facts().rollout().failedTasks()).hasSize(1);
  }

  @Test
  void anotherSpecOrAWishIsANewAttempt() {
    Wanted wanted = Wanted.service("{}");
    EcsServiceStatus asked = askedForRevision2(wanted, steady().seen(NEW, NOW));

    assertThat(
            planner.plan(
                wanted.changedTo("{'platformVersion':'1.3.0'}").view(asked, NOW),
                rolledBack("deployment/2")))
        .isInstanceOf(Decision.Act.class);
    assertThat(
            requestOf(
                    planner.plan(
                        wanted.annotated("redeploy-requested-at", "noon").view(asked, NOW),
                        rolledBack("deployment/2")),
                    "UpdateService")
                .fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("cluster", "service", "taskDefinition", "forceNewDeployment");
  }

  @Test
  void aRollBackOfAnEarlierDeploymentIsNotTakenForOneOfThisOne() {
    Wanted wanted = Wanted.service("{}");
    EcsServiceStatus failedBefore = askedForRevision2(wanted, steady().seen(NEW, NOW));
    Wanted changed = wanted.changedTo("{'platformVersion':'1.3.0'}");
    EcsServiceStatus asked =
        act(planner.plan(changed.view(failedBefore, NOW), rolledBack("deployment/2"))).intent();

    // The call failed without effect: the newest deployment is still the one before.
    Decision<EcsServiceStatus> again =
        planner.plan(changed.view(asked, NOW), rolledBack("deployment/2"));
    assertThat(again).isInstanceOf(Decision.Act.class);
    assertThat(act(again).intent()).isEqualTo(asked);
    assertThat(readyState(planner.plan(changed.view(asked, NOW), rolledBack("deployment/3"))))
        .isEqualTo("Stalled/DeploymentRolledBack");
  }

  @Test
  void scalingAndTaggingGoOnAfterARollBack() {
    Wanted wanted = Wanted.service("{'desiredCount':2}");
    EcsServiceStatus asked = askedForRevision2(wanted, steady().seen(NEW, NOW));
    Wanted scaled = wanted.changedTo("{'desiredCount':4,'tags':[{'key':'team','value':'a'}]}");

    Decision<EcsServiceStatus> step =
        planner.plan(scaled.view(asked, NOW), rolledBack("deployment/2"));

    assertThat(requestOf(step, "UpdateService").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("cluster", "service", "desiredCount");
    assertThat(calls(step)).hasSize(2);
    EcsServiceStatus afterwards = act(step).intent();
    assertThat(
            readyState(
                planner.plan(
                    scaled.view(afterwards, NOW),
                    rolledBack(
                        steady()
                            .counts(4, 4)
                            .set(
                                "'tags':[{'key':'team','value':'a'},"
                                    + "{'key':'ecs-operator.io/owner','value':'"
                                    + OURS
                                    + "'}]"),
                        "deployment/2"))))
        .isEqualTo("Stalled/DeploymentRolledBack");
  }

  @Test
  void driftFromWhatHadCompletedIsMendedAndNoRollBack() {
    Wanted wanted = Wanted.service("{'platformVersion':'1.4.0'}");
    EcsServiceStatus completed =
        settled(plan(wanted, NEW, present(steady().set("'platformVersion':'1.4.0'")))).facts();

    Decision<EcsServiceStatus> step =
        planner.plan(
            wanted.view(completed, NOW),
            new ServiceObservation(
                cluster(),
                revision(REVISION_1),
                Optional.of(present(steady().set("'platformVersion':'1.3.0'"))),
                Optional.of(new Newest("deployment/9", Optional.empty())),
                List.of()));

    assertThat(requestOf(step, "UpdateService").path("platformVersion").asText())
        .isEqualTo("1.4.0");
  }

  @Test
  void theNewestDeploymentIsLookedForOnlyBeforeAnotherIsAskedFor() {
    EcsServiceStatus status = steady().seen(NEW, NOW);

    assertThat(needsDeploymentHistory(Wanted.service("{}"), status)).isFalse();
    assertThat(needsDeploymentHistory(Wanted.service("{'desiredCount':9}"), status)).isFalse();
    assertThat(needsDeploymentHistory(Wanted.service("{'tags':[{'key':'a','value':'b'}]}"), status))
        .isFalse();
    assertThat(needsDeploymentHistory(Wanted.service("{'platformVersion':'1.3.0'}"), status))
        .isTrue();
    assertThat(
            needsDeploymentHistory(
                Wanted.service("{}").annotated("redeploy-requested-at", "noon"), status))
        .isTrue();
  }

  @Test
  void theNewestDeploymentDoesNotMatterToTheFirstCallAfterASuccess() {
    Wanted wanted = Wanted.service("{}");
    EcsServiceStatus succeeded = succeeded(wanted, steady());

    assertThat(needsDeploymentHistory(wanted.changedTo("{'platformVersion':'1.3.0'}"), succeeded))
        .isFalse();
    assertThat(needsDeploymentHistory(wanted.annotated("redeploy-requested-at", "noon"), succeeded))
        .isFalse();
  }

  @Test
  void theNewestDeploymentMattersToWhatWasAskedForBefore() {
    Wanted wanted = Wanted.service("{'platformVersion':'1.3.0'}");

    // Somebody has changed it since, or ECS has taken it back.
    assertThat(
            needsDeploymentHistory(
                wanted, succeeded(wanted, steady().set("'platformVersion':'1.3.0'"))))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({"IN_PROGRESS, ecs-svc/1", "FAILED, ecs-svc/1", "COMPLETED, ecs-svc/2"})
  void theNewestDeploymentMattersWhereTheLastOneDidNotComeToItsEnd(String state, String id) {
    Wanted wanted = Wanted.service("{}");
    DescribedService now = steady().deployment(id, REVISION_1, state, 2);

    assertThat(
            planner.needsDeploymentHistory(
                wanted
                    .changedTo("{'platformVersion':'1.3.0'}")
                    .view(succeeded(wanted, steady()), NOW),
                observation(REVISION_1, present(now)),
                now.json()))
        .isTrue();
  }

  @Test
  void aCallWithoutEffectIsMadeAgainInSpiteOfAnEarlierRollBackByOthers() {
    Wanted changed = Wanted.service("{}").changedTo("{'platformVersion':'1.3.0'}");
    EcsServiceStatus succeeded = succeeded(Wanted.service("{}"), steady());
    Decision.Act<EcsServiceStatus> first = act(plan(changed, succeeded, present(steady())));

    EcsServiceStatus refused =
        ServicePlanner.refused(first.intent(), (Action.Call) first.plan().actions().getFirst());

    assertThat(needsDeploymentHistory(changed, refused)).isTrue();
    ServiceObservation rolledBackByOthers =
        new ServiceObservation(
            cluster(),
            revision(REVISION_1),
            Optional.of(present(steady())),
            Optional.of(new Newest("deployment/7", Optional.of("breaker"))),
            List.of());
    Decision<EcsServiceStatus> again = planner.plan(changed.view(refused, NOW), rolledBackByOthers);
    assertThat(again).isInstanceOf(Decision.Act.class);
    EcsServiceStatus asked = act(again).intent();
    assertThat(ServicePlanner.refused(asked, (Action.Call) act(again).plan().actions().getFirst()))
        .isEqualTo(asked);
    assertThat(planner.plan(changed.view(asked, NOW), rolledBackByOthers))
        .isInstanceOf(Decision.Act.class);
  }

  @Test
  void whatIsTakenBackIsNotAskedForAgainAlsoIfNobodyLookedBefore() {
    Wanted changed = Wanted.service("{}").changedTo("{'platformVersion':'1.3.0'}");
    EcsServiceStatus asked =
        act(plan(changed, succeeded(Wanted.service("{}"), steady()), present(steady()))).intent();

    assertThat(needsDeploymentHistory(changed, asked)).isTrue();
    assertThat(
            readyState(
                planner.plan(
                    changed.view(asked, NOW),
                    new ServiceObservation(
                        cluster(),
                        revision(REVISION_1),
                        Optional.of(present(steady())),
                        Optional.of(new Newest("deployment/2", Optional.of("breaker"))),
                        List.of()))))
        .isEqualTo("Stalled/DeploymentRolledBack");
  }

  // Deleting

  @Test
  void anOwnServiceIsDeletedByForce() {
    Decision<EcsServiceStatus> step =
        plan(deleted("Delete"), steady().seen(NEW, NOW), present(steady()));

    assertThat(requests(step))
        .containsExactly(
            request("DeleteService", "{'cluster':'" + CLUSTER + "','service':'web','force':true}"));
    assertThat(readyState(step)).isEqualTo("Reconciling/Deleting");
  }

  @Test
  void aDrainingServiceIsWaitedFor() {
    Decision<EcsServiceStatus> step =
        plan(
            deleted("Delete"),
            steady().seen(NEW, NOW),
            present(steady().set("'status':'DRAINING'")));

    assertThat(step).isInstanceOf(Decision.Settled.class);
    assertThat(readyState(step)).isEqualTo("Reconciling/Deleting");
  }

  @Test
  void anObjectWhoseServiceIsGoneOrWasNeverMadeIsReleased() {
    EcsServiceStatus seen = steady().seen(NEW, NOW);

    assertThat(plan(deleted("Delete"), seen, ABSENT)).isInstanceOf(Decision.Released.class);
    assertThat(plan(deleted("Delete"), seen, present(steady().set("'status':'INACTIVE'"))))
        .isInstanceOf(Decision.Released.class);
    assertThat(
            planner.plan(
                deleted("Delete").view(NEW, NOW),
                new ServiceObservation(
                    new Reference.Waiting("no"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of())))
        .isInstanceOf(Decision.Released.class);
  }

  @Test
  void aServiceIsDeletedAlsoWhenItsReferencesAreGone() {
    Decision<EcsServiceStatus> step =
        planner.plan(
            deleted("Delete").view(steady().seen(NEW, NOW), NOW),
            new ServiceObservation(
                new Reference.Waiting("no"),
                Optional.of(new Reference.Waiting("no")),
                Optional.of(present(steady())),
                Optional.empty(),
                List.of()));

    assertThat(onlyCall(step).operation()).isEqualTo("DeleteService");
  }

  @ParameterizedTest(name = "owner {0}, known {1}: deleted {2}")
  @CsvSource({
    "ours,   no,      true",
    "none,   yes,     true",
    "none,   no,      false",
    "none,   earlier, false",
    "others, yes,     false"
  })
  void onlyWhatIsOwnedIsDeleted(String owner, String known, boolean deletes) {
    Decision<EcsServiceStatus> step =
        plan(deleted("Delete"), inStatus(known), present(steady().owner(ownerTag(owner))));

    assertThat(step).isInstanceOf(deletes ? Decision.Act.class : Decision.Released.class);
  }

  @Test
  void aRetainedServiceLosesOurTagAndNothingElse() {
    Decision<EcsServiceStatus> step =
        plan(deleted("Retain"), steady().seen(NEW, NOW), present(steady()));

    assertThat(requests(step))
        .containsExactly(
            request(
                "UntagResource",
                "{'resourceArn':'" + ARN + "','tagKeys':['ecs-operator.io/owner']}"));
    assertThat(plan(deleted("Retain"), steady().seen(NEW, NOW), present(steady().owner(""))))
        .isInstanceOf(Decision.Released.class);
  }

  private Decision<EcsServiceStatus> plan(
      Wanted wanted, EcsServiceStatus status, Observation service) {
    return planner.plan(wanted.view(status, NOW), observation(REVISION_1, service));
  }

  private String token(Wanted wanted, EcsServiceStatus status) {
    return onlyCall(plan(wanted, status, ABSENT)).request().path("clientToken").asText();
  }

  /** The status of an object whose service was created and runs as the spec asks. */
  private EcsServiceStatus succeeded(Wanted wanted, DescribedService service) {
    EcsServiceStatus created = service.seen(act(plan(wanted, NEW, ABSENT)).intent(), NOW);
    EcsServiceStatus settled = settled(plan(wanted, created, present(service))).facts();
    CommonStatus common = settled.common();
    return settled.withCommon(
        new CommonStatus(
            wanted.generation(),
            common.arn(),
            common.awsLocation(),
            common.conditions(),
            common.plan(),
            common.appliedPaths(),
            common.lastHandledReconcileAt()));
  }

  private boolean needsDeploymentHistory(Wanted wanted, EcsServiceStatus status) {
    return planner.needsDeploymentHistory(
        wanted.view(status, NOW), observation(REVISION_1, present(steady())), steady().json());
  }

  /** The status after an update to revision 2 was asked for, when the newest deployment was 1. */
  private EcsServiceStatus askedForRevision2(Wanted wanted, EcsServiceStatus status) {
    return act(planner.plan(
            wanted.view(status, NOW),
            new ServiceObservation(
                cluster(),
                revision(REVISION_2),
                Optional.of(present(steady())),
                Optional.of(new Newest("deployment/1", Optional.empty())),
                List.of())))
        .intent();
  }

  /** The service runs revision 1 again, though revision 2 is wanted. */
  private static ServiceObservation rolledBack(String deployment, FailedTask... failed) {
    return rolledBack(steady(), deployment, failed);
  }

  private static ServiceObservation rolledBack(
      DescribedService service, String deployment, FailedTask... failed) {
    return new ServiceObservation(
        cluster(),
        revision(REVISION_2),
        Optional.of(present(service)),
        Optional.of(new Newest(deployment, Optional.of("circuit breaker: tasks failed"))),
        List.of(failed));
  }

  private static ServiceObservation observation(String revision, Observation service) {
    return new ServiceObservation(
        cluster(), revision(revision), Optional.of(service), Optional.empty(), List.of());
  }

  private static Reference cluster() {
    return new Reference.Resolved(CLUSTER);
  }

  private static Optional<Reference> revision(String arn) {
    return Optional.of(new Reference.Resolved(arn));
  }

  private static Observation present(DescribedService service) {
    return new Observation.Present(service.json());
  }

  private static Wanted deleted(String policy) {
    return Wanted.service("{}").with("deletionPolicy", policy).deletedAt(NOW);
  }

  /** {@code earlier}: the status names a service of the same name that was created before. */
  private static EcsServiceStatus inStatus(String known) {
    return switch (known) {
      case "yes" -> steady().seen(NEW, NOW);
      case "earlier" -> steady().set("'createdAt':1700000000").seen(NEW, NOW);
      default -> NEW;
    };
  }

  private static String ownerTag(String owner) {
    return switch (owner) {
      case "ours" -> OURS;
      case "others" -> OTHERS;
      default -> "";
    };
  }
}
