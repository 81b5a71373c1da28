package io.ecsoperator.operator.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
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
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Objects in every state, as the operator leaves them, are recorded as test data of the Argo CD
 * scripts. This test walks through the states against local-ecs and compares what it sees with the
 * recordings; with {@code -Dargocd.record=true} it writes them.
 */
class RecordedStatesTest {
  private static final Path RECORDINGS =
      Path.of("../argocd/resource_customizations/ecs-operator.io");

  private static final int MOST_RECONCILES = 200;
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private static final String TASK_OF_WEB =
      "{'cluster':'main','taskDefinition':'web:%d','launchType':'FARGATE','networkConfiguration':"
          + "{'awsvpcConfiguration':{'subnets':['subnet-1']}}%s}";

  private static final String BREAKER =
      ",'desiredCount':2,'deploymentConfiguration':"
          + "{'deploymentCircuitBreaker':{'enable':true,'rollback':true}}";

  private static final String HOOK =
      ",'desiredCount':2,'deploymentConfiguration':{'strategy':'BLUE_GREEN','lifecycleHooks':"
          + "[{'targetType':'PAUSE','lifecycleStages':['PRE_SCALE_UP']}]}";

  /** Ids that ECS makes at random, and times. */
  private static final Map<Pattern, String> INCIDENTAL =
      Map.of(
          Pattern.compile("\\b[0-9a-f]{32}\\b"), "0123456789abcdef0123456789abcdef",
          Pattern.compile("ecs-svc/[0-9]+"), "ecs-svc/1234567890123456789",
          Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z"),
              "2026-01-01T00:00:00Z");

  private final KubernetesSerialization json = new KubernetesSerialization();
  private final List<LocalEcs> started = new ArrayList<>();
  private final List<SimulatedObject<?, ?>> open = new ArrayList<>();
  private final Map<String, String> recorded = new TreeMap<>();

  @AfterEach
  void stop() {
    open.forEach(SimulatedObject::close);
    started.forEach(LocalEcs::close);
  }

  @Test
  void services() {
    Wanted web = Wanted.service(TASK_OF_WEB.formatted(1, BREAKER));
    record("new", web);
    record("new-with-defaults", web, Map.of("observedGeneration", -1));

    var waiting = service(ecs());
    Wanted unresolved =
        Wanted.service("{'clusterRef':{'name':'demo'},'taskDefinition':'web:1'}").named("later");
    until("WaitingForReference", unresolved, waiting);
    record("waiting-for-reference", unresolved, waiting);

    var missing = service(ecs());
    Wanted observed = web.named("missing").with("managementPolicy", "Observe");
    missing.reconcile(observed, PAUSE);
    record("observed-missing", observed, missing);
    Wanted planned = web.named("planned").with("managementPolicy", "Plan");
    var plan = service(ecs());
    plan.reconcile(planned, PAUSE);
    record("planned-with-changes", planned, plan);

    LocalEcs local = ecs();
    var object = service(local);
    until("RollingOut", web, object);
    record("creating", web, object);
    until("Reconciled", web, object);
    record("ready", web, object);
    record("reconcile-requested", web.annotated("reconcile-requested-at", "now"), object);
    record("redeploy-requested", web.annotated("redeploy-requested-at", "now"), object);
    record("paused-not-observed", web.annotated("paused", "true"), object);

    Wanted scaled = web.changedTo(TASK_OF_WEB.formatted(1, BREAKER.replace("2", "3")));
    record("changed-not-observed", scaled, object);
    Wanted paused = scaled.annotated("paused", "true");
    object.reconcile(paused, PAUSE);
    record("paused-with-changes", paused, object);

    Wanted changed = scaled.changedTo(TASK_OF_WEB.formatted(2, BREAKER));
    local.scripts().forImage("app:2", ContainerScript.cannotBePulled("no such image"));
    until("RollingOut", changed, object);
    record("rolling-out", changed, object);
    until("DeploymentRolledBack", changed, object);
    record("rolled-back", changed, object);
    local.scripts().forImage("app:2", ContainerScript.runsForEver());
    Wanted again = changed.annotated("redeploy-requested-at", "now");
    until("Reconciled", again, object);
    record("redeployed", again, object);

    Wanted withHook = again.changedTo(TASK_OF_WEB.formatted(1, HOOK));
    until("WaitingForAction", withHook, object);
    record("waiting-at-hook", withHook, object);

    Wanted wrong =
        Wanted.service("{'cluster':'main','taskDefinition':'web:1','launchType':'FARGATE'}")
            .named("wrong");
    var refused = service(ecs());
    until("Refused", wrong, refused);
    record("refused", wrong, refused);

    Wanted same = withHook.with("managementPolicy", "Observe");
    SimulatedObject<EcsService, EcsServiceStatus> observer = simulate(local, ServiceKind::new);
    observer.reconcile(same, PAUSE);
    record("observed", same, observer);

    Wanted deleted = withHook.deletedAt(object.now());
    object.reconcile(deleted, PAUSE);
    record("deleting", deleted, object);

    compare("EcsService");
  }

  @Test
  void clusters() {
    Wanted web = Wanted.cluster("{}");
    record("new", web);
    record("new-with-defaults", web, Map.of("observedGeneration", -1));
    LocalEcs local = ecs();
    var object = cluster(local);
    object.outside("CreateCluster", "{'clusterName':'other'}");

    Wanted planned = web.named("planned").with("managementPolicy", "Plan");
    var plan = cluster(ecs());
    plan.reconcile(planned, PAUSE);
    record("planned-with-changes", planned, plan);

    Wanted other = web.named("other");
    var notOwned = cluster(local);
    until("NotOwned", other, notOwned);
    record("not-owned", other, notOwned);
    Wanted observed = other.with("managementPolicy", "Observe");
    var observer = cluster(local);
    observer.reconcile(observed, PAUSE);
    record("observed", observed, observer);

    until("Reconciled", web, object);
    record("ready", web, object);
    Wanted capacity = web.changedTo("{'capacityProviders':['spot-group']}");
    record("changed-not-observed", capacity, object);
    until("WaitingForCapacityProvider", capacity, object);
    record("waiting-for-capacity-provider", capacity, object);
    Wanted paused = capacity.annotated("paused", "true");
    object.reconcile(paused, PAUSE);
    record("paused-with-changes", paused, object);

    compare("EcsCluster");
  }

  @Test
  void capacityProviders() {
    String group = "{'autoScalingGroupProvider':{'autoScalingGroupArn':'group'}}";
    Wanted web = Wanted.capacityProvider(group);
    record("new", web);
    record("new-with-defaults", web, Map.of("observedGeneration", -1));

    Wanted planned = web.named("planned").with("managementPolicy", "Plan");
    var plan = capacityProvider();
    plan.reconcile(planned, PAUSE);
    record("planned-with-changes", planned, plan);

    var object = capacityProvider();
    until("Reconciled", web, object);
    record("ready", web, object);
    Wanted replaced =
        web.changedTo("{'autoScalingGroupProvider':{'autoScalingGroupArn':'another'}}");
    record("changed-not-observed", replaced, object);
    until("ReplacementRequired", replaced, object);
    record("replacement-required", replaced, object);
    Wanted paused =
        replaced
            .changedTo(
                "{'autoScalingGroupProvider':{'autoScalingGroupArn':'group','managedScaling':"
                    + "{'targetCapacity':80}}}")
            .annotated("paused", "true");
    object.reconcile(paused, PAUSE);
    record("paused-with-changes", paused, object);
    Wanted deleted = replaced.deletedAt(object.now());
    object.reconcile(deleted, PAUSE);
    record("deleting", deleted, object);

    compare("EcsCapacityProvider");
  }

  @Test
  void taskDefinitions() {
    String body = "{'family':'web','containerDefinitions':[{'name':'app','image':'%s'%s}]}";
    Wanted web = Wanted.taskDefinition(body.formatted("app:1", ",'memory':64"));
    record("new", web);
    record("new-with-defaults", web, Map.of("observedGeneration", -1));

    Wanted planned = web.named("planned").with("managementPolicy", "Plan");
    var plan = taskDefinition();
    plan.reconcile(planned, PAUSE);
    record("planned-with-changes", planned, plan);
    Wanted observed = web.with("managementPolicy", "Observe");
    var missing = taskDefinition();
    missing.reconcile(observed, PAUSE);
    record("observed-missing", observed, missing);

    var object = taskDefinition();
    until("Reconciled", web, object);
    record("ready", web, object);
    Wanted changed = web.changedTo(body.formatted("app:2", ",'memory':64"));
    record("changed-not-observed", changed, object);
    Wanted paused = changed.annotated("paused", "true");
    object.reconcile(paused, PAUSE);
    record("paused-with-changes", paused, object);
    Wanted wrong = changed.changedTo(body.formatted("app:3", ""));
    until("Refused", wrong, object);
    record("refused", wrong, object);

    compare("EcsTaskDefinition");
  }

  @Test
  void tasks() {
    Wanted web = Wanted.task(TASK_OF_WEB.formatted(1, ""));
    record("new", web);
    record("new-with-defaults", web, Map.of("observedGeneration", -1));

    Wanted planned = web.named("planned").with("managementPolicy", "Plan");
    var plan = task(ecs());
    plan.reconcile(planned, PAUSE);
    record("planned-with-changes", planned, plan);
    Wanted paused = web.named("paused").annotated("paused", "true");
    var held = task(ecs());
    held.reconcile(paused, PAUSE);
    record("paused-with-changes", paused, held);

    LocalEcs ending = ecs();
    ending.scripts().forImage("app:1", ContainerScript.ends(Duration.ofMinutes(5), 0));
    var object = task(ending);
    until("Creating", web, object);
    record("creating", web, object);
    until("Running", web, object);
    record("running", web, object);
    until("Succeeded", web, object);
    record("succeeded", web, object);

    Wanted failing = Wanted.task(TASK_OF_WEB.formatted(2, ",'backoffLimit':1")).named("failing");
    LocalEcs broken = ecs();
    broken.scripts().forImage("app:2", ContainerScript.ends(Duration.ofSeconds(40), 3));
    var failed = task(broken);
    until("BackingOff", failing, failed);
    record("backing-off", failing, failed);
    until("Failed", failing, failed);
    record("failed", failing, failed);

    Wanted serving = Wanted.task(TASK_OF_WEB.formatted(1, ",'waitFor':'Running'")).named("server");
    var server = task(ecs());
    until("Creating", serving, server);
    until("Running", serving, server);
    record("running-as-wanted", serving, server);
    Wanted deleted = serving.deletedAt(server.now());
    server.reconcile(deleted, PAUSE);
    record("deleting", deleted, server);

    compare("EcsTask");
  }

  // States

  /** Reconciles until the main condition has a reason. */
  private static void until(String reason, Wanted wanted, SimulatedObject<?, ?> object) {
    for (int i = 0; i < MOST_RECONCILES; i++) {
      object.reconcile(wanted, PAUSE);
      if (object.status().common().conditions().getFirst().reason().equals(reason)) {
        return;
      }
    }
    throw new AssertionError("never " + reason + ": " + object.status());
  }

  private void record(String state, Wanted wanted, SimulatedObject<?, ?> object) {
    record(state, wanted, object.status());
  }

  private void record(String state, Wanted wanted) {
    record(state, wanted, Map.of());
  }

  private void record(String state, Wanted wanted, Object status) {
    ObjectNode tree = json.convertValue(wanted.object(), ObjectNode.class);
    ((ObjectNode) tree.get("metadata")).put("resourceVersion", "1000");
    ObjectNode shown = json.convertValue(status, ObjectNode.class);
    // For the operator itself, and different in each version.
    shown.remove("internal");
    if (!shown.isEmpty()) {
      tree.set("status", shown);
    }
    assertThat(recorded.put(state, normal(yaml(tree)))).as(state).isNull();
  }

  private static String normal(String text) {
    String normal = text;
    for (Map.Entry<Pattern, String> incidental : INCIDENTAL.entrySet()) {
      normal = incidental.getKey().matcher(normal).replaceAll(incidental.getValue());
    }
    return normal;
  }

  private static String yaml(ObjectNode tree) {
    try {
      return YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build()
          .writeValueAsString(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compares what was seen with the recordings of the kind, or records it. */
  private void compare(String kind) {
    Path folder = RECORDINGS.resolve(kind).resolve("testdata");
    if (Boolean.getBoolean("argocd.record")) {
      write(folder);
    }
    assertThat(read(folder))
        .as("record the states of %s anew with -Dargocd.record=true", kind)
        .isEqualTo(recorded);
  }

  private void write(Path folder) {
    try {
      Files.createDirectories(folder);
      for (String state : read(folder).keySet()) {
        Files.delete(folder.resolve(state + ".yaml"));
      }
      for (Map.Entry<String, String> state : recorded.entrySet()) {
        Files.writeString(folder.resolve(state.getKey() + ".yaml"), state.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> read(Path folder) {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        found.put(file.getFileName().toString().replace(".yaml", ""), Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  // Simulated objects

  private LocalEcs ecs() {
    LocalEcs local = LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
    started.add(local);
    return local;
  }

  private <R extends EcsResource<S>, S extends EcsStatus> SimulatedObject<R, S> simulate(
      LocalEcs local, Function<Kind.Dependencies, Kind<R, S, ?>> kind) {
    SimulatedObject<R, S> object =
        new SimulatedObject<>(local, () -> kind.apply(TestKinds.dependencies(new Objects())));
    open.add(object);
    return object;
  }

  /** In an ECS with the cluster main and two revisions of web. */
  private SimulatedObject<EcsService, EcsServiceStatus> service(LocalEcs local) {
    return withClusterAndRevisions(simulate(local, ServiceKind::new));
  }

  private SimulatedObject<EcsTask, EcsTaskStatus> task(LocalEcs local) {
    return withClusterAndRevisions(simulate(local, TaskKind::new));
  }

  private SimulatedObject<EcsCluster, EcsClusterStatus> cluster(LocalEcs local) {
    return simulate(local, ClusterKind::new);
  }

  private SimulatedObject<EcsCapacityProvider, EcsCapacityProviderStatus> capacityProvider() {
    return simulate(ecs(), CapacityProviderKind::new);
  }

  private SimulatedObject<EcsTaskDefinition, EcsTaskDefinitionStatus> taskDefinition() {
    return simulate(ecs(), TaskDefinitionKind::new);
  }

  private static <R extends EcsResource<S>, S extends EcsStatus>
      SimulatedObject<R, S> withClusterAndRevisions(SimulatedObject<R, S> object) {
    object.outside("CreateCluster", "{'clusterName':'main'}");
    for (String image : List.of("app:1", "app:2")) {
      object.outside(
          "RegisterTaskDefinition",
          "{'family':'web','networkMode':'awsvpc','requiresCompatibilities':['FARGATE'],"
              + "'cpu':'256','memory':'512','containerDefinitions':[{'name':'app','image':'"
              + image
              + "'}]}");
    }
    return object;
  }
}
