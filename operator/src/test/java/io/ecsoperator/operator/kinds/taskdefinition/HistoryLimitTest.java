package io.ecsoperator.operator.kinds.taskdefinition;

import static io.ecsoperator.operator.kinds.taskdefinition.DefinitionOnLocalEcs.OWNER;
import static io.ecsoperator.operator.kinds.taskdefinition.DefinitionOnLocalEcs.RESYNC;
import static io.ecsoperator.operator.kinds.taskdefinition.DefinitionOnLocalEcs.web;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.PlannedAction;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.localecs.faults.Fault;
import io.ecsoperator.localecs.faults.FaultRule;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.status.Conditions;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;

class HistoryLimitTest {
  private static final ContainerDefinition PAY =
      ContainerDefinition.builder().name("app").image("pay").memory(128).build();

  private static final String KEEP_1 = "'revisionHistoryLimit':1";
  private static final String KEEP_0 = "'revisionHistoryLimit':0";
  private static final NetworkConfiguration NETWORK =
      NetworkConfiguration.builder()
          .awsvpcConfiguration(vpc -> vpc.subnets("subnet-0123456789abcdef0"))
          .build();
  private static final Duration BETWEEN_SURVEYS = RESYNC.multipliedBy(5);

  private final DefinitionOnLocalEcs definition = new DefinitionOnLocalEcs();

  @AfterEach
  void stop() {
    definition.close();
  }

  @Test
  void revisionsBeyondTheLimitAreDeregisteredWithTheNextRevision() {
    register("", 1, 2, 3);

    definition.reconcile(web(KEEP_1, 4));

    assertThat(definition.active()).containsExactly(3, 4);
    assertThat(definition.inactive()).containsExactly(1, 2);
    assertThat(definition.history()).containsExactly(4, 3);
    assertThat(definition.condition("Ready")).isEqualTo("True/Reconciled");
  }

  @Test
  void nothingIsReadIfNoRevisionIsBeyondTheLimit() {
    register(KEEP_1, 1, 2, 3);
    EcsTaskDefinitionStatus before = definition.status();
    definition.pass(BETWEEN_SURVEYS);

    definition.reconcile(web(KEEP_1, 3));

    assertThat(definition.called()).isEmpty();
    assertThat(definition.status()).isEqualTo(before);
  }

  @Test
  void withoutALimitAllStay() {
    register("", 1, 2, 3, 4);

    assertThat(definition.active()).containsExactly(1, 2, 3, 4);
    assertThat(definition.local().calls().of("ListClusters")).isEmpty();
  }

  @Test
  void revisionsToBeDeletedAreGoneForGood() {
    register(KEEP_0 + ",'revisionCleanup':'Delete'", 1, 2, 3);
    definition.pass(Duration.ofMinutes(1));

    assertThat(definition.active()).containsExactly(3);
    assertThat(definition.inactive()).isEmpty();
    assertThat(definition.history()).containsExactly(3);
    assertThat(definition.local().calls().of("DeleteTaskDefinitions")).hasSize(2);
  }

  @Test
  void revisionsOfOthersAreNotTouched() {
    definition.reconcile(web("", 1));
    definition.register(1, "");
    definition.register(1, "k8s/shop/EcsTaskDefinition/other");
    definition.reconcile(web("", 2));

    definition.reconcile(web(KEEP_0, 3));

    assertThat(definition.active()).containsExactly(2, 3, 5);
    assertThat(definition.inactive()).containsExactly(1, 4);
  }

  @Test
  void aForgedHistoryDeregistersNoRevisionOfAnotherFamily() {
    register("", 1, 2);
    String pay =
        definition
            .client()
            .registerTaskDefinition(
                register -> register.family("pay").containerDefinitions(List.of(PAY)))
            .taskDefinition()
            .taskDefinitionArn();
    definition.forgeHistory(pay);

    definition.reconcile(web(KEEP_0, 3));

    assertThat(
            definition
                .client()
                .describeTaskDefinition(describe -> describe.taskDefinition(pay))
                .taskDefinition()
                .statusAsString())
        .isEqualTo("ACTIVE");
  }

  // In use

  @Test
  void revisionOfAServiceInAnyClusterStays() {
    register("", 1, 2);
    manyClusters();
    service("c99", "other", 1);
    definition.pass(Duration.ofMinutes(10));

    definition.reconcile(web(KEEP_0, 3));

    assertThat(definition.active()).containsExactly(1, 3);
    assertThat(definition.history()).containsExactly(3, 1);
  }

  @Test
  void revisionOfTheLastOfManyServicesStays() {
    register("", 1, 2);
    definition.client().createCluster(c -> c.clusterName("big"));
    definition.register("else", List.of());
    IntStream.range(0, 120).forEach(n -> serviceOfAnotherFamily("big", "s%03d".formatted(n)));
    service("big", "zz", 1);
    definition.pass(Duration.ofMinutes(10));

    definition.reconcile(web(KEEP_0, 3));

    assertThat(definition.active()).containsExactly(1, 3);
  }

  @Test
  void revisionOfOneOfManyTasksStaysUntilTheTaskStops() {
    register("", 1, 2);
    definition.client().createCluster(c -> c.clusterName("c"));
    IntStream.range(0, 12).forEach(n -> run(10, 2));
    String old = run(1, 1).getFirst();

    definition.reconcile(web(KEEP_0, 3));
    assertThat(definition.active()).containsExactly(1, 2, 3);

    definition.client().stopTask(t -> t.cluster("c").task(old));
    definition.pass(BETWEEN_SURVEYS);
    definition.reconcile(web(KEEP_0, 3));
    assertThat(definition.active()).containsExactly(2, 3);
  }

  @Test
  void duringARolloutNothingGoesThatEcsMightTakeTheServiceBackTo() {
    register("", 1, 2);
    definition.client().createCluster(c -> c.clusterName("c"));
    service("c", "web", 2, 2);
    definition.pass(Duration.ofMinutes(10));
    definition.reconcile(web("", 3));
    definition.client().updateService(s -> s.cluster("c").service("web").taskDefinition("web:3"));

    definition.reconcile(web(KEEP_0, 3));
    assertThat(definition.active()).containsExactly(1, 2, 3);
    assertThat(definition.condition("Ready")).isEqualTo("True/Reconciled");

    definition.pass(Duration.ofMinutes(10));
    definition.reconcile(web(KEEP_0, 3));
    assertThat(definition.active()).containsExactly(3);
  }

  @ParameterizedTest
  @CsvSource({"Pending, 1 3", "Running, 1 3", "Failed, 3", "Succeeded, 3"})
  void revisionOfAnUnfinishedEcsTaskStays(String phase, String active) {
    register("", 1, 2);
    definition.add(DefinitionOnLocalEcs.pinned(1, phase));

    definition.reconcile(web(KEEP_0, 3));

    assertThat(definition.active().stream().map(String::valueOf).toList())
        .containsExactly(active.split(" "));
  }

  @Test
  void aClusterThatIsGoneMeanwhileUsesNothing() {
    register("", 1);
    definition.client().createCluster(c -> c.clusterName("c"));
    definition
        .local()
        .faults()
        .add(
            FaultRule.next(
                1,
                "ListServices",
                new Fault.Refusal("ClusterNotFoundException", "Cluster not found.", 400)));

    definition.reconcile(web(KEEP_0, 2));

    assertThat(definition.active()).containsExactly(2);
  }

  // How often

  @Test
  void usageIsReadPeriodicallyOrOnRequest() {
    register("", 1);
    definition.client().createCluster(c -> c.clusterName("c"));
    service("c", "web", 1);
    definition.pass(Duration.ofMinutes(10));
    definition.reconcile(web(KEEP_0, 2));
    assertThat(definition.called()).containsOnlyOnce("ListClusters");

    definition.pass(RESYNC);
    definition.reconcile(web(KEEP_0, 2));
    assertThat(definition.called()).isEmpty();

    definition.reconcile(web(KEEP_0, 2).annotated("reconcile-requested-at", "now"));
    assertThat(definition.called()).containsOnlyOnce("ListClusters");

    definition.pass(BETWEEN_SURVEYS);
    definition.reconcile(web(KEEP_0, 2).annotated("reconcile-requested-at", "now"));
    assertThat(definition.called()).containsOnlyOnce("ListClusters");
    assertThat(definition.active()).containsExactly(1, 2);
  }

  @Test
  void aNewRevisionMakesAFormerAnswerWorthless() {
    register("", 1);
    definition.client().createCluster(c -> c.clusterName("c"));
    service("c", "old", 1);
    definition.pass(Duration.ofMinutes(10));
    definition.reconcile(web(KEEP_0, 2));
    service("c", "new", 2);
    local(Duration.ofMinutes(4));

    definition.reconcile(web(KEEP_0, 3));

    assertThat(definition.active()).containsExactly(1, 2, 3);
  }

  @Test
  void eachReconcileRemovesSomeOfHundreds() {
    register("", 1);
    definition.register(150, OWNER);
    register("", 2);

    definition.reconcile(web(KEEP_1, 3));
    for (int looks = 0; looks < 15; looks++) {
      assertThat(definition.written()).hasSizeLessThan(25);
      definition.reconcile(web(KEEP_1, 3));
    }

    assertThat(definition.active()).containsExactly(152, 153);
    assertThat(definition.history()).containsExactly(153, 152);
    assertThat(definition.local().calls().of("ListClusters")).hasSize(1);
  }

  // Failures

  @ParameterizedTest
  @ValueSource(strings = {"DeregisterTaskDefinition", "ListClusters", "ListTaskDefinitions"})
  void failureIsReportedAndRetriedAndTheObjectStaysReady(String operation) {
    register("", 1, 2);
    definition.local().faults().add(FaultRule.next(1, operation, Fault.accessDenied(operation)));

    definition.reconcile(web(KEEP_0, 3));

    assertThat(definition.condition("Ready")).isEqualTo("True/Reconciled");
    assertThat(definition.condition("Stalled")).startsWith("False");
    assertThat(definition.condition("Synced")).isEqualTo("False/AccessDenied");
    assertThat(
            Conditions.find(definition.status().common().conditions(), "Synced")
                .orElseThrow()
                .message())
        .contains(operation);
    assertThat(definition.history()).containsExactly(3, 2, 1);

    definition.reconcile(web(KEEP_0, 3));
    assertThat(definition.active()).containsExactly(3);
    assertThat(definition.history()).containsExactly(3);
    assertThat(definition.condition("Synced")).isEqualTo("True/CallSucceeded");
  }

  @Test
  void deletionThatFailedAfterDeregisteringContinuesAtTheNextReconcile() {
    register("", 1, 2);
    definition.local().faults().add(FaultRule.next(1, "DeleteTaskDefinitions", Fault.throttled()));
    Wanted wanted = web(KEEP_0 + ",'revisionCleanup':'Delete'", 3);

    definition.reconcile(wanted);
    assertThat(definition.inactive()).containsExactly(1, 2);
    assertThat(definition.history()).containsExactly(3, 2, 1);

    definition.reconcile(wanted);
    assertThat(definition.inactive()).isEmpty();
    assertThat(definition.history()).containsExactly(3);
  }

  // Policies

  @Test
  void underPlanTheCallsAreShownAndNotMade() {
    register("", 1, 2);
    Wanted plan = web("'managementPolicy':'Plan'," + KEEP_0, 2);

    definition.reconcile(plan);
    List<PlannedAction> shown = definition.status().common().plan().actions();
    EcsTaskDefinitionStatus first = definition.status();
    definition.pass(RESYNC);
    definition.reconcile(plan);

    assertThat(shown).hasSize(1);
    assertThat(shown.getFirst().operation()).isEqualTo("DeregisterTaskDefinition");
    assertThat(shown.getFirst().changes().getFirst().path()).isEqualTo("revisions[web:1]");
    assertThat(definition.status()).isEqualTo(first);
    assertThat(definition.condition("Planned")).isEqualTo("True/ChangesPending");
    assertThat(definition.active()).containsExactly(1, 2);
  }

  /** It never cleans up, and ECS has what the spec asks for. */
  @Test
  void underObserveOldRevisionsAreNoDifference() {
    register("", 1, 2);

    definition.reconcile(web("'managementPolicy':'Observe'," + KEEP_0, 2));

    assertThat(definition.condition("Observed")).isEqualTo("True/Reconciled");
    assertThat(definition.condition("Drifted")).startsWith("False/");
    assertThat(definition.local().calls().of("ListServices")).isEmpty();
  }

  @Test
  void aPauseHoldsTheCleanUpAndTheObjectIsReady() {
    register("", 1, 2);

    definition.reconcile(web(KEEP_0, 2).annotated("paused", "true"));

    assertThat(definition.condition("Ready")).isEqualTo("True/Reconciled");
    assertThat(definition.active()).containsExactly(1, 2);
  }

  /** Registers a revision for each image. */
  private void register(String members, int... images) {
    for (int image : images) {
      definition.reconcile(web(members, image));
    }
  }

  private void manyClusters() {
    IntStream.range(0, 120)
        .forEach(n -> definition.client().createCluster(c -> c.clusterName("c" + n)));
  }

  private void service(String cluster, String name, int revision) {
    service(cluster, name, revision, 0);
  }

  private void service(String cluster, String name, int revision, int count) {
    definition
        .client()
        .createService(
            s ->
                s.cluster(cluster)
                    .serviceName(name)
                    .taskDefinition("web:" + revision)
                    .launchType(LaunchType.FARGATE)
                    .networkConfiguration(NETWORK)
                    .desiredCount(count));
  }

  private void serviceOfAnotherFamily(String cluster, String name) {
    definition
        .client()
        .createService(
            s -> s.cluster(cluster).serviceName(name).taskDefinition("else:1").desiredCount(0));
  }

  private List<String> run(int count, int revision) {
    return definition
        .client()
        .runTask(
            t ->
                t.cluster("c")
                    .taskDefinition("web:" + revision)
                    .launchType(LaunchType.FARGATE)
                    .networkConfiguration(NETWORK)
                    .count(count))
        .tasks()
        .stream()
        .map(task -> task.taskArn())
        .toList();
  }

  /** Time passes in ECS, but not enough for the operator to forget anything. */
  private void local(Duration duration) {
    definition.local().advance(duration);
  }
}
