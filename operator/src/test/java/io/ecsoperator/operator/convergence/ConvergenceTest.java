package io.ecsoperator.operator.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.crds.capacityprovider.EcsCapacityProvider;
import io.ecsoperator.crds.capacityprovider.EcsCapacityProviderStatus;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.localecs.faults.Lag;
import io.ecsoperator.localecs.script.ContainerScript;
import io.ecsoperator.localecs.world.WorldClock;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.kinds.capacityprovider.CapacityProviderKind;
import io.ecsoperator.operator.kinds.cluster.ClusterKind;
import io.ecsoperator.operator.kinds.service.ServiceKind;
import io.ecsoperator.operator.kinds.task.TaskKind;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionKind;
import io.ecsoperator.operator.status.Conditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/**
 * Specs change while calls are lost or throttled and the operator crashes. In the end ECS is as it
 * would be without faults, and nothing is written any more.
 */
class ConvergenceTest {
  /** Members of descriptions that no spec decides. */
  private static final List<String> INCIDENTAL =
      List.of(
          "createdAt",
          "registeredAt",
          "deployments",
          "events",
          "currentServiceRevisions",
          "currentServiceDeployment",
          "updateStatus");

  private static final String NETWORK =
      "'networkConfiguration':{'awsvpcConfiguration':{'subnets':['subnet-1']}}";

  private static final Wanted JOB =
      Wanted.task(
          "{'cluster':'main','taskDefinition':'web:1','launchType':'FARGATE'," + NETWORK + "}");

  private static final String GROUP = "'autoScalingGroupProvider':{'autoScalingGroupArn':'group'}";

  private static final String BODY =
      "'family':'web','networkMode':'awsvpc','requiresCompatibilities':['FARGATE'],"
          + "'cpu':'256','memory':'512','containerDefinitions':[{'name':'app','image':'%s',"
          + "'portMappings':[{'containerPort':80,'name':'http'}]}]";

  private static final String NAMESPACE =
      "arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-1";
  private static final String TARGET_GROUP =
      "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef";

  private LocalEcs faultless;
  private LocalEcs faulty;
  private final List<SimulatedObject<?, ?>> open = new ArrayList<>();

  /**
   * A spec, and the number of reconciles before the next one.
   *
   * @param restart whether the operator starts anew first
   */
  record Change(String spec, int reconciles, boolean restart) {}

  record Faults(List<InjectedFault> writes, List<Boolean> readsFail) {}

  /**
   * What the operator cannot see when its object is deleted.
   *
   * @param lag how far reads are behind writes
   * @param statusLost whether a backup without status is restored before the deletion
   */
  record Blindness(Lag lag, boolean statusLost) {}

  @BeforeTry
  void start() {
    LocalEcsOptions options = LocalEcsOptions.defaults().withClock(WorldClock.virtual());
    faultless = LocalEcs.start(options);
    faulty = LocalEcs.start(options);
  }

  @AfterTry
  void stop() {
    open.forEach(SimulatedObject::close);
    open.clear();
    faultless.close();
    faulty.close();
  }

  @Property(tries = 40)
  void clusters(@ForAll("clusterChanges") List<Change> changes, @ForAll("faults") Faults faults) {
    var expected = clusters(faultless);
    var actual = clusters(faulty);

    run(Wanted.cluster("{}"), changes, faults, expected, actual);

    String describe = "{'clusters':['web'],'include':['TAGS','SETTINGS','CONFIGURATIONS']}";
    assertThat(comparable(actual.read("DescribeClusters", describe).path("clusters")))
        .isEqualTo(comparable(expected.read("DescribeClusters", describe).path("clusters")));
    assertThat(actual.read("ListClusters", "{}").path("clusterArns")).hasSize(1);
  }

  @Property(tries = 25)
  void capacityProviders(
      @ForAll("capacityProviderChanges") List<Change> changes, @ForAll("faults") Faults faults) {
    var expected = capacityProviders(faultless);
    var actual = capacityProviders(faulty);

    run(Wanted.capacityProvider("{" + GROUP + "}"), changes, faults, expected, actual);

    String describe = "{'capacityProviders':['web'],'include':['TAGS']}";
    assertThat(
            comparable(
                actual.read("DescribeCapacityProviders", describe).path("capacityProviders")))
        .isEqualTo(
            comparable(
                expected.read("DescribeCapacityProviders", describe).path("capacityProviders")));
  }

  @Property(tries = 40)
  void taskDefinitions(
      @ForAll("taskDefinitionChanges") List<Change> changes,
      @ForAll("faults") Faults faults,
      @ForAll("blindness") Blindness blindness) {
    var expected = taskDefinitions(faultless);
    var actual = taskDefinitions(faulty);
    faulty.setLag(blindness.lag());

    run(Wanted.taskDefinition("{}"), changes, faults, expected, actual);

    List<ObjectNode> expectedRevisions = revisions(expected);
    List<ObjectNode> actualRevisions = revisions(actual);
    assertThat(body(actualRevisions.getLast())).isEqualTo(body(expectedRevisions.getLast()));
    assertThat(actual.status().common().arn())
        .isEqualTo(actualRevisions.getLast().at("/taskDefinition/taskDefinitionArn").asText());
    assertThat(actualRevisions).hasSizeLessThanOrEqualTo(expectedRevisions.size());
    for (int i = 1; i < actualRevisions.size(); i++) {
      assertThat(body(actualRevisions.get(i)).path("taskDefinition"))
          .as("revision %s and the one before", i + 1)
          .isNotEqualTo(body(actualRevisions.get(i - 1)).path("taskDefinition"));
    }
  }

  @Example
  void aRevisionThatAppearsAfterItsSpecWasTakenBackIsNotTheNewest() {
    faulty.setLag(Lag.of(Duration.ofSeconds(10)));
    var actual = taskDefinitions(faulty);
    Wanted first = Wanted.taskDefinition("{" + BODY.formatted("app:1") + "}");
    actual.converge(first);
    actual.injectFaults(List.of(InjectedFault.ANSWER_LOST), List.of());
    Wanted second = first.changedTo("{" + BODY.formatted("app:2") + "}");
    actual.reconcile(second, Duration.ofSeconds(1));

    actual.converge(second.changedTo("{" + BODY.formatted("app:1") + "}"));

    assertThat(
            revisions(actual).getLast().at("/taskDefinition/containerDefinitions/0/image").asText())
        .isEqualTo("app:1");
  }

  @Example
  void aTagThatAppearsAfterItsSpecWasTakenBackIsRemoved() {
    for (InjectedFault fault : List.of(InjectedFault.ANSWER_LOST, InjectedFault.CRASH_AFTER)) {
      var actual = taskDefinitions(faulty);
      faulty.setLag(Lag.of(Duration.ofSeconds(10)));
      Wanted first = Wanted.taskDefinition("{" + BODY.formatted("app:1") + "}");
      actual.converge(first);
      actual.injectFaults(List.of(fault), List.of());
      Wanted second =
          first.changedTo("{" + BODY.formatted("app:1") + ",'tags':[{'key':'team','value':'a'}]}");
      actual.reconcile(second, Duration.ofSeconds(1));

      actual.converge(second.changedTo("{" + BODY.formatted("app:1") + "}"));

      assertThat(revisions(actual).getLast().at("/tags").toString())
          .as("after %s", fault)
          .doesNotContain("team");
      faulty.reset();
    }
  }

  @Example
  void aTagWhoseRemovalHadNoAnswerIsBackIfTheSpecTakesTheRemovalBack() {
    String tagged = "{" + BODY.formatted("app:1") + ",'tags':[{'key':'team','value':'a'}]}";
    for (InjectedFault fault : List.of(InjectedFault.ANSWER_LOST, InjectedFault.CRASH_AFTER)) {
      for (String other :
          List.of(
              "{" + BODY.formatted("app:1") + "}",
              "{" + BODY.formatted("app:1") + ",'tags':[{'key':'team','value':'b'}]}")) {
        var actual = taskDefinitions(faulty);
        faulty.setLag(Lag.of(Duration.ofSeconds(10)));
        Wanted first = Wanted.taskDefinition(tagged);
        actual.converge(first);
        actual.injectFaults(List.of(fault), List.of());
        Wanted second = first.changedTo(other);
        actual.reconcile(second, Duration.ofSeconds(1));
        actual.start();
        Wanted third = second.changedTo(tagged);
        actual.reconcile(third, Duration.ofSeconds(1));
        assertThat(isTrue(actual, "Ready")).as("Ready on an old read after %s", fault).isFalse();

        actual.converge(third);

        assertThat(revisions(actual).getLast().at("/tags").toString())
            .as("after %s", fault)
            .contains("{\"key\":\"team\",\"value\":\"a\"}");
        assertThat(isTrue(actual, "Ready")).isTrue();
        faulty.reset();
      }
    }
  }

  @Example
  void aTagOfARevisionInEffectThatAnotherManagerRemovesIsCorrected() {
    var actual = taskDefinitions(faulty);
    Wanted wanted =
        Wanted.taskDefinition(
            "{" + BODY.formatted("app:1") + ",'tags':[{'key':'team','value':'a'}]}");
    actual.converge(wanted);
    String arn = actual.status().common().arn();
    actual.outside("UntagResource", "{'resourceArn':'" + arn + "','tagKeys':['team']}");
    actual.away(TestKinds.TIMING.converged().multipliedBy(2));
    actual.reconcile(wanted);
    actual.pass(TestKinds.TIMING.converged().multipliedBy(11).dividedBy(10));

    actual.reconcile(wanted);

    assertThat(revisions(actual).getLast().at("/tags").toString())
        .contains("{\"key\":\"team\",\"value\":\"a\"}");
  }

  private static boolean isTrue(SimulatedObject<?, ?> object, String condition) {
    return Conditions.isTrue(object.status().common(), condition);
  }

  @Example
  void aServiceWhoseCreationHadNoAnswerIsNotCreatedInAnotherClusterToo() {
    String spec =
        "{'cluster':'%s','launchType':'FARGATE','taskDefinition':'web:1'," + NETWORK + "}";
    for (InjectedFault fault : List.of(InjectedFault.ANSWER_LOST, InjectedFault.CRASH_AFTER)) {
      var actual = services(faulty);
      actual.outside("CreateCluster", "{'clusterName':'other'}");
      faulty.setLag(Lag.of(Duration.ofSeconds(10)));
      actual.injectFaults(List.of(fault), List.of());
      Wanted first = Wanted.service(spec.formatted("main"));
      actual.reconcile(first, Duration.ofSeconds(1));
      Wanted second = first.changedTo(spec.formatted("other"));

      for (int reconciles = 0; reconciles < 30; reconciles++) {
        actual.reconcile(second);
      }

      assertThat(isReasonOf(actual, "ReplacementRequired")).as("after %s", fault).isTrue();
      assertThat(actual.read("ListServices", "{'cluster':'main'}").path("serviceArns")).hasSize(1);
      assertThat(actual.read("ListServices", "{'cluster':'other'}").path("serviceArns")).isEmpty();
      faulty.reset();
    }
  }

  @Example
  void aFieldOfAServiceThatAppearsAfterItsSpecWasTakenBackIsReset() {
    String spec =
        "{'cluster':'main','launchType':'FARGATE','taskDefinition':'web:1'," + NETWORK + "%s}";
    for (InjectedFault fault : List.of(InjectedFault.ANSWER_LOST, InjectedFault.CRASH_AFTER)) {
      var actual = services(faulty);
      faulty.setLag(Lag.of(Duration.ofSeconds(10)));
      Wanted first = Wanted.service(spec.formatted(""));
      actual.converge(first);
      actual.injectFaults(List.of(fault), List.of());
      Wanted second = first.changedTo(spec.formatted(",'enableExecuteCommand':true"));
      actual.reconcile(second, Duration.ofSeconds(1));

      actual.converge(second.changedTo(spec.formatted("")));

      assertThat(
              actual
                  .read("DescribeServices", "{'cluster':'main','services':['web']}")
                  .at("/services/0/enableExecuteCommand")
                  .asBoolean())
          .as("after %s", fault)
          .isFalse();
      faulty.reset();
    }
  }

  @Property(tries = 25)
  void services(@ForAll("serviceChanges") List<Change> changes, @ForAll("faults") Faults faults) {
    var expected = services(faultless);
    var actual = services(faulty);

    run(Wanted.service("{}"), changes, faults, expected, actual);

    String describe = "{'cluster':'main','services':['web'],'include':['TAGS']}";
    assertThat(comparable(actual.read("DescribeServices", describe).path("services")))
        .isEqualTo(comparable(expected.read("DescribeServices", describe).path("services")));
    assertThat(actual.read("ListServices", "{'cluster':'main'}").path("serviceArns")).hasSize(1);
    assertThat(actual.status().createAttempts()).isEqualTo(1);
    assertThat(deployments(actual)).isLessThanOrEqualTo(deployments(expected));
  }

  @Property(tries = 25)
  void tasks(
      @ForAll("exitCodes") int exitCode,
      @ForAll("faults") Faults faults,
      @ForAll("reconciles") List<Change> reconciles) {
    Wanted job =
        Wanted.task(
            "{'cluster':'main','taskDefinition':'web:1','launchType':'FARGATE',"
                + NETWORK
                + ",'backoffLimit':1}");
    faulty.scripts().forImage("app:1", ContainerScript.ends(Duration.ofSeconds(40), exitCode));
    var actual = tasks(faulty);

    actual.injectFaults(faults.writes(), faults.readsFail());
    for (Change change : reconciles) {
      if (change.restart()) {
        actual.start();
      }
      actual.reconcile(job);
    }
    actual.converge(job);

    int attempts = exitCode == 0 ? 1 : 2;
    assertThat(actual.status().phase()).isEqualTo(exitCode == 0 ? "Succeeded" : "Failed");
    assertThat(actual.status().current().attempt()).isEqualTo(attempts);
    List<String> tokens =
        faulty.calls().of("RunTask").stream()
            .filter(Call::succeeded)
            .map(call -> call.clientToken().orElseThrow())
            .distinct()
            .toList();
    assertThat(tokens).hasSize(attempts);
  }

  /** What may happen to a job between two reconciles. */
  enum Mishap {
    NONE,
    STATUS_LOST,
    AWAY_FOR_MINUTES,
    AWAY_FOR_TWO_HOURS_AND_A_HALF,
    AWAY_FOR_A_DAY,
    STATUS_LOST_AND_AWAY
  }

  @Property(tries = 100)
  void aJobRunsOnce(
      @ForAll("exitCodes") int exitCode,
      @ForAll("faults") Faults faults,
      @ForAll @Size(max = 5) List<Mishap> mishaps) {
    faulty.scripts().forImage("app:1", ContainerScript.ends(Duration.ofSeconds(40), exitCode));
    var actual = tasks(faulty);
    actual.injectFaults(faults.writes(), faults.readsFail());

    for (Mishap mishap : mishaps) {
      actual.reconcile(JOB);
      suffer(actual, mishap);
    }
    actual.converge(JOB);

    assertThat(actual.startedTasks()).isLessThanOrEqualTo(1);
    assertThat(actual.status().current().attempt()).isEqualTo(1);
    if (!isReasonOf(actual, "OutcomeUnknown")) {
      assertThat(actual.startedTasks()).isEqualTo(1);
      assertThat(actual.status().phase()).isEqualTo(exitCode == 0 ? "Succeeded" : "Failed");
    }
  }

  private static void suffer(SimulatedObject<?, ?> object, Mishap mishap) {
    switch (mishap) {
      case NONE -> {}
      case STATUS_LOST -> object.loseStatus();
      case AWAY_FOR_MINUTES -> object.away(Duration.ofMinutes(20));
      case AWAY_FOR_TWO_HOURS_AND_A_HALF -> object.away(Duration.ofMinutes(150));
      case AWAY_FOR_A_DAY -> object.away(Duration.ofHours(25));
      case STATUS_LOST_AND_AWAY -> {
        object.loseStatus();
        object.away(Duration.ofMinutes(150));
      }
    }
  }

  private SimulatedObject<EcsTask, EcsTaskStatus> jobWhoseAnswerIsLostForLong() {
    var actual = tasks(faulty);
    actual.injectFaults(List.of(InjectedFault.CRASH_AFTER), List.of());
    actual.reconcile(JOB);
    actual.away(Duration.ofMinutes(150));
    return actual;
  }

  @Example
  void aJobWhoseAnswerWasLostIsFoundWhileItRuns() {
    faulty.scripts().forImage("app:1", ContainerScript.ends(Duration.ofHours(5), 0));
    var actual = jobWhoseAnswerIsLostForLong();
    actual.reconcile(JOB);
    actual.reconcile(JOB);
    assertThat(actual.status().phase()).isEqualTo("Running");

    actual.away(Duration.ofMinutes(151));
    actual.converge(JOB);

    assertThat(actual.status().phase()).isEqualTo("Succeeded");
    assertThat(actual.startedTasks()).isEqualTo(1);
  }

  @Example
  void aJobWhoseAnswerWasLostForLongIsNotRepeated() {
    faulty.scripts().forImage("app:1", ContainerScript.ends(Duration.ofSeconds(40), 0));
    var actual = jobWhoseAnswerIsLostForLong();

    actual.converge(JOB);

    assertThat(isReasonOf(actual, "OutcomeUnknown")).isTrue();
    assertThat(actual.startedTasks()).isEqualTo(1);
  }

  @Property
  void anEndedJobWhoseStatusIsLostDoesNotRunAgain(@ForAll("absences") Duration absence) {
    faulty.scripts().forImage("app:1", ContainerScript.ends(Duration.ofSeconds(40), 0));
    var actual = tasks(faulty);
    actual.converge(JOB);
    actual.loseStatus();
    actual.away(absence);

    actual.converge(JOB);

    assertThat(actual.status().phase()).isEqualTo("Succeeded");
    assertThat(actual.startedTasks()).isEqualTo(1);
  }

  @Provide
  Arbitrary<Duration> absences() {
    return Arbitraries.of(Duration.ZERO, Duration.ofMinutes(150), Duration.ofHours(25));
  }

  private static boolean isReasonOf(SimulatedObject<?, ?> object, String reason) {
    return object.status().common().conditions().getFirst().reason().equals(reason);
  }

  @Provide
  Arbitrary<Blindness> blindness() {
    return Combinators.combine(
            Arbitraries.of(Lag.NONE, Lag.of(Duration.ofSeconds(3)), Lag.of(Duration.ofSeconds(10))),
            Arbitraries.of(true, false))
        .as(Blindness::new);
  }

  @Property(tries = 25)
  void deletedClusters(@ForAll("faults") Faults faults, @ForAll("blindness") Blindness blindness) {
    var actual = clusters(faulty);

    runAndDelete(Wanted.cluster("{}"), faults, blindness, actual);

    assertThat(actual.read("ListClusters", "{}").path("clusterArns")).isEmpty();
  }

  @Property(tries = 25)
  void deletedCapacityProviders(
      @ForAll("faults") Faults faults, @ForAll("blindness") Blindness blindness) {
    var actual = capacityProviders(faulty);

    runAndDelete(Wanted.capacityProvider("{" + GROUP + "}"), faults, blindness, actual);

    assertThat(
            actual
                .read("DescribeCapacityProviders", "{'capacityProviders':['web']}")
                .path("capacityProviders"))
        .allMatch(provider -> provider.path("status").asText().equals("INACTIVE"));
  }

  @Property(tries = 25)
  void deletedTaskDefinitions(
      @ForAll("faults") Faults faults, @ForAll("blindness") Blindness blindness) {
    var actual = taskDefinitions(faulty);

    runAndDelete(
        Wanted.taskDefinition("{" + BODY.formatted("app:1") + ",'revisionCleanup':'Delete'}"),
        faults,
        blindness,
        actual);

    for (String status : List.of("ACTIVE", "INACTIVE")) {
      assertThat(
              actual
                  .read("ListTaskDefinitions", "{'familyPrefix':'web','status':'" + status + "'}")
                  .path("taskDefinitionArns"))
          .isEmpty();
    }
  }

  @Property(tries = 25)
  void deletedServices(@ForAll("faults") Faults faults, @ForAll("blindness") Blindness blindness) {
    var actual = services(faulty);

    runAndDelete(
        Wanted.service(
            "{'cluster':'main','taskDefinition':'web:1','desiredCount':2,'launchType':'FARGATE',"
                + NETWORK
                + "}"),
        faults,
        blindness,
        actual);

    assertThat(actual.read("ListServices", "{'cluster':'main'}").path("serviceArns")).isEmpty();
    assertThat(
            actual
                .read("ListTasks", "{'cluster':'main','desiredStatus':'RUNNING'}")
                .path("taskArns"))
        .isEmpty();
  }

  @Property(tries = 25)
  void deletedTasks(@ForAll("faults") Faults faults, @ForAll("blindness") Blindness blindness) {
    var actual = tasks(faulty);

    runAndDelete(JOB, faults, blindness, actual);

    assertThat(
            actual
                .read("ListTasks", "{'cluster':'main','desiredStatus':'RUNNING'}")
                .path("taskArns"))
        .isEmpty();
  }

  /** Deletes the object early, perhaps before it has recorded what it created. */
  private void runAndDelete(
      Wanted wanted, Faults faults, Blindness blindness, SimulatedObject<?, ?> actual) {
    faulty.setLag(blindness.lag());
    actual.injectFaults(faults.writes(), faults.readsFail());
    actual.reconcile(wanted);
    actual.reconcile(wanted);
    if (blindness.statusLost()) {
      actual.loseStatus();
    }
    actual.delete(wanted.deletedAt(actual.now()));
    faulty.setLag(Lag.NONE);
    faulty.advance(Duration.ofSeconds(10));
  }

  /**
   * Converges the expected object after every change, and reconciles the actual one as often as
   * given.
   */
  private static void run(
      Wanted wanted,
      List<Change> changes,
      Faults faults,
      SimulatedObject<?, ?> expected,
      SimulatedObject<?, ?> actual) {
    actual.injectFaults(faults.writes(), faults.readsFail());
    Wanted now = wanted;
    for (Change change : changes) {
      now = now.changedTo(change.spec());
      expected.converge(now);
      if (change.restart()) {
        actual.start();
      }
      for (int i = 0; i < change.reconciles(); i++) {
        actual.reconcile(now);
      }
    }
    actual.converge(now);
    assertThat(ready(actual)).as("%s", actual.status()).isEqualTo("True");
    assertThat(ready(expected)).as("%s", expected.status()).isEqualTo("True");
  }

  private static String ready(
      SimulatedObject<? extends EcsResource<?>, ? extends EcsStatus> object) {
    return object.status().common().conditions().getFirst().status();
  }

  // Simulated objects

  private <R extends EcsResource<S>, S extends EcsStatus> SimulatedObject<R, S> simulate(
      LocalEcs local, Supplier<? extends Kind<R, S, ?>> kind) {
    SimulatedObject<R, S> object = new SimulatedObject<>(local, kind);
    open.add(object);
    return object;
  }

  private SimulatedObject<EcsCluster, EcsClusterStatus> clusters(LocalEcs local) {
    return simulate(local, () -> new ClusterKind(TestKinds.dependencies(new Objects())));
  }

  private SimulatedObject<EcsCapacityProvider, EcsCapacityProviderStatus> capacityProviders(
      LocalEcs local) {
    return simulate(local, () -> new CapacityProviderKind(TestKinds.dependencies(new Objects())));
  }

  private SimulatedObject<EcsTaskDefinition, EcsTaskDefinitionStatus> taskDefinitions(
      LocalEcs local) {
    return simulate(local, () -> new TaskDefinitionKind(TestKinds.dependencies(new Objects())));
  }

  private SimulatedObject<EcsService, EcsServiceStatus> services(LocalEcs local) {
    return withClusterAndRevisions(
        simulate(local, () -> new ServiceKind(TestKinds.dependencies(new Objects()))));
  }

  private SimulatedObject<EcsTask, EcsTaskStatus> tasks(LocalEcs local) {
    return withClusterAndRevisions(
        simulate(local, () -> new TaskKind(TestKinds.dependencies(new Objects()))));
  }

  private static <R extends EcsResource<S>, S extends EcsStatus>
      SimulatedObject<R, S> withClusterAndRevisions(SimulatedObject<R, S> object) {
    object.outside("CreateCluster", "{'clusterName':'main'}");
    for (String image : List.of("app:1", "app:2")) {
      object.outside("RegisterTaskDefinition", "{" + BODY.formatted(image) + "}");
    }
    return object;
  }

  // Comparison

  private static List<ObjectNode> comparable(JsonNode described) {
    List<ObjectNode> comparable = new ArrayList<>();
    for (JsonNode item : described) {
      ObjectNode copy = ((ObjectNode) item).deepCopy();
      copy.remove(INCIDENTAL);
      copy.set("tags", sorted(item.path("tags")));
      comparable.add(copy);
    }
    return comparable;
  }

  private static JsonNode sorted(JsonNode tags) {
    List<JsonNode> list = new ArrayList<>();
    tags.forEach(list::add);
    list.sort((a, b) -> a.path("key").asText().compareTo(b.path("key").asText()));
    ArrayNode sorted = JsonNodeFactory.instance.arrayNode();
    list.forEach(sorted::add);
    return sorted;
  }

  /** All revisions of the family, oldest first. */
  private static List<ObjectNode> revisions(SimulatedObject<?, ?> object) {
    List<ObjectNode> revisions = new ArrayList<>();
    object
        .read("ListTaskDefinitions", "{'familyPrefix':'web'}")
        .path("taskDefinitionArns")
        .forEach(
            arn ->
                revisions.add(
                    object.read(
                        "DescribeTaskDefinition",
                        "{'taskDefinition':'" + arn.asText() + "','include':['TAGS']}")));
    return revisions;
  }

  private static ObjectNode body(ObjectNode described) {
    ObjectNode body = described.deepCopy();
    ((ObjectNode) body.path("taskDefinition"))
        .remove(List.of("taskDefinitionArn", "revision", "registeredAt"));
    body.set("tags", sorted(body.path("tags")));
    return body;
  }

  private static int deployments(SimulatedObject<?, ?> object) {
    return object
        .read("ListServiceDeployments", "{'cluster':'main','service':'web'}")
        .path("serviceDeployments")
        .size();
  }

  // Generated changes and faults

  @Provide
  Arbitrary<List<Change>> clusterChanges() {
    Arbitrary<String> settings =
        Arbitraries.of("enabled", "disabled", "enhanced")
            .map(value -> "'settings':[{'name':'containerInsights','value':'" + value + "'}]");
    Arbitrary<String> providers =
        Arbitraries.of(
            "",
            "'capacityProviders':['FARGATE']",
            "'capacityProviders':['FARGATE','FARGATE_SPOT'],'defaultCapacityProviderStrategy':"
                + "[{'capacityProvider':'FARGATE_SPOT','weight':1}]");
    Arbitrary<String> logging =
        Arbitraries.of("NONE", "DEFAULT")
            .map(
                value ->
                    "'configuration':{'executeCommandConfiguration':{'logging':'" + value + "'}}");
    return changes(spec(List.of(settings, providers, logging, tags())));
  }

  @Provide
  Arbitrary<List<Change>> capacityProviderChanges() {
    Arbitrary<String> group =
        Arbitraries.of(
                "",
                ",'managedDraining':'DISABLED'",
                ",'managedScaling':{'status':'ENABLED','targetCapacity':80}",
                ",'managedScaling':{'status':'ENABLED'},'managedTerminationProtection':'ENABLED'")
            .map(settings -> GROUP.replace("}", settings + "}"));
    return changes(spec(List.of(group, tags())));
  }

  @Provide
  Arbitrary<List<Change>> taskDefinitionChanges() {
    Arbitrary<String> body = Arbitraries.of("app:1", "app:2", "app:3").map(BODY::formatted);
    return changes(spec(List.of(body, tags())));
  }

  @Provide
  Arbitrary<List<Change>> serviceChanges() {
    Arbitrary<String> identity =
        Arbitraries.just("'cluster':'main','launchType':'FARGATE'," + NETWORK);
    Arbitrary<String> revision =
        Arbitraries.of(1, 2).map(number -> "'taskDefinition':'web:" + number + "'");
    Arbitrary<String> count = Arbitraries.of(1, 2, 3).map(number -> "'desiredCount':" + number);
    Arbitrary<String> deployment =
        Arbitraries.of(
            "",
            "'deploymentConfiguration':{'minimumHealthyPercent':50}",
            "'deploymentConfiguration':"
                + "{'deploymentCircuitBreaker':{'enable':true,'rollback':true}}");
    Arbitrary<String> exec =
        Arbitraries.of("", "'enableExecuteCommand':true", "'enableExecuteCommand':null");
    Arbitrary<String> network =
        Arbitraries.of(
            "",
            "'platformVersion':'1.4.0'",
            "'serviceConnectConfiguration':{'enabled':true,'namespace':'" + NAMESPACE + "'}",
            "'serviceConnectConfiguration':{'enabled':true,'namespace':'"
                + NAMESPACE
                + "','services':[{'portName':'http'}]}",
            "'serviceConnectConfiguration':{'enabled':false}",
            "'loadBalancers':[],'serviceRegistries':[]",
            "'loadBalancers':[{'targetGroupArn':'"
                + TARGET_GROUP
                + "','containerName':'app','containerPort':80}],'healthCheckGracePeriodSeconds':30");
    Arbitrary<String> more =
        Arbitraries.of(
            "",
            "'propagateTags':'SERVICE','enableECSManagedTags':true",
            "'capacityProviderStrategy':[],'propagateTags':null");
    return changes(
        spec(List.of(identity, revision, count, deployment, exec, network, more, tags())));
  }

  @Provide
  Arbitrary<List<Change>> reconciles() {
    return changes(Arbitraries.just("{}"));
  }

  @Provide
  Arbitrary<Integer> exitCodes() {
    return Arbitraries.of(0, 1);
  }

  @Provide
  Arbitrary<Faults> faults() {
    return Combinators.combine(
            Arbitraries.of(InjectedFault.class).list().ofMaxSize(10),
            Arbitraries.of(false, false, true).list().ofMaxSize(10))
        .as(Faults::new);
  }

  private static Arbitrary<String> tags() {
    return Arbitraries.of("a=1", "a=2", "b=1")
        .map(tag -> tag.split("="))
        .map(tag -> "{'key':'" + tag[0] + "','value':'" + tag[1] + "'}")
        .list()
        .ofMaxSize(1)
        .map(tags -> "'tags':[" + String.join(",", tags) + "]");
  }

  private static Arbitrary<List<Change>> changes(Arbitrary<String> specs) {
    return Combinators.combine(
            specs, Arbitraries.integers().between(0, 3), Arbitraries.of(true, false))
        .as(Change::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  private static Arbitrary<String> spec(List<Arbitrary<String>> members) {
    return Combinators.combine(members)
        .as(
            all ->
                all.stream()
                    .filter(member -> !member.isEmpty())
                    .collect(Collectors.joining(",", "{", "}")));
  }
}
