package io.ecsoperator.operator.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
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
import io.ecsoperator.localecs.script.ContainerScript;
import io.ecsoperator.localecs.world.WorldClock;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.KindDependencies;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.kinds.cluster.ClusterKind;
import io.ecsoperator.operator.kinds.service.ServiceKind;
import io.ecsoperator.operator.kinds.task.TaskKind;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/**
 * However specs change and whatever is lost, throttled or dies in between: in the end ECS is as if
 * nothing had gone wrong, and nothing is written any more.
 */
class ConvergenceTest {
  private static final Ownership OWNERSHIP = new Ownership(new Owner("k8s"));
  private static final Timing TIMING =
      new Timing(
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofMinutes(10),
          Duration.ofMinutes(5));

  /** Members of descriptions that no spec decides. */
  private static final List<String> INCIDENTAL =
      List.of(
          "createdAt",
          "registeredAt",
          "deployments",
          "events",
          "currentServiceRevisions",
          "currentServiceDeployment");

  private static final String NETWORK =
      "'networkConfiguration':{'awsvpcConfiguration':{'subnets':['subnet-1']}}";

  private static final String BODY =
      "'family':'web','networkMode':'awsvpc','requiresCompatibilities':['FARGATE'],"
          + "'cpu':'256','memory':'512','containerDefinitions':[{'name':'app','image':'%s'}]";

  private LocalEcs undisturbed;
  private LocalEcs disturbed;
  private final List<Rehearsal<?, ?>> open = new ArrayList<>();

  /**
   * A spec, and how often it is looked at before the next one.
   *
   * @param restart whether the operator starts anew first
   */
  record Change(String spec, int looks, boolean restart) {}

  record Weather(List<Mishap> writes, List<Boolean> readsFail) {}

  @BeforeTry
  void start() {
    LocalEcsOptions options = LocalEcsOptions.defaults().withClock(WorldClock.virtual());
    undisturbed = LocalEcs.start(options);
    disturbed = LocalEcs.start(options);
  }

  @AfterTry
  void stop() {
    open.forEach(Rehearsal::close);
    open.clear();
    undisturbed.close();
    disturbed.close();
  }

  @Property(tries = 40)
  void clusters(
      @ForAll("clusterChanges") List<Change> changes, @ForAll("weather") Weather weather) {
    var calm = clusters(undisturbed);
    var rough = clusters(disturbed);

    live(Wanted.cluster("{}"), changes, weather, calm, rough);

    String describe = "{'clusters':['web'],'include':['TAGS','SETTINGS','CONFIGURATIONS']}";
    assertThat(essence(rough.read("DescribeClusters", describe).path("clusters")))
        .isEqualTo(essence(calm.read("DescribeClusters", describe).path("clusters")));
    assertThat(rough.read("ListClusters", "{}").path("clusterArns")).hasSize(1);
  }

  @Property(tries = 40)
  void taskDefinitions(
      @ForAll("taskDefinitionChanges") List<Change> changes, @ForAll("weather") Weather weather) {
    var calm = taskDefinitions(undisturbed);
    var rough = taskDefinitions(disturbed);

    live(Wanted.taskDefinition("{}"), changes, weather, calm, rough);

    List<ObjectNode> calmRevisions = revisions(calm);
    List<ObjectNode> roughRevisions = revisions(rough);
    assertThat(body(roughRevisions.getLast())).isEqualTo(body(calmRevisions.getLast()));
    assertThat(rough.status().common().arn())
        .isEqualTo(roughRevisions.getLast().at("/taskDefinition/taskDefinitionArn").asText());
    assertThat(roughRevisions).hasSizeLessThanOrEqualTo(calmRevisions.size());
    for (int i = 1; i < roughRevisions.size(); i++) {
      assertThat(body(roughRevisions.get(i)).path("taskDefinition"))
          .as("revision %s and the one before", i + 1)
          .isNotEqualTo(body(roughRevisions.get(i - 1)).path("taskDefinition"));
    }
  }

  @Property(tries = 25)
  void services(
      @ForAll("serviceChanges") List<Change> changes, @ForAll("weather") Weather weather) {
    var calm = services(undisturbed);
    var rough = services(disturbed);

    live(Wanted.service("{}"), changes, weather, calm, rough);

    String describe = "{'cluster':'main','services':['web'],'include':['TAGS']}";
    assertThat(essence(rough.read("DescribeServices", describe).path("services")))
        .isEqualTo(essence(calm.read("DescribeServices", describe).path("services")));
    assertThat(rough.read("ListServices", "{'cluster':'main'}").path("serviceArns")).hasSize(1);
    assertThat(rough.status().createAttempts()).isEqualTo(1);
    assertThat(deployments(rough)).isLessThanOrEqualTo(deployments(calm));
  }

  @Property(tries = 25)
  void tasks(
      @ForAll("exitCodes") int exitCode,
      @ForAll("weather") Weather weather,
      @ForAll("looks") List<Change> looks) {
    Wanted job =
        Wanted.task(
            "{'cluster':'main','taskDefinition':'web:1','launchType':'FARGATE',"
                + NETWORK
                + ",'backoffLimit':1}");
    disturbed.scripts().forImage("app:1", ContainerScript.ends(Duration.ofSeconds(40), exitCode));
    var rough = tasks(disturbed);

    rough.meets(weather.writes(), weather.readsFail());
    for (Change look : looks) {
      if (look.restart()) {
        rough.start();
      }
      rough.look(job);
    }
    rough.settle(job);

    int attempts = exitCode == 0 ? 1 : 2;
    assertThat(rough.status().phase()).isEqualTo(exitCode == 0 ? "Succeeded" : "Failed");
    assertThat(rough.status().current().attempt()).isEqualTo(attempts);
    List<String> tokens =
        disturbed.calls().of("RunTask").stream()
            .filter(Call::succeeded)
            .map(call -> call.clientToken().orElseThrow())
            .distinct()
            .toList();
    assertThat(tokens).hasSize(attempts);
  }

  @Property(tries = 25)
  void deletedClusters(@ForAll("weather") Weather weather) {
    var rough = clusters(disturbed);

    liveAndLeave(Wanted.cluster("{}"), weather, rough);

    assertThat(rough.read("ListClusters", "{}").path("clusterArns")).isEmpty();
  }

  @Property(tries = 25)
  void deletedTaskDefinitions(@ForAll("weather") Weather weather) {
    var rough = taskDefinitions(disturbed);

    liveAndLeave(
        Wanted.taskDefinition("{" + BODY.formatted("app:1") + ",'revisionCleanup':'Delete'}"),
        weather,
        rough);

    for (String status : List.of("ACTIVE", "INACTIVE")) {
      assertThat(
              rough
                  .read("ListTaskDefinitions", "{'familyPrefix':'web','status':'" + status + "'}")
                  .path("taskDefinitionArns"))
          .isEmpty();
    }
  }

  @Property(tries = 25)
  void deletedServices(@ForAll("weather") Weather weather) {
    var rough = services(disturbed);

    liveAndLeave(
        Wanted.service(
            "{'cluster':'main','taskDefinition':'web:1','desiredCount':2,'launchType':'FARGATE',"
                + NETWORK
                + "}"),
        weather,
        rough);

    assertThat(rough.read("ListServices", "{'cluster':'main'}").path("serviceArns")).isEmpty();
    assertThat(
            rough
                .read("ListTasks", "{'cluster':'main','desiredStatus':'RUNNING'}")
                .path("taskArns"))
        .isEmpty();
  }

  @Property(tries = 25)
  void deletedTasks(@ForAll("weather") Weather weather) {
    var rough = tasks(disturbed);

    liveAndLeave(
        Wanted.task(
            "{'cluster':'main','taskDefinition':'web:1','launchType':'FARGATE'," + NETWORK + "}"),
        weather,
        rough);

    assertThat(
            rough
                .read("ListTasks", "{'cluster':'main','desiredStatus':'RUNNING'}")
                .path("taskArns"))
        .isEmpty();
  }

  /** A short life, perhaps too short to learn what it has made. */
  private static void liveAndLeave(Wanted wanted, Weather weather, Rehearsal<?, ?> rough) {
    rough.meets(weather.writes(), weather.readsFail());
    rough.look(wanted);
    rough.look(wanted);
    rough.leave(wanted.deletedAt(rough.now()));
  }

  /** The calm object settles after every change; the rough one gets the looks that are given. */
  private static void live(
      Wanted wanted,
      List<Change> changes,
      Weather weather,
      Rehearsal<?, ?> calm,
      Rehearsal<?, ?> rough) {
    rough.meets(weather.writes(), weather.readsFail());
    Wanted now = wanted;
    for (Change change : changes) {
      now = now.changedTo(change.spec());
      calm.settle(now);
      if (change.restart()) {
        rough.start();
      }
      for (int i = 0; i < change.looks(); i++) {
        rough.look(now);
      }
    }
    rough.settle(now);
    assertThat(ready(rough)).as("%s", rough.status()).isEqualTo("True");
    assertThat(ready(calm)).as("%s", calm.status()).isEqualTo("True");
  }

  private static String ready(Rehearsal<? extends EcsResource<?>, ? extends EcsStatus> rehearsal) {
    return rehearsal.status().common().conditions().getFirst().status();
  }

  // What is rehearsed

  private <R extends EcsResource<S>, S extends EcsStatus> Rehearsal<R, S> rehearse(
      LocalEcs local, Supplier<? extends Kind<R, S, ?>> kind) {
    Rehearsal<R, S> rehearsal = new Rehearsal<>(local, kind);
    open.add(rehearsal);
    return rehearsal;
  }

  private Rehearsal<EcsCluster, EcsClusterStatus> clusters(LocalEcs local) {
    return rehearse(
        local, () -> new ClusterKind(new KindDependencies(new Objects(), OWNERSHIP, TIMING)));
  }

  private Rehearsal<EcsTaskDefinition, EcsTaskDefinitionStatus> taskDefinitions(LocalEcs local) {
    return rehearse(
        local,
        () -> new TaskDefinitionKind(new KindDependencies(new Objects(), OWNERSHIP, TIMING)));
  }

  private Rehearsal<EcsService, EcsServiceStatus> services(LocalEcs local) {
    return furnished(
        rehearse(
            local, () -> new ServiceKind(new KindDependencies(new Objects(), OWNERSHIP, TIMING))));
  }

  private Rehearsal<EcsTask, EcsTaskStatus> tasks(LocalEcs local) {
    return furnished(
        rehearse(
            local, () -> new TaskKind(new KindDependencies(new Objects(), OWNERSHIP, TIMING))));
  }

  private static <R extends EcsResource<S>, S extends EcsStatus> Rehearsal<R, S> furnished(
      Rehearsal<R, S> rehearsal) {
    rehearsal.outside("CreateCluster", "{'clusterName':'main'}");
    for (String image : List.of("app:1", "app:2")) {
      rehearsal.outside("RegisterTaskDefinition", "{" + BODY.formatted(image) + "}");
    }
    return rehearsal;
  }

  // What is compared

  private static List<ObjectNode> essence(JsonNode described) {
    List<ObjectNode> essence = new ArrayList<>();
    for (JsonNode item : described) {
      ObjectNode copy = ((ObjectNode) item).deepCopy();
      copy.remove(INCIDENTAL);
      copy.set("tags", sorted(item.path("tags")));
      essence.add(copy);
    }
    return essence;
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
  private static List<ObjectNode> revisions(Rehearsal<?, ?> rehearsal) {
    List<ObjectNode> revisions = new ArrayList<>();
    rehearsal
        .read("ListTaskDefinitions", "{'familyPrefix':'web'}")
        .path("taskDefinitionArns")
        .forEach(
            arn ->
                revisions.add(
                    rehearsal.read(
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

  private static int deployments(Rehearsal<?, ?> rehearsal) {
    return rehearsal
        .read("ListServiceDeployments", "{'cluster':'main','service':'web'}")
        .path("serviceDeployments")
        .size();
  }

  // What happens

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
    return changes(spec(List.of(settings, providers, tags())));
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
    Arbitrary<String> exec = Arbitraries.of("", "'enableExecuteCommand':true");
    return changes(spec(List.of(identity, revision, count, deployment, exec, tags())));
  }

  @Provide
  Arbitrary<List<Change>> looks() {
    return changes(Arbitraries.just("{}"));
  }

  @Provide
  Arbitrary<Integer> exitCodes() {
    return Arbitraries.of(0, 1);
  }

  @Provide
  Arbitrary<Weather> weather() {
    return Combinators.combine(
            Arbitraries.of(Mishap.class).list().ofMaxSize(10),
            Arbitraries.of(false, false, true).list().ofMaxSize(10))
        .as(Weather::new);
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
