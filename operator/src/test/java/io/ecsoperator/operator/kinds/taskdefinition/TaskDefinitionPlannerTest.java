package io.ecsoperator.operator.kinds.taskdefinition;

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
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.crds.taskdefinition.Revision;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.config.AdoptionSettings;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionObservation.Follower;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionObservation.Further;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskDefinitionPlannerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant REGISTERED_AT = Instant.ofEpochMilli(1767225600500L);
  private static final String FAMILY = "arn:aws:ecs:eu-central-1:1:task-definition/web:";
  private static final String OURS = "k8s/shop/EcsTaskDefinition/web";
  private static final String OTHERS = "k8s/shop/EcsTaskDefinition/other";
  private static final EcsTaskDefinitionStatus NEW =
      new EcsTaskDefinitionStatus(CommonStatus.unknown(), null, null, null, null, null);
  private static final Wanted NGINX_1 =
      Wanted.taskDefinition(
          "{'containerDefinitions':[{'name':'app','image':'nginx:1','memory':64}]}");
  private static final Wanted NGINX_2 =
      NGINX_1.changedTo("{'containerDefinitions':[{'name':'app','image':'nginx:2','memory':64}]}");

  private static final Ownership OWNERSHIP =
      new Ownership(new Owner("k8s"), AdoptionSettings.ALL_UNTAGGED);

  private final TaskDefinitionRequests requests = new TaskDefinitionRequests(OWNERSHIP);
  private final TaskDefinitionPlanner planner =
      new TaskDefinitionPlanner(OWNERSHIP, requests, TestKinds.TIMING);

  // Registering

  @Test
  void theFirstRevisionIsRegisteredWithOwnerAndHash() {
    Decision.Execute<EcsTaskDefinitionStatus> decision =
        execute(plan(NGINX_1, NEW, none(), none()));

    String hash = requests.hash(NGINX_1.desired());
    assertThat(requests(decision))
        .containsExactly(
            request(
                "RegisterTaskDefinition",
                "{'containerDefinitions':[{'name':'app','image':'nginx:1','memory':64}],"
                    + "'family':'web','tags':[{'key':'ecs-operator.io/owner','value':'"
                    + OURS
                    + "'},{'key':'ecs-operator.io/spec-hash','value':'"
                    + hash
                    + "'}]}"));
    assertThat(readyState(decision)).isEqualTo("Reconciling/Registering");
    assertThat(decision.intent().pendingRegistration()).isEqualTo(hash);
  }

  @Test
  void aChangedImageIsRegisteredAndNamed() {
    Decision.Execute<EcsTaskDefinitionStatus> decision =
        execute(plan(NGINX_2, registered(1), Optional.of(revision(1, "nginx:1", OURS)), none()));

    assertThat(onlyCall(decision).operation()).isEqualTo("RegisterTaskDefinition");
    assertThat(changedPaths(onlyCall(decision))).containsExactly("containerDefinitions[app].image");
    assertThat(decision.intent().common().arn()).isEqualTo(FAMILY + 1);
  }

  @ParameterizedTest
  @CsvSource({"Observe, 7", "Plan, "})
  void onlyAnObservedObjectNamesARevisionThatDiffersFromTheSpec(String policy, Integer revision) {
    Decision.Execute<EcsTaskDefinitionStatus> decision =
        execute(
            plan(
                NGINX_2.with("managementPolicy", policy),
                NEW,
                none(),
                Optional.of(revision(7, "nginx:1", OURS))));

    assertThat(changedPaths(onlyCall(decision))).containsExactly("containerDefinitions[app].image");
    assertThat(decision.status().revision()).isEqualTo(revision);
    assertThat(decision.status().common().arn()).isEqualTo(revision == null ? null : FAMILY + 7);
    assertThat(decision.status().history()).isNull();
  }

  @Test
  void tagsOfARevisionWhoseAnswerWasLostAreResetWhenTheyLeaveTheSpec() {
    String body = "'containerDefinitions':[{'name':'app','image':'nginx:1','memory':64}]";
    Wanted tagged = Wanted.taskDefinition("{" + body + ",'tags':[{'key':'team','value':'a'}]}");
    EcsTaskDefinitionStatus intent = execute(plan(tagged, NEW, none(), none())).intent();
    ObjectNode registered = revision(1, "nginx:1", OURS);
    registered.withArray("tags").addObject().put("key", "team").put("value", "a");

    Decision<EcsTaskDefinitionStatus> decision =
        plan(tagged.changedTo("{" + body + "}"), intent, none(), Optional.of(registered));

    assertThat(requests(decision))
        .containsExactly(
            request("UntagResource", "{'resourceArn':'" + FAMILY + "1','tagKeys':['team']}"));
  }

  @Test
  void revisionThatOthersDeregisteredIsRegisteredAnew() {
    ObjectNode inactive = revision(1, "nginx:1", OURS).put("status", "INACTIVE");

    assertThat(onlyCall(plan(NGINX_1, registered(1), Optional.of(inactive), none())).operation())
        .isEqualTo("RegisterTaskDefinition");
  }

  @Test
  void revisionWhoseAnswerWasLostIsFoundAndNotRegisteredAgain() {
    EcsTaskDefinitionStatus intent =
        execute(plan(NGINX_2, registered(1), Optional.of(revision(1, "nginx:1", OURS)), none()))
            .intent();

    Decision.Done<EcsTaskDefinitionStatus> decision =
        done(
            plan(
                NGINX_2,
                intent,
                Optional.of(revision(1, "nginx:1", OURS)),
                Optional.of(revision(2, "nginx:2", OURS))));

    assertThat(decision.status().common().arn()).isEqualTo(FAMILY + 2);
    assertThat(decision.status().pendingRegistration()).isNull();
    assertThat(decision.status().specHash()).isEqualTo(requests.hash(NGINX_2.desired()));
    assertThat(decision.status().history())
        .extracting(Revision::arn)
        .containsExactly(FAMILY + 2, FAMILY + 1);
  }

  /** There and back: to the second revision and from it, and both answers are lost. */
  @Test
  void revisionWhoseAnswerWasLostIsUsedEvenIfTheOneBeforeIsEqual() {
    Optional<ObjectNode> first = Optional.of(revision(1, "nginx:1", OURS));
    EcsTaskDefinitionStatus there = execute(plan(NGINX_2, registered(1), first, none())).intent();
    EcsTaskDefinitionStatus back =
        execute(plan(NGINX_1, there, first, Optional.of(revision(2, "nginx:2", OURS)))).intent();

    Decision.Done<EcsTaskDefinitionStatus> decision =
        done(plan(NGINX_1, back, first, Optional.of(revision(3, "nginx:1", OURS))));

    assertThat(decision.status().common().arn()).isEqualTo(FAMILY + 3);
    assertThat(decision.status().pendingRegistration()).isNull();
  }

  /** There and back and there again: the answer of the second registration was lost. */
  @Test
  void anOlderRevisionIsNotUsedWhileReadsDoNotShowTheOneThatWasRegisteredSince() {
    Observation second = new Observation.Present(revision(2, "nginx:2", OURS));
    Observation third = new Observation.Absent();

    assertThat(onlyCall(plan(NGINX_2, REGISTERED_AT.plusSeconds(5), third, second)).operation())
        .isEqualTo("RegisterTaskDefinition");
    assertThat(
            done(plan(NGINX_2, REGISTERED_AT.plusSeconds(3600), third, second))
                .status()
                .common()
                .arn())
        .as("the third revision was deleted")
        .isEqualTo(FAMILY + 2);
  }

  @Test
  void aCopiedHashTagIsNoProofOfTheBody() {
    ObjectNode impostor = revision(2, "evil:1", OURS);
    ((ObjectNode) impostor.path("tags").get(1)).put("value", requests.hash(NGINX_2.desired()));

    assertThat(onlyCall(plan(NGINX_2, NEW, none(), Optional.of(impostor))).operation())
        .isEqualTo("RegisterTaskDefinition");
  }

  @Test
  void anIgnoredImageStaysAsAPipelineHasSetIt() {
    Wanted wanted =
        NGINX_1.changedTo(
            "{'ignoreFields':['containerDefinitions[app].image'],"
                + "'containerDefinitions':[{'name':'app','image':'nginx:1','memory':128}]}");

    Decision<EcsTaskDefinitionStatus> decision =
        plan(
            wanted,
            registered(1),
            Optional.of(revision(1, "nginx:1", OURS)),
            Optional.of(revision(2, "nginx:by-ci", "")));

    ObjectNode container = (ObjectNode) onlyCall(decision).request().at("/containerDefinitions/0");
    assertThat(container.path("image").asText()).isEqualTo("nginx:by-ci");
    assertThat(container.path("memory").asInt()).isEqualTo(128);
    assertThat(changedPaths(onlyCall(decision)))
        .containsExactly("containerDefinitions[app].memory");
  }

  @Test
  void theHistoryIsBounded() {
    EcsTaskDefinitionStatus status = NEW;
    for (int n = 1; n <= 60; n++) {
      status = TaskDefinitionPlanner.registered(status, described(n), "hash");
    }

    assertThat(status.history()).hasSize(50);
    assertThat(status.history().getFirst().arn()).isEqualTo(FAMILY + 60);
  }

  // In effect

  @Test
  void aRevisionThatMatchesIsReadyAndLeftAlone() {
    Decision.Done<EcsTaskDefinitionStatus> decision =
        done(plan(NGINX_1, registered(1), Optional.of(revision(1, "nginx:1", OURS)), none()));

    assertThat(readyState(decision)).isEqualTo("Ready/Reconciled");
    assertThat(message(decision)).isEqualTo("Revision web:1 is registered.");
    assertThat(decision.status().revision()).isEqualTo(1);
    assertThat(decision.status().family()).isEqualTo("web");
  }

  @Test
  void changedTagsDoNotMakeARevision() {
    Wanted wanted =
        NGINX_1.changedTo(
            "{'containerDefinitions':[{'name':'app','image':'nginx:1','memory':64}],"
                + "'tags':[{'key':'team','value':'a'}]}");

    Decision<EcsTaskDefinitionStatus> decision =
        plan(wanted, registered(1), Optional.of(revision(1, "nginx:1", OURS)), none());

    assertThat(requests(decision))
        .containsExactly(
            request(
                "TagResource",
                "{'resourceArn':'" + FAMILY + "1','tags':[{'key':'team','value':'a'}]}"));
  }

  @Test
  void aServiceOfAnOlderRevisionKeepsTheDefinitionFromBeingReadyAndOneNotYetCreatedDoesNot() {
    Decision<EcsTaskDefinitionStatus> decision =
        plan(
            NGINX_1,
            registered(1),
            Optional.of(revision(1, "nginx:1", OURS)),
            none(),
            new Follower("a", Optional.of(FAMILY + 1)),
            new Follower("b", Optional.of(FAMILY + 0)),
            new Follower("c", Optional.empty()));

    assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForServices");
    assertThat(message(decision)).endsWith("target yet: b.");
  }

  @Test
  void ofManyServicesTenAreNamed() {
    Follower[] followers =
        IntStream.range(10, 25)
            .mapToObj(n -> new Follower("s" + n, Optional.of(FAMILY + 0)))
            .toArray(Follower[]::new);

    Decision<EcsTaskDefinitionStatus> decision =
        plan(NGINX_1, registered(1), Optional.of(revision(1, "nginx:1", OURS)), none(), followers);

    assertThat(message(decision)).contains("s19 and 5 more").doesNotContain("s20");
  }

  // Ownership of the family

  @ParameterizedTest(name = "newest is {0}''s, {1} {2}: {3}")
  @CsvSource(
      nullValues = "-",
      value = {
        "ours,   Refuse,   -,      Ready/Reconciled",
        "none,   Refuse,   -,      Stalled/NotOwned",
        "none,   Adopt,    -,      Reconciling/Updating",
        "others, Refuse,   -,      Stalled/OwnedByAnother",
        "others, Adopt,    -,      Stalled/OwnedByAnother",
        "others, TakeOver, wrong,  Stalled/OwnedByAnother",
        "others, TakeOver, unasked, Stalled/OwnedByAnother",
        "others, TakeOver, others, Reconciling/Updating",
      })
  void adoptionPolicyDecidesAboutAnExistingFamily(
      String owner, String adoption, String adoptFrom, String outcome) {
    Wanted wanted = NGINX_1.with("adoptionPolicy", adoption);
    if (adoptFrom != null) {
      wanted =
          switch (adoptFrom) {
            case "others" -> wanted.with("adoptFrom", OTHERS).releasedBy("other");
            case "unasked" -> wanted.with("adoptFrom", OTHERS).releasedBy("third");
            default -> wanted.with("adoptFrom", adoptFrom);
          };
    }

    Decision<EcsTaskDefinitionStatus> decision =
        plan(wanted, NEW, none(), Optional.of(revision(7, "nginx:1", ownerTag(owner))));

    assertThat(readyState(decision)).isEqualTo(outcome);
    if (outcome.equals("Reconciling/Updating")) {
      assertThat(onlyCall(decision).operation()).isEqualTo("TagResource");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Refuse, others, Stalled/OwnedByAnother",
    "Adopt,  others, Stalled/OwnedByAnother",
    "Adopt,  ours,   Reconciling/Updating",
  })
  void theNewestRevisionThatHasAnOwnerDecidesWhoOwnsTheFamily(
      String adoption, String owner, String outcome) {
    Decision<EcsTaskDefinitionStatus> decision =
        planner.plan(
            NGINX_1.with("adoptionPolicy", adoption).context(NEW, NOW),
            TaskDefinitionObservation.of(
                    Optional.empty(),
                    Optional.of(new Observation.Present(revision(7, "nginx:1", ""))),
                    List.of())
                .with(further(Optional.of(revision(3, "nginx:1", ownerTag(owner))))));

    assertThat(readyState(decision)).isEqualTo(outcome);
  }

  @Test
  void theOwnerOfTheFamilyIsReadWhereTheNewestRevisionHasNone() {
    Decision<EcsTaskDefinitionStatus> decision =
        planner.plan(
            NGINX_1.context(NEW, NOW),
            TaskDefinitionObservation.of(
                Optional.empty(),
                Optional.of(new Observation.Present(revision(7, "nginx:1", ""))),
                List.of()));

    assertThat(((Decision.Need<?>) decision).reads())
        .isEqualTo(List.of(new TaskDefinitionRead.OfOwner()));
  }

  @Test
  void revisionThatAnotherObjectTookOverIsNotTakenBack() {
    for (Wanted wanted : List.of(NGINX_1, NGINX_2)) {
      assertThat(
              readyState(
                  plan(wanted, registered(1), Optional.of(revision(1, "nginx:1", OTHERS)), none())))
          .isEqualTo("Stalled/OwnedByAnother");
    }
  }

  @Test
  void removedTagIsRestored() {
    Decision<EcsTaskDefinitionStatus> decision =
        plan(NGINX_1, registered(1), Optional.of(revision(1, "nginx:1", "")), none());

    assertThat(onlyCall(decision).operation()).isEqualTo("TagResource");
    assertThat(onlyCall(decision).request().at("/tags/0/value").asText()).isEqualTo(OURS);
  }

  @Test
  void aRevisionOfAPipelineBesideOursIsNeitherUsedNorAnObstacle() {
    EcsTaskDefinitionStatus intent =
        execute(plan(NGINX_2, registered(1), Optional.of(revision(1, "nginx:1", OURS)), none()))
            .intent();

    for (String image : List.of("nginx:2", "nginx:by-ci")) {
      Decision<EcsTaskDefinitionStatus> decision =
          plan(
              NGINX_2,
              intent,
              Optional.of(revision(1, "nginx:1", OURS)),
              Optional.of(revision(2, image, "")));

      assertThat(onlyCall(decision).operation()).isEqualTo("RegisterTaskDefinition");
    }
  }

  @Test
  void unreadFamilyIsNeitherPresentNorAbsent() {
    AwsFailure failure =
        AwsFailure.of("DescribeTaskDefinition", FailureClass.TRANSIENT, "Timeout", "no answer");

    Decision<EcsTaskDefinitionStatus> decision =
        planner.plan(
            NGINX_1.context(registered(1), NOW),
            TaskDefinitionObservation.of(
                Optional.of(new Observation.Unknown(NOW, failure)), Optional.empty(), List.of()));

    assertThat(decision)
        .isEqualTo(new Decision.Unknown<>(registered(1), failure, Optional.of(NOW)));
  }

  private Decision<EcsTaskDefinitionStatus> plan(
      Wanted wanted,
      EcsTaskDefinitionStatus status,
      Optional<ObjectNode> recorded,
      Optional<ObjectNode> newest,
      Follower... followers) {
    return planner.plan(
        wanted.context(status, NOW),
        TaskDefinitionObservation.of(
                recorded.map(Observation.Present::new),
                newest.map(Observation.Present::new),
                List.of(followers))
            // ECS shows all that was registered.
            .with(further(Optional.empty())));
  }

  /** Of an object that has registered the third revision. */
  private Decision<EcsTaskDefinitionStatus> plan(
      Wanted wanted, Instant now, Observation recorded, Observation newest) {
    return planner.plan(
        wanted.context(registered(3), now),
        TaskDefinitionObservation.of(Optional.of(recorded), Optional.of(newest), List.of())
            .with(further(Optional.empty())));
  }

  private static Further further(Optional<ObjectNode> owned) {
    return new Further(
        Optional.of(false),
        Optional.empty(),
        Optional.empty(),
        Optional.of(owned.map(DescribedTaskDefinition::new)));
  }

  private static Optional<ObjectNode> none() {
    return Optional.empty();
  }

  /** The status of an object that has registered {@link #NGINX_1} as this revision. */
  private EcsTaskDefinitionStatus registered(int number) {
    return TaskDefinitionPlanner.registered(
        NEW, described(number), requests.hash(NGINX_1.desired()));
  }

  private static String ownerTag(String owner) {
    return switch (owner) {
      case "ours" -> OURS;
      case "others" -> OTHERS;
      default -> "";
    };
  }

  /** As ECS describes a revision, with what it fills in. */
  private static DescribedTaskDefinition described(int number) {
    return new DescribedTaskDefinition(revision(number, "nginx:1", OURS));
  }

  private static ObjectNode revision(int number, String image, String owner) {
    return tree(
        "{'taskDefinitionArn':'"
            + FAMILY
            + number
            + "','family':'web','revision':"
            + number
            + ",'status':'ACTIVE','registeredAt':1767225600.5,"
            + "'containerDefinitions':[{'name':'app','image':'"
            + image
            + "','memory':64,'cpu':0,'essential':true,'environment':[],'mountPoints':[],"
            + "'volumesFrom':[],'portMappings':[],'systemControls':[]}],"
            + "'volumes':[],'placementConstraints':[],'compatibilities':['EC2'],'tags':["
            + (owner.isEmpty()
                ? ""
                : "{'key':'ecs-operator.io/owner','value':'"
                    + owner
                    + "'},{'key':'ecs-operator.io/spec-hash','value':'v1-0'}")
            + "]}");
  }
}
