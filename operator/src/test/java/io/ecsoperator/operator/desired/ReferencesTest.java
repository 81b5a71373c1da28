package io.ecsoperator.operator.desired;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.PlanStatus;
import io.ecsoperator.crds.PlannedAction;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferencesTest {
  private static final ReferenceField CLUSTER =
      ReferenceField.of("clusterRef", "EcsCluster", "cluster");
  private static final Wanted BY_NAME = Wanted.service("{'clusterRef':{'name':'main'}}");
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private final Objects objects = new Objects();
  private final References references = new References(objects);

  @Test
  void aForgedArnInTheStatusOfAReferredObjectIsNotUsed() {
    objects.with(cluster("arn:aws:ecs:eu-central-1:1:cluster/payments"));

    assertThat(resolve(BY_NAME).aws()).isEqualTo(tree("{}"));
    assertThat(resolve(BY_NAME).unresolved().getFirst().message()).contains("another resource");
  }

  @Test
  void aLiteralIsTakenAsItIs() {
    References.Resolved resolved =
        resolve(Wanted.service("{'cluster':'prod','taskDefinition':'web:3'}"));

    assertThat(resolved.aws()).isEqualTo(tree("{'cluster':'prod','taskDefinition':'web:3'}"));
    assertThat(resolved.cluster()).isEqualTo("prod");
    assertThat(resolved.obstacle(PAUSE)).isEmpty();
  }

  @Test
  void withoutEitherTheClusterIsEcssDefaultAndThereIsNoTaskDefinition() {
    References.Resolved resolved = resolve(Wanted.service("{}"));

    assertThat(resolved.cluster()).isEqualTo("default");
    assertThat(resolved.aws().has("taskDefinition")).isFalse();
  }

  @Test
  void anObjectIsReferredToByItsArn() {
    objects.with(cluster("arn:main"));

    assertThat(resolve(BY_NAME).aws()).isEqualTo(tree("{'cluster':'arn:main'}"));
    assertThat(resolve(BY_NAME).isResolved("clusterRef")).isTrue();
  }

  @Test
  void messageNamesAnObjectThatIsAbsentNotCreatedOrTerminating() {
    assertThat(resolve(BY_NAME).obstacle(PAUSE))
        .contains(waiting("Waiting for EcsCluster main: it does not exist in this namespace."));
    assertThat(resolve(BY_NAME).isResolved("clusterRef")).isFalse();
    assertThat(resolve(BY_NAME).aws()).isEqualTo(tree("{}"));

    EcsCluster cluster = cluster(null);
    objects.with(cluster);
    assertThat(resolve(BY_NAME).obstacle(PAUSE))
        .contains(waiting("Waiting for EcsCluster main: it has not been created in ECS yet."));

    cluster.getMetadata().setDeletionTimestamp(Instant.EPOCH.toString());
    assertThat(resolve(BY_NAME).obstacle(PAUSE))
        .contains(waiting("Waiting for EcsCluster main: it is being deleted."));
  }

  @ParameterizedTest
  @CsvSource({
    "Plan,    RegisterTaskDefinition,   arn:aws:ecs:eu-central-1:1:task-definition/web:8",
    "Plan,    TagResource,              arn:aws:ecs:eu-central-1:1:task-definition/web:7",
    "Observe, RegisterTaskDefinition,   ''",
    "Manage,  RegisterTaskDefinition,   ''"
  })
  void whatIsOnlyPlannedRefersToWhatAPlannedObjectWillBe(
      String policy, String operation, String resolved) {
    objects.with(plannedDefinition("arn:aws:ecs:eu-central-1:1:task-definition/web:7", operation));
    ReferenceField field =
        ReferenceField.of("taskDefinitionRef", "EcsTaskDefinition", "taskDefinition").following();
    Wanted service =
        Wanted.service(
            "{'taskDefinitionRef':{'name':'web'},'managementPolicy':'%s'}".formatted(policy));

    assertThat(
            references
                .resolve(service.desired(), List.of(field))
                .aws()
                .path("taskDefinition")
                .asText())
        .isEqualTo(resolved);
  }

  @Test
  void whatIsOnlyPlannedRefersToANewPlannedObjectByItsName() {
    objects.with(plannedDefinition(null, "RegisterTaskDefinition"));
    ReferenceField field =
        ReferenceField.of("taskDefinitionRef", "EcsTaskDefinition", "taskDefinition").following();
    Wanted service =
        Wanted.service("{'taskDefinitionRef':{'name':'web'},'managementPolicy':'Plan'}");

    assertThat(references.resolve(service.desired(), List.of(field)).aws())
        .isEqualTo(tree("{'taskDefinition':'web'}"));
  }

  private static EcsTaskDefinition plannedDefinition(String arn, String operation) {
    EcsTaskDefinition definition =
        (EcsTaskDefinition) Wanted.taskDefinition("{}").named("web").object();
    CommonStatus common =
        new CommonStatus(
            1L,
            arn,
            null,
            null,
            null,
            new PlanStatus(List.of(new PlannedAction(operation, List.of())), null),
            null,
            null,
            null);
    definition.setStatus(new EcsTaskDefinitionStatus(common, "web", 7, null, null, null));
    return definition;
  }

  @ParameterizedTest
  @CsvSource({"Running, 2, false", "Failed, 2, false", "Succeeded, 1, false", "Succeeded, 2, true"})
  void aDependencyWaitsForSuccessAndGivesEcsNothing(
      String phase, long effectiveGeneration, boolean released) {
    ReferenceField dependsOn = ReferenceField.waitingFor("dependsOn", "EcsTask");
    Wanted wanted = Wanted.service("{'dependsOn':[{'kind':'EcsTask','name':'main'}]}");
    objects.with(task(phase, effectiveGeneration));

    References.Resolved resolved = references.resolve(wanted.desired(), List.of(dependsOn));

    assertThat(resolved.obstacleOf("dependsOn", PAUSE, Set.of()))
        .isEqualTo(
            released
                ? Optional.empty()
                : Optional.of(waiting("Waiting for EcsTask main: it has not succeeded yet.")));
    assertThat(resolved.obstacle(PAUSE, Set.of("dependsOn"))).isEmpty();
    assertThat(resolved.aws()).isEqualTo(tree("{}"));
  }

  /** A task of generation 2. */
  private static EcsTask task(String phase, long effectiveGeneration) {
    EcsTask task = new EcsTask();
    task.setMetadata(
        new ObjectMetaBuilder().withNamespace("shop").withName("main").withGeneration(2L).build());
    EcsTaskStatus status = EcsTaskStatus.unknown();
    task.setStatus(
        status
            .withCommon(
                status
                    .common()
                    .withArn("arn:aws:ecs:eu-west-1:123456789012:task/main/0123456789abcdef")
                    .withEffectiveGeneration(effectiveGeneration))
            .withObserved(status.observed(), phase));
    return task;
  }

  @Test
  void aDependencyNeedNotHaveTheNameOfItsResource() {
    ReferenceField dependsOn = ReferenceField.waitingFor("dependsOn", "EcsTask");
    Wanted wanted = Wanted.service("{'dependsOn':[{'kind':'EcsTask','name':'main'}]}");
    objects.with(task("Succeeded", 2));

    assertThat(
            references
                .resolve(wanted.desired(), List.of(dependsOn))
                .obstacleOf("dependsOn", PAUSE, Set.of()))
        .isEmpty();
  }

  @Test
  void anAbsentDependencyIsReportedAsAbsent() {
    ReferenceField dependsOn = ReferenceField.waitingFor("dependsOn", "EcsCluster");
    Wanted wanted = Wanted.service("{'dependsOn':[{'kind':'EcsCluster','name':'main'}]}");

    assertThat(references.resolve(wanted.desired(), List.of(dependsOn)).unresolved())
        .extracting(References.Resolved.Unresolved::cause)
        .containsExactly(References.Resolved.Cause.ABSENT);
  }

  @Test
  void aReferenceWaitsUntilTheCurrentGenerationIsInEffect() {
    EcsCluster cluster = cluster("arn:main");
    cluster.getMetadata().setGeneration(3L);
    objects.with(cluster);

    References.Resolved before = resolve(BY_NAME);
    cluster.setStatus(
        new EcsClusterStatus(
            cluster.getStatus().common().withEffectiveGeneration(3L), null, null, null));

    assertThat(before.obstacle(PAUSE))
        .contains(waiting("Waiting for EcsCluster main: generation 3 is not in effect yet."));
    assertThat(before.aws()).isEqualTo(tree("{}"));
    assertThat(resolve(BY_NAME).aws()).isEqualTo(tree("{'cluster':'arn:main'}"));
  }

  @Test
  void anObjectThatIsStalledForItsCurrentGenerationStallsWhatRefersToIt() {
    EcsCluster cluster = cluster("arn:main");
    cluster.getMetadata().setGeneration(2L);
    cluster.setStatus(stalled(1L, 2L));
    objects.with(cluster);
    Wanted service =
        Wanted.service("{'clusterRef':{'name':'main'},'taskDefinitionRef':{'name':'gone'}}");

    assertThat(resolve(service).obstacle(PAUSE))
        .contains(
            new ReadyState.Stalled(
                Reason.REFUSED,
                "EcsCluster main is Stalled: Refused: UpdateCluster failed with"
                    + " InvalidParameter."));

    cluster.setStatus(stalled(1L, 1L));
    assertThat(resolve(BY_NAME).obstacle(PAUSE))
        .contains(waiting("Waiting for EcsCluster main: generation 2 is not in effect yet."));
  }

  @Test
  void anObjectThatStallsAfterItsGenerationWasInEffectIsUsed() {
    EcsCluster cluster = cluster("arn:main");
    cluster.setStatus(stalled(1L, 1L));
    objects.with(cluster);

    assertThat(resolve(BY_NAME).aws()).isEqualTo(tree("{'cluster':'arn:main'}"));
  }

  @Test
  void anObjectThatDoesNotExistIsNamedBeforeOneThatIsNotInEffect() {
    EcsCluster cluster = cluster("arn:main");
    cluster.getMetadata().setGeneration(2L);
    objects.with(cluster);

    assertThat(
            resolve(
                    Wanted.service(
                        "{'clusterRef':{'name':'main'},'taskDefinitionRef':{'name':'gone'}}"))
                .obstacle(PAUSE))
        .contains(
            waiting("Waiting for EcsTaskDefinition gone: it does not exist in this namespace."));
  }

  @Test
  void existenceIsEnoughWhereTheTwoObjectsWaitForEachOtherOrTheValueIsIgnored() {
    EcsCluster cluster = cluster("arn:main");
    cluster.getMetadata().setGeneration(2L);
    objects.with(cluster);
    Wanted ignoring = Wanted.service("{'clusterRef':{'name':'main'},'ignoreFields':['cluster']}");

    assertThat(references.resolve(BY_NAME.desired(), List.of(CLUSTER.onceCreated())).aws())
        .isEqualTo(tree("{'cluster':'arn:main'}"));
    assertThat(resolve(ignoring).aws()).isEqualTo(tree("{'cluster':'arn:main'}"));
  }

  private static EcsClusterStatus stalled(long effective, long observed) {
    return new EcsClusterStatus(
        new CommonStatus(
            observed,
            "arn:main",
            effective,
            null,
            List.of(
                new Condition(
                    "Stalled",
                    "True",
                    "Refused",
                    "UpdateCluster failed with InvalidParameter.",
                    observed,
                    null)),
            null,
            null,
            null,
            null),
        null,
        null,
        null);
  }

  @Test
  void anObjectOfAnotherNamespaceIsOutOfReach() {
    EcsCluster elsewhere = cluster("arn:main");
    elsewhere.getMetadata().setNamespace("other");
    objects.with(elsewhere);

    assertThat(resolve(BY_NAME).obstacle(PAUSE)).isPresent();
  }

  @Test
  void aListOfReferencesIsAddedToTheLiteralsByName() {
    objects.with(cluster("arn:aws:ecs:eu-central-1:1:cluster/main"));
    ReferenceField field =
        ReferenceField.of("capacityProviderRefs", "EcsCluster", "capacityProviders").byName();

    References.Resolved resolved =
        references.resolve(
            wanted(
                "{'capacityProviders':['FARGATE'],'capacityProviderRefs':[{'name':'main'},{'name':'gone'}]}"),
            List.of(field));

    assertThat(resolved.aws()).isEqualTo(tree("{'capacityProviders':['FARGATE','main']}"));
    assertThat(resolved.obstacle(PAUSE))
        .contains(waiting("Waiting for EcsCluster gone: it does not exist in this namespace."));
  }

  @Test
  void aReferenceInAnItemOfAListIsReplacedThere() {
    objects.with(cluster("arn:aws:ecs:eu-central-1:1:cluster/main"));
    ReferenceField field =
        ReferenceField.of("capacityProviderRef", "EcsCluster", "capacityProvider")
            .byName()
            .inItemsOf("strategy");

    References.Resolved resolved =
        references.resolve(
            Wanted.cluster(
                    "{'strategy':[{'capacityProviderRef':{'name':'main'},'weight':1},{'capacityProvider':'FARGATE'}]}")
                .desired(),
            List.of(field));

    assertThat(resolved.aws())
        .isEqualTo(
            tree(
                "{'strategy':[{'weight':1,'capacityProvider':'main'},{'capacityProvider':'FARGATE'}]}"));
    assertThat(resolved.obstacle(PAUSE)).isEmpty();
  }

  private static Desired wanted(String spec) {
    return Desired.of(
        Wanted.cluster(spec).object(), Set.of("capacityProviderRefs"), Policies.Deletion.DELETE);
  }

  private References.Resolved resolve(Wanted wanted) {
    return references.resolve(
        wanted.desired(),
        List.of(
            CLUSTER,
            ReferenceField.of("taskDefinitionRef", "EcsTaskDefinition", "taskDefinition")));
  }

  private static EcsCluster cluster(String arn) {
    EcsCluster cluster = (EcsCluster) Wanted.cluster("{}").named("main").object();
    cluster.setStatus(
        new EcsClusterStatus(
            CommonStatus.unknown().withArn(arn).withEffectiveGeneration(1L), null, null, null));
    return cluster;
  }

  private static ReadyState waiting(String message) {
    return new ReadyState.Reconciling(Reason.WAITING_FOR_REFERENCE, message, PAUSE);
  }
}
