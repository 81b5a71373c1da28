package io.ecsoperator.operator.kinds.service;

import static io.ecsoperator.operator.Decisions.calls;
import static io.ecsoperator.operator.Decisions.changedPaths;
import static io.ecsoperator.operator.Decisions.done;
import static io.ecsoperator.operator.Decisions.execute;
import static io.ecsoperator.operator.Decisions.message;
import static io.ecsoperator.operator.Decisions.onlyCall;
import static io.ecsoperator.operator.Decisions.readyState;
import static io.ecsoperator.operator.Decisions.request;
import static io.ecsoperator.operator.Decisions.requestOf;
import static io.ecsoperator.operator.Decisions.requests;
import static io.ecsoperator.operator.Trees.tree;
import static io.ecsoperator.operator.kinds.service.ServiceJson.ARN;
import static io.ecsoperator.operator.kinds.service.ServiceJson.CLUSTER;
import static io.ecsoperator.operator.kinds.service.ServiceJson.OURS;
import static io.ecsoperator.operator.kinds.service.ServiceJson.REVISION_1;
import static io.ecsoperator.operator.kinds.service.ServiceJson.REVISION_2;
import static io.ecsoperator.operator.kinds.service.ServiceJson.steady;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.TestReferences;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.config.AdoptionSettings;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.desired.References.Resolved.Cause;
import io.ecsoperator.operator.desired.References.Resolved.Unresolved;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.kinds.service.ServiceObservation.Newest;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.Plan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServicePlannerTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private static final String OTHERS = "k8s/shop/EcsService/other";
  private static final Observation ABSENT = new Observation.Absent();
  private static final EcsServiceStatus NEW = EcsServiceStatus.unknown();

  /** A status that was written before anything was created. */
  private static final EcsServiceStatus WAITED =
      NEW.withCommon(new CommonStatus(1L, null, null, null, List.of(), null, null, null, null));

  private final ServicePlanner planner =
      new ServicePlanner(
          new Ownership(new Owner("k8s"), AdoptionSettings.ALL_UNTAGGED), TestKinds.TIMING);

  @Nested
  class WaitingForReferences {
    @Test
    void serviceWaitsForItsClusterAndTaskDefinition() {
      TestReferences.Ref waiting = new TestReferences.Waiting("EcsCluster main has no ARN yet.");

      for (TestObservation observation :
          List.of(
              new TestObservation(
                  waiting, revision(REVISION_1), Optional.empty(), Optional.empty(), List.of()),
              new TestObservation(
                  cluster(),
                  Optional.of(waiting),
                  Optional.of(ABSENT),
                  Optional.empty(),
                  List.of()))) {
        Decision<EcsServiceStatus> decision =
            plan(Wanted.service("{'desiredCount':2}").context(NEW, NOW), observation);

        assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForReference");
        assertThat(message(decision)).isEqualTo("EcsCluster main has no ARN yet.");
      }
    }

    @Test
    void selectorIsUniqueAndSetByTheFirstReconcile() {
      Decision<EcsServiceStatus> decision =
          plan(
              Wanted.service("{'scale':{}}").context(NEW, NOW),
              new TestObservation(
                  new TestReferences.Waiting("no"),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  List.of()));

      assertThat(done(decision).status().selector())
          .isEqualTo("ecs-operator.io/service-uid=" + Wanted.UID);
    }
  }

  @Nested
  class Creation {
    @Test
    void absentServiceIsCreatedWithResolvedReferencesTokenAndTag() {
      Decision<EcsServiceStatus> decision =
          plan(Wanted.service("{'desiredCount':2,'launchType':'FARGATE'}"), NEW, ABSENT);

      var request = onlyCall(decision).request();
      assertThat(onlyCall(decision).operation()).isEqualTo("CreateService");
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
      assertThat(readyState(decision)).isEqualTo("Reconciling/Creating");
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
    void firstCountIsThatOfTheSpecOrOne(String spec, Integer count) {
      var request = onlyCall(plan(Wanted.service(spec), NEW, ABSENT)).request();

      assertThat(request.has("desiredCount")).isEqualTo(count != null);
      assertThat(request.path("desiredCount").asInt(-1)).isEqualTo(count == null ? -1 : count);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{'scale':{}}             | {/spec/scale/replicas=5}",
          "{'scale':{'replicas':1}} | {}",
          "{'desiredCount':5}       | {}",
          "{}                       | {}",
        })
    void aCountHandedToKubernetesBeginsWithTheOneInEcs(String spec, String filledIn) {
      EcsServiceStatus five = steady().counts(5, 5).seen(NEW, NOW);

      assertThat(ServicePlanner.filledIn(Wanted.service(spec).desired(), five))
          .hasToString(filledIn);
      assertThat(ServicePlanner.filledIn(Wanted.service(spec).desired(), NEW)).isEmpty();
    }

    @Test
    void countOfOthersIsRestoredWithTheServiceEvenAfterItDrained() {
      EcsServiceStatus five = steady().counts(5, 5).seen(NEW, NOW);
      EcsServiceStatus drained =
          done(plan(
                  Wanted.service("{}"),
                  five,
                  present(steady().set("'status':'DRAINING'").counts(0, 3))))
              .status();

      for (Observation gone : List.of(ABSENT, present(steady().set("'status':'INACTIVE'")))) {
        assertThat(
                onlyCall(plan(Wanted.service("{}"), drained, gone)).request().path("desiredCount"))
            .hasToString("5");
      }
    }

    @Test
    void ofAServiceConnectThatIsOffNothingElseIsSent() {
      Wanted off =
          Wanted.service(
              "{'serviceConnectConfiguration':"
                  + "{'enabled':false,'logConfiguration':{'logDriver':'awslogs'}}}");

      assertThat(onlyCall(plan(off, NEW, ABSENT)).request().path("serviceConnectConfiguration"))
          .isEqualTo(tree("{'enabled':false}"));
    }

    @Test
    void intentIsRecordedBeforeTheServiceIsCreated() {
      EcsServiceStatus intent =
          execute(plan(Wanted.service("{'desiredCount':2}"), NEW, ABSENT)).intent();

      assertThat(intent.cluster()).isEqualTo(CLUSTER);
      assertThat(intent.rollout().requestHash()).isNotEmpty();
      assertThat(intent.common().appliedPaths())
          .contains("desiredCount", "taskDefinition", "tags[ecs-operator.io/owner]");
    }

    @Test
    void clientTokenIsTheSameUntilTheSpecChangesOrTheServiceExisted() {
      Wanted wanted = Wanted.service("{'desiredCount':2}");
      EcsServiceStatus intent = execute(plan(wanted, NEW, ABSENT)).intent();
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
    void serviceThatIsBeingDeletedIsCreatedAnewAfterThat() {
      Decision<EcsServiceStatus> decision =
          plan(
              Wanted.service("{'desiredCount':2}"),
              steady().seen(NEW, NOW),
              present(steady().set("'status':'DRAINING'")));

      assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForEcs");
    }
  }

  @Nested
  class Dependencies {
    @Test
    void noServiceIsCreatedBeforeItsDependencyHasSucceeded() {
      Decision<EcsServiceStatus> decision = held(Wanted.service("{'desiredCount':2}"), NEW, ABSENT);

      assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForReference");
      assertThat(message(decision)).isEqualTo("Waiting for EcsTask migrate.");
    }

    @Test
    void noRolloutBeginsBeforeTheDependencyHasSucceeded() {
      Decision<EcsServiceStatus> decision =
          held(
              Wanted.service("{'desiredCount':2,'platformVersion':'1.3.0'}"),
              steady().seen(NEW, NOW),
              present(steady()));

      assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForReference");
      assertThat(done(decision).available()).contains(true);
    }

    @Test
    void anotherCountDoesNotWait() {
      Decision<EcsServiceStatus> decision =
          held(
              Wanted.service("{'desiredCount':3,'platformVersion':'1.3.0'}"),
              steady().seen(NEW, NOW),
              present(steady()));

      assertThat(changedPaths(onlyCall(decision))).containsExactly("desiredCount");
    }

    @Test
    void aServiceWithoutChangeIsReadyWhateverItsDependencyDoes() {
      Decision<EcsServiceStatus> decision =
          held(Wanted.service("{'desiredCount':2}"), NEW, present(steady()));

      assertThat(readyState(decision)).isEqualTo("Ready/Reconciled");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "clusterRef",
          "taskDefinitionRef",
          "template",
          "capacityProviderStrategy[].capacityProviderRef"
        })
    void aReferenceThatCannotBeResolvedHoldsDeploymentsButNoCountAndNoTags(String path) {
      Wanted wanted =
          Wanted.service(
              "{'desiredCount':3,'platformVersion':'1.3.0','tags':[{'key':'team','value':'a'}],"
                  + "'capacityProviderStrategy':[{'weight':1}]}");

      Decision<EcsServiceStatus> scaled =
          held(wanted, path, steady().seen(NEW, NOW), present(steady()));

      assertThat(calls(scaled)).hasSize(2);
      assertThat(requestOf(scaled, "UpdateService").fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("cluster", "service", "desiredCount");
      assertThat(execute(scaled).intent().rollout()).isEqualTo(steady().seen(NEW, NOW).rollout());
      Decision<EcsServiceStatus> waiting =
          held(
              Wanted.service("{'desiredCount':2,'platformVersion':'1.3.0'}"),
              path,
              execute(scaled).intent(),
              present(steady().set("'tags':" + steady().json().path("tags"))));
      assertThat(readyState(waiting)).isEqualTo("Reconciling/WaitingForReference");
      assertThat(done(waiting).available()).contains(true);
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_IN_EFFECT", "STALLED"})
    void aReferredObjectThatChangesTooHoldsTheCountSoThatOneCallSetsAll(Cause cause) {
      Decision<EcsServiceStatus> held =
          held(
              Wanted.service("{'desiredCount':3}"),
              "taskDefinitionRef",
              cause,
              steady().seen(NEW, NOW),
              present(steady()));

      assertThat(done(held).available()).contains(true);
    }

    @Test
    void aCountThatChangesWhileAReferredObjectIsStalledIsSet() {
      EcsServiceStatus before = steady().seen(NEW, NOW);
      CommonStatus common = before.common();
      EcsServiceStatus stalled =
          before.withCommon(
              new CommonStatus(
                  1L,
                  common.arn(),
                  common.effectiveGeneration(),
                  common.awsLocation(),
                  List.of(new Condition("Stalled", "True", "AccessDenied", "No.", 1L, null)),
                  common.plan(),
                  common.appliedPaths(),
                  common.lastHandledReconcileAt(),
                  common.sentChanges()));

      Decision<EcsServiceStatus> scaled =
          held(
              Wanted.service("{'desiredCount':2}").changedTo("{'desiredCount':3}"),
              "taskDefinitionRef",
              Cause.STALLED,
              stalled,
              present(steady()));

      assertThat(requestOf(scaled, "UpdateService").path("desiredCount").asInt()).isEqualTo(3);
    }

    @Test
    void aCountThatDriftsWhileAReferredObjectIsStalledIsCorrected() {
      EcsServiceStatus before = steady().seen(NEW, NOW);
      EcsServiceStatus inEffect = before.withCommon(before.common().withEffectiveGeneration(1L));

      Decision<EcsServiceStatus> corrected =
          held(
              Wanted.service("{'desiredCount':3}"),
              "taskDefinitionRef",
              Cause.STALLED,
              inEffect,
              present(steady()));

      assertThat(requestOf(corrected, "UpdateService").path("desiredCount").asInt()).isEqualTo(3);
    }

    private Decision<EcsServiceStatus> held(
        Wanted wanted, String path, EcsServiceStatus status, Observation service) {
      return held(wanted, path, Cause.MISSING, status, service);
    }

    private Decision<EcsServiceStatus> held(
        Wanted wanted, String path, Cause cause, EcsServiceStatus status, Observation service) {
      ReconcileContext<EcsServiceStatus> context = wanted.context(status, NOW);
      ServiceObservation read = observation(REVISION_1, service).of(context.desired());
      ObjectNode aws = read.references().aws().deepCopy();
      switch (path) {
        case "clusterRef" -> aws.remove("cluster");
        case "taskDefinitionRef", "template" -> aws.remove("taskDefinition");
        default -> {}
      }
      return planner.plan(
          context,
          new ServiceObservation(
              new References.Resolved(
                  aws,
                  List.of(new Unresolved(path, cause, Reason.WAITING_FOR_REFERENCE, "Waiting."))),
              read.service(),
              read.history(),
              read.failedTasks(),
              read.pause()));
    }

    @Test
    void anotherCountIsNotTakenForTheRolloutThatWaits() {
      EcsServiceStatus before = steady().seen(NEW, NOW);

      Decision<EcsServiceStatus> decision =
          held(
              Wanted.service("{'desiredCount':3,'platformVersion':'1.3.0'}"),
              before,
              present(steady()));

      assertThat(execute(decision).intent().rollout()).isEqualTo(before.rollout());
    }

    @Test
    void aNewServiceThatWaitsNeedsNoRead() {
      ReconcileContext<EcsServiceStatus> context =
          Wanted.service("{'desiredCount':2}").context(NEW, NOW);
      ServiceObservation read = observation(REVISION_1, ABSENT).of(context.desired());

      Decision<EcsServiceStatus> decision =
          planner.plan(
              context,
              new ServiceObservation(
                  waiting(read, Cause.NOT_IN_EFFECT),
                  Optional.empty(),
                  read.history(),
                  read.failedTasks(),
                  read.pause()));

      assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForReference");
    }

    @Test
    void aTaskThatIsGoneHoldsNoGenerationThatWasInEffect() {
      EcsServiceStatus before = steady().seen(NEW, NOW);
      Wanted drifted = Wanted.service("{'desiredCount':2,'platformVersion':'1.3.0'}");
      EcsServiceStatus inEffect =
          before.withCommon(
              before
                  .common()
                  .withEffectiveGeneration(drifted.context(NEW, NOW).desired().generation()));

      assertThat(changedPaths(onlyCall(held(drifted, inEffect, present(steady()), Cause.ABSENT))))
          .contains("platformVersion");
      assertThat(readyState(held(drifted, before, present(steady()), Cause.ABSENT)))
          .isEqualTo("Reconciling/WaitingForReference");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Plan", "Observe"})
    void aPlanShowsTheRolloutWhateverTheDependencyDoes(String policy) {
      Decision<EcsServiceStatus> decision =
          held(
              Wanted.service(
                  "{'desiredCount':2,'platformVersion':'1.3.0','managementPolicy':'"
                      + policy
                      + "'}"),
              steady().seen(NEW, NOW),
              present(steady()));

      assertThat(changedPaths(onlyCall(decision))).containsExactly("platformVersion");
    }

    @Test
    void aPlanShowsTheCreationWhateverTheDependencyDoes() {
      Decision<EcsServiceStatus> decision =
          held(Wanted.service("{'desiredCount':2,'managementPolicy':'Plan'}"), NEW, ABSENT);

      assertThat(onlyCall(decision).operation()).isEqualTo("CreateService");
    }

    private Decision<EcsServiceStatus> held(
        Wanted wanted, EcsServiceStatus status, Observation service) {
      return held(wanted, status, service, Cause.NOT_IN_EFFECT);
    }

    private Decision<EcsServiceStatus> held(
        Wanted wanted, EcsServiceStatus status, Observation service, Cause cause) {
      ReconcileContext<EcsServiceStatus> context = wanted.context(status, NOW);
      ServiceObservation read = observation(REVISION_1, service).of(context.desired());
      return planner.plan(
          context,
          new ServiceObservation(
              waiting(read, cause),
              read.service(),
              read.history(),
              read.failedTasks(),
              read.pause()));
    }

    private static References.Resolved waiting(ServiceObservation read, Cause cause) {
      return new References.Resolved(
          read.references().aws(),
          List.of(
              new Unresolved(
                  "dependsOn",
                  cause,
                  Reason.WAITING_FOR_REFERENCE,
                  "Waiting for EcsTask migrate.")));
    }
  }

  @Nested
  class Updates {
    @Test
    void convergedServiceIsReadyAndCausesNoCall() {
      Decision.Done<EcsServiceStatus> decision =
          done(plan(Wanted.service("{'desiredCount':2}"), NEW, present(steady())));

      assertThat(readyState(decision)).isEqualTo("Ready/Reconciled");
      assertThat(message(decision)).isEqualTo("2/2 tasks run web:1.");
      assertThat(decision.available()).contains(true);
      assertThat(decision.status().common().arn()).isEqualTo(ARN);
      assertThat(decision.status().cluster()).isEqualTo(CLUSTER);
      assertThat(decision.status().rollout().completedGeneration()).isEqualTo(1);
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
      Decision<EcsServiceStatus> decision =
          plan(Wanted.service("{" + spec + "}"), steady().seen(NEW, NOW), present(steady()));

      assertThat(requests(decision))
          .containsExactly(
              request(
                  "UpdateService", "{'cluster':'" + CLUSTER + "','service':'web'," + sent + "}"));
      assertThat(readyState(decision)).isEqualTo("Reconciling/Updating");
    }

    @Test
    void newRevisionIsTheOnlyMemberThatIsSent() {
      Decision<EcsServiceStatus> decision =
          plan(
              Wanted.service("{'desiredCount':2}").context(steady().seen(NEW, NOW), NOW),
              observation(REVISION_2, present(steady())));

      assertThat(requests(decision))
          .containsExactly(
              request(
                  "UpdateService",
                  "{'cluster':'"
                      + CLUSTER
                      + "','service':'web','taskDefinition':'"
                      + REVISION_2
                      + "'}"));
      assertThat(changedPaths(onlyCall(decision))).containsExactly("taskDefinition");
    }

    @Test
    void tagsHaveTheirOwnCalls() {
      EcsServiceStatus status = steady().seen(NEW, NOW);

      Decision<EcsServiceStatus> decision =
          plan(
              Wanted.service("{'desiredCount':3,'tags':[{'key':'team','value':'a'}]}"),
              status,
              present(steady()));

      assertThat(calls(decision))
          .extracting(call -> call.operation())
          .containsExactly("UpdateService", "TagResource");
      assertThat(requestOf(decision, "UpdateService").has("tags")).isFalse();
      assertThat(requestOf(decision, "TagResource"))
          .isEqualTo(tree("{'resourceArn':'" + ARN + "','tags':[{'key':'team','value':'a'}]}"));
    }

    @Test
    void fieldThatLeftTheSpecIsReset() {
      EcsServiceStatus applied =
          done(plan(
                  Wanted.service("{'enableExecuteCommand':true}"),
                  NEW,
                  present(steady().set("'enableExecuteCommand':true"))))
              .status();

      Decision<EcsServiceStatus> decision =
          plan(Wanted.service("{}"), applied, present(steady().set("'enableExecuteCommand':true")));

      assertThat(requestOf(decision, "UpdateService").path("enableExecuteCommand"))
          .hasToString("false");
    }
  }

  @Nested
  class DesiredCount {
    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'schedulingStrategy':'DAEMON'}"})
    void countOfOthersIsNotChanged(String spec) {
      ServiceJson described =
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
    void countThatLeavesTheSpecIsReleasedAndNeverReset() {
      EcsServiceStatus applied =
          done(plan(Wanted.service("{'desiredCount':2}"), NEW, present(steady()))).status();
      assertThat(applied.common().appliedPaths()).contains("desiredCount");

      Decision.Done<EcsServiceStatus> decision =
          done(
              plan(
                  Wanted.service("{'desiredCount':2}").changedTo("{}"),
                  applied,
                  present(steady())));

      assertThat(readyState(decision)).isEqualTo("Ready/Reconciled");
      assertThat(decision.status().common().appliedPaths()).doesNotContain("desiredCount");
    }
  }

  @Nested
  class Replacement {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "'schedulingStrategy':'DAEMON'",
          "'role':'arn:aws:iam::1:role/mine'",
          "'launchType':'EC2'",
        })
    void immutableMemberNeedsAReplacement(String member) {
      Decision<EcsServiceStatus> decision =
          plan(Wanted.service("{" + member + "}"), steady().seen(NEW, NOW), present(steady()));

      assertThat(readyState(decision)).isEqualTo("Stalled/ReplacementRequired");
      assertThat(message(decision)).contains(member.split("'")[1]);
    }

    @Test
    void anotherClusterNeedsAReplacementAlsoThroughAReference() {
      Decision<EcsServiceStatus> decision =
          plan(
              Wanted.service("{}").context(steady().seen(NEW, NOW), NOW),
              new TestObservation(
                  new TestReferences.Resolved("arn:aws:ecs:eu-central-1:1:cluster/other"),
                  revision(REVISION_1),
                  Optional.of(present(steady())),
                  Optional.empty(),
                  List.of()));

      assertThat(readyState(decision)).isEqualTo("Stalled/ReplacementRequired");
      assertThat(message(decision)).contains("cluster");
    }

    @Test
    void clusterNameEqualsClusterArn() {
      Decision<EcsServiceStatus> decision =
          plan(
              Wanted.service("{'cluster':'main'}").context(NEW, NOW),
              new TestObservation(
                  new TestReferences.Resolved("main"),
                  revision("web:1"),
                  Optional.of(present(steady())),
                  Optional.empty(),
                  List.of()));

      assertThat(readyState(decision)).isEqualTo("Ready/Reconciled");
    }
  }

  @Nested
  class CodeDeploy {
    @Test
    void onlyMembersThatUpdateServiceTakesAreManagedUnderCodeDeploy() {
      ServiceJson codeDeploy =
          steady()
              .set(
                  "'deploymentController':{'type':'CODE_DEPLOY'},'deployments':[],'taskSets':[{}]");
      String spec = "'deploymentController':{'type':'CODE_DEPLOY'}";

      assertThat(
              readyState(
                  plan(
                      Wanted.service("{" + spec + ",'platformVersion':'1.3.0'}").context(NEW, NOW),
                      observation(REVISION_2, present(codeDeploy)))))
          .isEqualTo("Stalled/CodeDeployRequired");
      assertThat(
              requestOf(
                      plan(
                          Wanted.service(
                                  "{" + spec + ",'platformVersion':'1.3.0','desiredCount':4}")
                              .context(NEW, NOW),
                          observation(REVISION_2, present(codeDeploy))),
                      "UpdateService")
                  .fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("cluster", "service", "desiredCount");
    }

    @Test
    void aRedeployIsLeftToCodeDeployAndTheRestIsSent() {
      ServiceJson codeDeploy =
          steady()
              .set(
                  "'deploymentController':{'type':'CODE_DEPLOY'},'deployments':[],'taskSets':[{}]");
      Wanted same = Wanted.service("{'deploymentController':{'type':'CODE_DEPLOY'}}");
      Wanted scaled =
          Wanted.service("{'deploymentController':{'type':'CODE_DEPLOY'},'desiredCount':4}");

      Decision<EcsServiceStatus> alone =
          plan(
              same.annotated("redeploy-requested-at", "now").context(NEW, NOW),
              observation(REVISION_2, present(codeDeploy)));
      Decision<EcsServiceStatus> both =
          plan(
              scaled.annotated("redeploy-requested-at", "now").context(NEW, NOW),
              observation(REVISION_2, present(codeDeploy)));

      assertThat(readyState(alone)).isEqualTo("Stalled/CodeDeployRequired");
      assertThat(requestOf(both, "UpdateService").fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("cluster", "service", "desiredCount");
    }
  }

  @Nested
  class OwnershipAndUnknowns {
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
          "others, no,      TakeOver, unasked, Stalled/OwnedByAnother",
          "others, no,      TakeOver, others, Reconciling/Updating",
        })
    void adoptionPolicyDecidesAboutAnExistingService(
        String owner, String known, String adoption, String adoptFrom, String outcome) {
      Wanted wanted = Wanted.service("{}").with("adoptionPolicy", adoption);
      if (adoptFrom != null) {
        wanted =
            switch (adoptFrom) {
              case "others" -> wanted.with("adoptFrom", OTHERS).releasedBy("other");
              case "unasked" -> wanted.with("adoptFrom", OTHERS).releasedBy("third");
              default -> wanted.with("adoptFrom", adoptFrom);
            };
      }

      Decision<EcsServiceStatus> decision =
          plan(wanted, inStatus(known), present(steady().owner(ownerTag(owner))));

      assertThat(readyState(decision)).isEqualTo(outcome);
      if (outcome.equals("Reconciling/Updating")) {
        assertThat(onlyCall(decision).operation()).isEqualTo("TagResource");
      }
    }

    @Test
    void unreadServiceIsNeitherPresentNorAbsent() {
      AwsFailure failure =
          AwsFailure.of(
              "DescribeServices", FailureClass.THROTTLED, "ThrottlingException", "slower");

      for (Wanted wanted : List.of(Wanted.service("{}"), Wanted.service("{}").deletedAt(NOW))) {
        assertThat(plan(wanted, NEW, new Observation.Unknown(NOW, failure)))
            .isInstanceOfSatisfying(
                Decision.Unknown.class, unknown -> assertThat(unknown.failure()).isSameAs(failure));
      }
    }
  }

  @Nested
  class Redeployment {
    @Test
    void redeployRequestIsExecutedOnceAndAcknowledged() {
      Wanted wanted = Wanted.service("{}").annotated("redeploy-requested-at", "noon");
      EcsServiceStatus before = steady().seen(NEW, NOW);

      Decision.Execute<EcsServiceStatus> decision =
          execute(plan(wanted, before, present(steady())));
      ServiceJson redeployed = steady().deployment("ecs-svc/2", REVISION_1, "IN_PROGRESS", 0);
      EcsServiceStatus after =
          RequestedDeployment.withRedeployHandled(
              redeployed.seen(decision.intent(), NOW), onlyCall(decision));

      assertThat(onlyCall(decision).request())
          .isEqualTo(
              tree("{'cluster':'" + CLUSTER + "','service':'web','forceNewDeployment':true}"));
      assertThat(after.rollout().lastHandledRedeployAt()).isEqualTo("noon");
      assertThat(plan(wanted, after, present(redeployed))).isInstanceOf(Decision.Done.class);
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
    void redeploymentWhoseAnswerWasLostIsNotRepeated() {
      Wanted wanted = Wanted.service("{}").annotated("redeploy-requested-at", "noon");
      EcsServiceStatus intent =
          execute(plan(wanted, steady().seen(NEW, NOW), present(steady()))).intent();
      ServiceJson redeployed = steady().deployment("ecs-svc/2", REVISION_1, "IN_PROGRESS", 0);

      Decision.Done<EcsServiceStatus> decision = done(plan(wanted, intent, present(redeployed)));

      assertThat(decision.status().rollout().lastHandledRedeployAt()).isEqualTo("noon");
      assertThat(plan(wanted, intent, present(steady()))).isInstanceOf(Decision.Execute.class);
    }

    @Test
    void creationAcknowledgesARedeployRequestEvenIfItsAnswerWasLost() {
      Wanted wanted =
          Wanted.service("{'desiredCount':2}").annotated("redeploy-requested-at", "noon");
      EcsServiceStatus intent = execute(plan(wanted, NEW, ABSENT)).intent();

      Decision.Done<EcsServiceStatus> decision = done(plan(wanted, intent, present(steady())));

      assertThat(decision.status().rollout().lastHandledRedeployAt()).isEqualTo("noon");
    }
  }

  @Nested
  class Rollbacks {
    @Test
    void rolledBackRequestIsNotRepeated() {
      Wanted wanted = Wanted.service("{}");
      EcsServiceStatus asked = askedForRevision2(wanted, steady().seen(NEW, NOW));

      Decision.Done<EcsServiceStatus> decision =
          done(
              plan(
                  wanted.context(asked, NOW),
                  rolledBack(
                      "deployment/2",
                      failedTask("EssentialContainerExited", "app exited with 1"))));

      assertThat(readyState(decision)).isEqualTo("Stalled/DeploymentRolledBack");
      assertThat(message(decision))
          .contains("circuit breaker")
          .contains("app exited with 1")
          .contains("redeploy-requested-at");
      assertThat(decision.available()).contains(true);
      assertThat(decision.status().rollout().failedTasks()).hasSize(1);
    }

    @Test
    void anotherSpecOrARedeployRequestIsANewAttempt() {
      Wanted wanted = Wanted.service("{}");
      EcsServiceStatus asked = askedForRevision2(wanted, steady().seen(NEW, NOW));

      assertThat(
              plan(
                  wanted.changedTo("{'platformVersion':'1.3.0'}").context(asked, NOW),
                  rolledBack("deployment/2")))
          .isInstanceOf(Decision.Execute.class);
      assertThat(
              requestOf(
                      plan(
                          wanted.annotated("redeploy-requested-at", "noon").context(asked, NOW),
                          rolledBack("deployment/2")),
                      "UpdateService")
                  .fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("cluster", "service", "taskDefinition", "forceNewDeployment");
    }

    @Test
    void aSpecThatWasRolledBackIsTriedAgainOnceAnotherOneWasInEffect() {
      Wanted wanted = Wanted.service("{}");
      EcsServiceStatus asked = askedForRevision2(wanted, steady().seen(NEW, NOW));
      EcsServiceStatus failed =
          done(plan(wanted.context(asked, NOW), rolledBack("deployment/2"))).status();

      EcsServiceStatus reverted =
          done(plan(wanted.context(failed, NOW), observation(REVISION_1, present(steady()))))
              .status();
      Decision<EcsServiceStatus> again =
          plan(wanted.context(reverted, NOW), rolledBack("deployment/2"));

      assertThat(requestOf(again, "UpdateService").path("taskDefinition").asText())
          .isEqualTo(REVISION_2);
    }

    /** ECS shows the ARN of a namespace that the spec names, so both are never compared. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatEcsTookBackAndDoesNotShowIsSentWithTheNextRequest(boolean rollbackWasSeen) {
      Wanted wanted =
          Wanted.service("{'serviceConnectConfiguration':{'enabled':true,'namespace':'new'}}");
      ServiceJson service =
          steady()
              .set(
                  "'deployments':[{'id':'ecs-svc/1','status':'PRIMARY','taskDefinition':'"
                      + REVISION_1
                      + "','rolloutState':'COMPLETED','runningCount':2,"
                      + "'serviceConnectConfiguration':{'enabled':true,'namespace':"
                      + "'arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-old'}}]");
      EcsServiceStatus asked = askedForRevision2(wanted, service.seen(NEW, NOW));
      TestObservation rolledBack = rolledBack(service, "deployment/2");
      EcsServiceStatus last =
          rollbackWasSeen ? done(plan(wanted.context(asked, NOW), rolledBack)).status() : asked;

      // The definition is back at what ECS runs; only the namespace is still another one.
      assertThat(
              needsDeploymentHistory(
                  wanted.context(last, NOW), observation(REVISION_1, present(service))))
          .isTrue();
      Decision<EcsServiceStatus> repaired =
          plan(
              wanted.context(last, NOW),
              newest(service, REVISION_1, "deployment/2", Optional.of("tasks failed")));

      assertThat(
              requestOf(repaired, "UpdateService")
                  .path("serviceConnectConfiguration")
                  .path("namespace")
                  .asText())
          .isEqualTo("new");
    }

    @Test
    void rollbackOfAnEarlierDeploymentIsNotTakenForOneOfThisRequest() {
      Wanted wanted = Wanted.service("{}");
      EcsServiceStatus failedBefore = askedForRevision2(wanted, steady().seen(NEW, NOW));
      Wanted changed = wanted.changedTo("{'platformVersion':'1.3.0'}");
      EcsServiceStatus asked =
          execute(plan(changed.context(failedBefore, NOW), rolledBack("deployment/2"))).intent();

      // The call failed without effect: the newest deployment is still the one before.
      Decision<EcsServiceStatus> again =
          plan(changed.context(asked, NOW), rolledBack("deployment/2"));
      assertThat(again).isInstanceOf(Decision.Execute.class);
      assertThat(execute(again).intent()).isEqualTo(asked);
      assertThat(readyState(plan(changed.context(asked, NOW), rolledBack("deployment/3"))))
          .isEqualTo("Stalled/DeploymentRolledBack");
    }

    @Test
    void scalingAndTaggingContinueAfterARollback() {
      Wanted wanted = Wanted.service("{'desiredCount':2}");
      EcsServiceStatus asked = askedForRevision2(wanted, steady().seen(NEW, NOW));
      Wanted scaled = wanted.changedTo("{'desiredCount':4,'tags':[{'key':'team','value':'a'}]}");

      Decision<EcsServiceStatus> decision =
          plan(scaled.context(asked, NOW), rolledBack("deployment/2"));

      assertThat(requestOf(decision, "UpdateService").fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("cluster", "service", "desiredCount");
      assertThat(calls(decision)).hasSize(2);
      EcsServiceStatus afterwards = execute(decision).intent();
      assertThat(
              readyState(
                  plan(
                      scaled.context(afterwards, NOW),
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
    void driftAfterACompletedRolloutIsCorrectedAndIsNoRollback() {
      Wanted wanted = Wanted.service("{'platformVersion':'1.4.0'}");
      EcsServiceStatus completed =
          done(plan(wanted, NEW, present(steady().set("'platformVersion':'1.4.0'")))).status();

      Decision<EcsServiceStatus> decision =
          plan(
              wanted.context(completed, NOW),
              new TestObservation(
                  cluster(),
                  revision(REVISION_1),
                  Optional.of(present(steady().set("'platformVersion':'1.3.0'"))),
                  Optional.of(new Newest("deployment/9", "ecs-svc/9", Optional.empty())),
                  List.of()));

      assertThat(requestOf(decision, "UpdateService").path("platformVersion").asText())
          .isEqualTo("1.4.0");
    }

    @Test
    void deploymentHistoryIsReadOnlyBeforeAnotherDeployment() {
      EcsServiceStatus status = steady().seen(NEW, NOW);

      assertThat(needsDeploymentHistory(Wanted.service("{}"), status)).isFalse();
      assertThat(needsDeploymentHistory(Wanted.service("{'desiredCount':9}"), status)).isFalse();
      assertThat(
              needsDeploymentHistory(Wanted.service("{'tags':[{'key':'a','value':'b'}]}"), status))
          .isFalse();
      assertThat(needsDeploymentHistory(Wanted.service("{'platformVersion':'1.3.0'}"), status))
          .isTrue();
      assertThat(
              needsDeploymentHistory(
                  Wanted.service("{}").annotated("redeploy-requested-at", "noon"), status))
          .isTrue();
    }

    @Test
    void deploymentHistoryIsNotReadForTheFirstCallAfterASuccess() {
      Wanted wanted = Wanted.service("{}");
      EcsServiceStatus succeeded = succeeded(wanted, steady());

      assertThat(needsDeploymentHistory(wanted.changedTo("{'platformVersion':'1.3.0'}"), succeeded))
          .isFalse();
      assertThat(
              needsDeploymentHistory(wanted.annotated("redeploy-requested-at", "noon"), succeeded))
          .isFalse();
    }

    @Test
    void deploymentHistoryIsReadBeforeARequestIsRepeated() {
      Wanted wanted = Wanted.service("{'platformVersion':'1.3.0'}");

      // Others have changed it since, or ECS has rolled it back.
      assertThat(
              needsDeploymentHistory(
                  wanted, succeeded(wanted, steady().set("'platformVersion':'1.3.0'"))))
          .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"IN_PROGRESS, ecs-svc/1", "FAILED, ecs-svc/1", "COMPLETED, ecs-svc/2"})
    void deploymentHistoryIsReadIfTheLastDeploymentDidNotComplete(String state, String id) {
      Wanted wanted = Wanted.service("{}");
      ServiceJson now = steady().deployment(id, REVISION_1, state, 2);

      assertThat(
              needsDeploymentHistory(
                  wanted
                      .changedTo("{'platformVersion':'1.3.0'}")
                      .context(succeeded(wanted, steady()), NOW),
                  observation(REVISION_1, present(now))))
          .isTrue();
    }

    @Test
    void callWithoutEffectIsRepeatedInSpiteOfAnEarlierRollbackByOthers() {
      Wanted changed = Wanted.service("{}").changedTo("{'platformVersion':'1.3.0'}");
      EcsServiceStatus succeeded = succeeded(Wanted.service("{}"), steady());
      Decision.Execute<EcsServiceStatus> first =
          execute(plan(changed, succeeded, present(steady())));
      Plan.Call call = first.plan().calls().getFirst();

      EcsServiceStatus refused = RequestedDeployment.withoutEffect(succeeded, first.intent(), call);

      assertThat(refused.rollout()).isEqualTo(succeeded.rollout());
      TestObservation rolledBackByOthers =
          newest(steady(), REVISION_1, "deployment/7", Optional.of("breaker"));
      Decision<EcsServiceStatus> again = plan(changed.context(refused, NOW), rolledBackByOthers);
      assertThat(again).isInstanceOf(Decision.Execute.class);
      EcsServiceStatus unanswered = execute(again).intent();
      assertThat(plan(changed.context(unanswered, NOW), rolledBackByOthers))
          .isInstanceOf(Decision.Execute.class);
    }

    @Test
    void fixAfterARollbackIsSentAgainIfItsAnswerIsLost() {
      Wanted bad = Wanted.service("{'platformVersion':'1.3.0'}");
      EcsServiceStatus failed =
          started(
              execute(
                  plan(
                      bad.context(succeeded(Wanted.service("{}"), steady()), NOW),
                      observation(REVISION_1, present(steady())))),
              steady().deployment("ecs-svc/9", REVISION_1, "IN_PROGRESS", 0));
      TestObservation rolledBack =
          newest(steady(), REVISION_1, "deployment/2", Optional.of("breaker"));
      assertThat(readyState(plan(bad.context(failed, NOW), rolledBack)))
          .isEqualTo("Stalled/DeploymentRolledBack");
      Wanted fix = bad.changedTo("{'platformVersion':'1.4.0'}");

      assertThat(needsDeploymentHistory(fix, failed)).isTrue();
      EcsServiceStatus unanswered = execute(plan(fix.context(failed, NOW), rolledBack)).intent();

      assertThat(plan(fix.context(unanswered, NOW), rolledBack))
          .isInstanceOf(Decision.Execute.class);
    }

    @Test
    void driftIsCorrectedAfterADeploymentByOthersWasRolledBack() {
      Wanted wanted = Wanted.service("{'platformVersion':'1.4.0'}");
      EcsServiceStatus succeeded = succeeded(wanted, steady().set("'platformVersion':'1.4.0'"));

      assertThat(
              plan(
                  wanted.context(succeeded, NOW),
                  newest(
                      steady().set("'platformVersion':'1.3.0'"),
                      REVISION_1,
                      "deployment/7",
                      Optional.of("breaker"))))
          .isInstanceOf(Decision.Execute.class);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
      "ecs-svc/9, Stalled/DeploymentRolledBack", // ECS went back to the same revision.
      "ecs-svc/7, Ready/Reconciled" // It is another user's deployment that ECS rolled back.
    })
    void redeploymentIsReadyOnlyIfEcsDidNotRollItBack(String newest, String expected) {
      Wanted redeployed = Wanted.service("{}").annotated("redeploy-requested-at", "noon");
      EcsServiceStatus started =
          started(
              execute(
                  plan(redeployed, succeeded(Wanted.service("{}"), steady()), present(steady()))),
              steady().deployment("ecs-svc/9", REVISION_1, "IN_PROGRESS", 0));

      assertThat(needsDeploymentHistory(redeployed, started)).isTrue();
      Decision<EcsServiceStatus> decision =
          plan(
              redeployed.context(started, NOW),
              new TestObservation(
                  cluster(),
                  revision(REVISION_1),
                  Optional.of(present(steady())),
                  Optional.of(new Newest("deployment/2", newest, Optional.of("breaker"))),
                  List.of()));

      assertThat(readyState(decision)).isEqualTo(expected);
      assertThat(needsDeploymentHistory(redeployed, done(decision).status()))
          .isEqualTo(expected.startsWith("Stalled"));
    }

    @Test
    void redeploymentThatServesTheSpecCostsNoRead() {
      Wanted redeployed = Wanted.service("{}").annotated("redeploy-requested-at", "noon");
      ServiceJson deployed = steady().deployment("ecs-svc/9", REVISION_1, "COMPLETED", 2);
      EcsServiceStatus started =
          started(
              execute(
                  plan(redeployed, succeeded(Wanted.service("{}"), steady()), present(steady()))),
              deployed);

      assertThat(
              needsDeploymentHistory(
                  redeployed.context(started, NOW), observation(REVISION_1, present(deployed))))
          .isFalse();
    }

    @Test
    void rolledBackRequestIsNotRepeatedEvenIfTheHistoryWasNotReadBefore() {
      Wanted changed = Wanted.service("{}").changedTo("{'platformVersion':'1.3.0'}");
      EcsServiceStatus asked =
          execute(plan(changed, succeeded(Wanted.service("{}"), steady()), present(steady())))
              .intent();

      assertThat(needsDeploymentHistory(changed, asked)).isTrue();
      assertThat(
              readyState(
                  plan(
                      changed.context(asked, NOW),
                      new TestObservation(
                          cluster(),
                          revision(REVISION_1),
                          Optional.of(present(steady())),
                          Optional.of(
                              new Newest("deployment/2", "ecs-svc/9", Optional.of("breaker"))),
                          List.of()))))
          .isEqualTo("Stalled/DeploymentRolledBack");
    }
  }

  @Nested
  class Deletion {
    @Test
    void ownedServiceIsDeletedByForce() {
      Decision<EcsServiceStatus> decision =
          plan(deleted("Delete"), steady().seen(NEW, NOW), present(steady()));

      assertThat(requests(decision))
          .containsExactly(
              request(
                  "DeleteService", "{'cluster':'" + CLUSTER + "','service':'web','force':true}"));
      assertThat(readyState(decision)).isEqualTo("Reconciling/Deleting");
    }

    @Test
    void deletionWaitsForADrainingService() {
      Decision<EcsServiceStatus> decision =
          plan(
              deleted("Delete"),
              steady().seen(NEW, NOW),
              present(steady().set("'status':'DRAINING'")));

      assertThat(decision).isInstanceOf(Decision.Done.class);
      assertThat(readyState(decision)).isEqualTo("Reconciling/Deleting");
    }

    /** ECS may drop the tags of a service that is being deleted, while its tasks still stop. */
    @Test
    void deletionWaitsForItsDrainingServiceAlsoWithoutTags() {
      ServiceJson untagged = steady().owner("");
      EcsServiceStatus seen = untagged.seen(NEW, NOW);
      Observation draining = present(untagged.set("'status':'DRAINING'"));

      ServicePlanner withoutAdoption =
          new ServicePlanner(
              new Ownership(new Owner("k8s"), AdoptionSettings.of("off")), TestKinds.TIMING);
      TestObservation observed = observation(REVISION_1, draining);
      ReconcileContext<EcsServiceStatus> deleted = deleted("Delete").context(seen, NOW);
      ReconcileContext<EcsServiceStatus> retained = deleted("Retain").context(seen, NOW);

      assertThat(readyState(withoutAdoption.plan(deleted, observed.of(deleted.desired()))))
          .isEqualTo("Reconciling/Deleting");
      assertThat(withoutAdoption.plan(retained, observed.of(retained.desired())))
          .isInstanceOf(Decision.Released.class);
    }

    @Test
    void objectWhoseServiceIsNotShownIsReleasedAfterTheGracePeriod() {
      EcsServiceStatus seen = steady().seen(NEW, NOW);

      assertThat(plan(deleted("Delete").deletedAt(NOW.minusSeconds(59)), seen, ABSENT))
          .isInstanceOf(Decision.Done.class);
      assertThat(plan(deleted("Delete").deletedAt(NOW.minusSeconds(60)), seen, ABSENT))
          .isInstanceOf(Decision.Released.class);
    }

    @Test
    void objectWithoutAServiceIsReleased() {
      EcsServiceStatus seen = steady().seen(NEW, NOW);

      assertThat(plan(deleted("Delete"), seen, present(steady().set("'status':'INACTIVE'"))))
          .isInstanceOf(Decision.Released.class);
      assertThat(
              plan(
                  deleted("Delete").context(WAITED, NOW),
                  new TestObservation(
                      new TestReferences.Waiting("no"),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty(),
                      List.of())))
          .isInstanceOf(Decision.Released.class);
    }

    @Test
    void serviceIsDeletedEvenIfItsReferencesAreGone() {
      Decision<EcsServiceStatus> decision =
          plan(
              deleted("Delete").context(steady().seen(NEW, NOW), NOW),
              new TestObservation(
                  new TestReferences.Waiting("no"),
                  Optional.of(new TestReferences.Waiting("no")),
                  Optional.of(present(steady())),
                  Optional.empty(),
                  List.of()));

      assertThat(onlyCall(decision).operation()).isEqualTo("DeleteService");
    }

    @ParameterizedTest(name = "owner {0}, known {1}: deleted {2}")
    @CsvSource({
      "ours,   no,      true",
      "none,   yes,     true",
      "none,   no,      false",
      "none,   earlier, false",
      "others, yes,     false"
    })
    void onlyAnOwnedServiceIsDeleted(String owner, String known, boolean deletes) {
      Decision<EcsServiceStatus> decision =
          plan(deleted("Delete"), inStatus(known), present(steady().owner(ownerTag(owner))));

      assertThat(decision).isInstanceOf(deletes ? Decision.Execute.class : Decision.Released.class);
    }

    @Test
    void retainedServiceLosesOnlyTheOwnerTag() {
      Decision<EcsServiceStatus> decision =
          plan(deleted("Retain"), steady().seen(NEW, NOW), present(steady()));

      assertThat(requests(decision))
          .containsExactly(
              request(
                  "UntagResource",
                  "{'resourceArn':'" + ARN + "','tagKeys':['ecs-operator.io/owner']}"));
      assertThat(plan(deleted("Retain"), steady().seen(NEW, NOW), present(steady().owner(""))))
          .isInstanceOf(Decision.Released.class);
    }
  }

  private Decision<EcsServiceStatus> plan(
      Wanted wanted, EcsServiceStatus status, Observation service) {
    return plan(wanted.context(status, NOW), observation(REVISION_1, service));
  }

  private String token(Wanted wanted, EcsServiceStatus status) {
    return onlyCall(plan(wanted, status, ABSENT)).request().path("clientToken").asText();
  }

  /** The status of an object whose service was created and runs as the spec asks. */
  private EcsServiceStatus succeeded(Wanted wanted, ServiceJson service) {
    EcsServiceStatus created = started(execute(plan(wanted, NEW, ABSENT)), service);
    EcsServiceStatus settled = done(plan(wanted, created, present(service))).status();
    CommonStatus common = settled.common();
    return settled.withCommon(
        new CommonStatus(
            wanted.generation(),
            common.arn(),
            common.effectiveGeneration(),
            common.awsLocation(),
            common.conditions(),
            common.plan(),
            common.appliedPaths(),
            common.lastHandledReconcileAt(),
            common.sentChanges()));
  }

  private boolean needsDeploymentHistory(Wanted wanted, EcsServiceStatus status) {
    return needsDeploymentHistory(
        wanted.context(status, NOW), observation(REVISION_1, present(steady())));
  }

  private boolean needsDeploymentHistory(
      ReconcileContext<EcsServiceStatus> context, TestObservation observation) {
    return planner.plan(context, observation.firstOf(context.desired()))
            instanceof Decision.Need<?> need
        && need.reads().contains(ServiceRead.DEPLOYMENT_HISTORY);
  }

  /** The status after an update to revision 2 was asked for, when the newest deployment was 1. */
  private EcsServiceStatus askedForRevision2(Wanted wanted, EcsServiceStatus status) {
    return execute(
            plan(
                wanted.context(status, NOW),
                new TestObservation(
                    cluster(),
                    revision(REVISION_2),
                    Optional.of(present(steady())),
                    Optional.of(new Newest("deployment/1", "ecs-svc/9", Optional.empty())),
                    List.of())))
        .intent();
  }

  /** The status after ECS has answered an update with what it has started. */
  private static EcsServiceStatus started(
      Decision.Execute<EcsServiceStatus> execute, ServiceJson answer) {
    Plan.Call call = execute.plan().calls().getFirst();
    return new ServiceKind(TestKinds.dependencies(new Objects()))
        .recordResponse(
            execute.intent(),
            call,
            JsonNodeFactory.instance.objectNode().set("service", answer.json()),
            NOW);
  }

  private static TestObservation newest(
      ServiceJson service, String revision, String deployment, Optional<String> rolledBack) {
    return new TestObservation(
        cluster(),
        revision(revision),
        Optional.of(present(service)),
        Optional.of(new Newest(deployment, "ecs-svc/9", rolledBack)),
        List.of());
  }

  /** The service runs revision 1 again, though the spec asks for revision 2. */
  private static TestObservation rolledBack(String deployment, FailedTask... failed) {
    return rolledBack(steady(), deployment, failed);
  }

  private static TestObservation rolledBack(
      ServiceJson service, String deployment, FailedTask... failed) {
    return new TestObservation(
        cluster(),
        revision(REVISION_2),
        Optional.of(present(service)),
        Optional.of(
            new Newest(deployment, "ecs-svc/9", Optional.of("circuit breaker: tasks failed"))),
        List.of(failed));
  }

  private static TestObservation observation(String revision, Observation service) {
    return new TestObservation(
        cluster(), revision(revision), Optional.of(service), Optional.empty(), List.of());
  }

  private static TestReferences.Ref cluster() {
    return new TestReferences.Resolved(CLUSTER);
  }

  private static Optional<TestReferences.Ref> revision(String arn) {
    return Optional.of(new TestReferences.Resolved(arn));
  }

  private static Observation present(ServiceJson service) {
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

  private Decision<EcsServiceStatus> plan(
      ReconcileContext<EcsServiceStatus> context, TestObservation observation) {
    return planner.plan(context, observation.of(context.desired()));
  }

  private static FailedTask failedTask(String stopCode, String reason) {
    return new FailedTask("arn", "web:2", "nginx:bad", stopCode, null, reason, null, null);
  }
}
