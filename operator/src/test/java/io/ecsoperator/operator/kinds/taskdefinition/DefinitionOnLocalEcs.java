package io.ecsoperator.operator.kinds.taskdefinition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.task.AttemptStatus;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.crds.taskdefinition.Revision;
import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.localecs.world.WorldClock;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.InProcessEcs;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.SdkEcs;
import io.ecsoperator.operator.cache.AwsResources;
import io.ecsoperator.operator.cache.EcsCache;
import io.ecsoperator.operator.config.AdoptionSettings;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.PlanExecutor;
import io.ecsoperator.operator.engine.ReconcileMetrics;
import io.ecsoperator.operator.engine.ReconcileResult;
import io.ecsoperator.operator.engine.Reconciliation;
import io.ecsoperator.operator.engine.ReferenceCheck;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.status.Conditions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

/**
 * The EcsTaskDefinition {@code shop/web} on local-ecs, reconciled one time after another on a
 * virtual clock.
 */
final class DefinitionOnLocalEcs implements AutoCloseable {
  static final Duration RESYNC = Duration.ofSeconds(60);
  static final String OWNER = "k8s/shop/EcsTaskDefinition/web";
  static final String FAMILY = "arn:aws:ecs:us-east-1:123456789012:task-definition/web:";

  private final VirtualTime time = new VirtualTime();
  private final LocalEcs local =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final EcsClient client = local.client();
  private final SdkEcs ecs = InProcessEcs.of(local);
  private final Objects objects = new Objects();
  private Reconciliation<EcsTaskDefinition, EcsTaskDefinitionStatus, ?> reconciliation;
  private EcsTaskDefinitionStatus status;
  private boolean firstReconcile = true;
  private long seen;

  DefinitionOnLocalEcs() {
    restart();
    loseStatus();
  }

  /** As if the process had died before it wrote the first one. */
  void loseStatus() {
    status = new EcsTaskDefinitionStatus(CommonStatus.unknown(), null, null, null, null, null);
  }

  /** Another process takes over: it knows the object and its status, and nothing of ECS. */
  void restart() {
    EcsCache cache =
        new EcsCache(
            new EcsCache.Dependencies(
                ecs,
                time,
                new AwsResources(TestKinds.awsResources()),
                object -> {},
                new SimpleMeterRegistry()),
            new EcsCache.Settings(
                Duration.ZERO,
                Duration.ofMinutes(1),
                Duration.ofSeconds(5),
                RESYNC,
                Duration.ofMinutes(15)));
    Timing timing =
        new Timing(
            Duration.ofSeconds(5),
            RESYNC,
            Duration.ofMinutes(10),
            Duration.ofMinutes(5),
            Duration.ofSeconds(60));
    TaskDefinitionKind kind =
        new TaskDefinitionKind(
            new Kind.Dependencies(
                objects, new Ownership(new Owner("k8s"), AdoptionSettings.ALL_UNTAGGED), timing));
    reconciliation =
        new Reconciliation<>(
            kind,
            new Reconciliation.Dependencies(
                cache,
                new ReferenceCheck(new Objects(), Duration.ZERO, time),
                new PlanExecutor(ecs, cache, time),
                timing,
                time,
                new Random(1),
                new ReconcileMetrics(new SimpleMeterRegistry())));
  }

  LocalEcs local() {
    return local;
  }

  EcsClient client() {
    return client;
  }

  EcsTaskDefinitionStatus status() {
    return status;
  }

  /** As if a user had written the revision into the history of the status. */
  void forgeHistory(String arn) {
    List<Revision> history = new ArrayList<>(status.history());
    history.add(new Revision(arn, null));
    status =
        new EcsTaskDefinitionStatus(
            status.common(),
            status.family(),
            status.revision(),
            status.specHash(),
            status.pendingRegistration(),
            history);
  }

  /** A task of Kubernetes that refers to the object. */
  void add(EcsTask task) {
    objects.with(task);
  }

  void pass(Duration duration) {
    time.advance(duration);
    local.advance(duration);
  }

  ReconcileResult<EcsTaskDefinitionStatus> reconcile(Wanted wanted) {
    seen = local.calls().lastSequence();
    ReconcileResult<EcsTaskDefinitionStatus> result =
        reconciliation.reconcile(
            wanted.desired(), status, firstReconcile, intent -> status = intent);
    firstReconcile = false;
    status = result.status();
    return result;
  }

  Wanted deleted(Wanted wanted) {
    return wanted.deletedAt(time.instant());
  }

  /** Operations that the last reconcile called. */
  List<String> called() {
    return local.calls().after(seen).stream().map(Call::operation).toList();
  }

  /** Writes that the last reconcile made. */
  List<String> written() {
    return local.calls().after(seen).stream().filter(Call::isWrite).map(Call::operation).toList();
  }

  /** Numbers of the family's revisions in a state, in order. */
  List<Integer> revisions(TaskDefinitionStatus state) {
    return client
        .listTaskDefinitionsPaginator(list -> list.familyPrefix("web").status(state))
        .taskDefinitionArns()
        .stream()
        .map(arn -> Integer.parseInt(arn.substring(arn.lastIndexOf(':') + 1)))
        .toList();
  }

  List<Integer> active() {
    return revisions(TaskDefinitionStatus.ACTIVE);
  }

  List<Integer> inactive() {
    return revisions(TaskDefinitionStatus.INACTIVE);
  }

  List<Integer> history() {
    return status.history().stream()
        .map(r -> Integer.parseInt(r.arn().substring(r.arn().lastIndexOf(':') + 1)))
        .toList();
  }

  /** Status and reason of a condition. */
  String condition(String type) {
    Condition condition = Conditions.find(status.common().conditions(), type).orElseThrow();
    return condition.status() + "/" + condition.reason();
  }

  /** Revisions that the test itself registers; without an owner for an empty one. */
  void register(int count, String owner) {
    List<Tag> tags =
        owner.isEmpty() ? List.of() : List.of(Tag.builder().key(Owner.TAG).value(owner).build());
    IntStream.range(0, count).forEach(n -> register("web", tags));
  }

  void register(String family, List<Tag> tags) {
    ContainerDefinition container =
        ContainerDefinition.builder().name("app").image("by-hand").memory(64).build();
    client.registerTaskDefinition(
        request -> request.family(family).containerDefinitions(List.of(container)).tags(tags));
  }

  /** As another user registers it. */
  void register(ObjectNode request) {
    ecs.write("RegisterTaskDefinition", request, CallContext.of(Priority.CHANGE));
  }

  /** The object with an image, and so a revision of its own for each. */
  static Wanted web(String members, int image) {
    return Wanted.taskDefinition(
        "{"
            + (members.isEmpty() ? "" : members + ",")
            + "'requiresCompatibilities':['FARGATE'],'networkMode':'awsvpc','cpu':'256',"
            + "'memory':'512','containerDefinitions':[{'name':'app','image':'nginx:"
            + image
            + "'}]}");
  }

  /** A task that pinned its revision and has not ended. */
  static EcsTask pinned(int revision, String phase) {
    EcsTask task = (EcsTask) Wanted.task("{'taskDefinitionRef':{'name':'web'}}").object();
    task.setStatus(
        EcsTaskStatus.unknown()
            .attempting(
                AttemptStatus.of(1, "c", FAMILY + revision, "2026-01-01T00:00:00Z")
                    .sending("token", "2026-11-01T00:00:00Z")));
    if (!phase.equals("Pending")) {
      task.setStatus(task.getStatus().withObserved(task.getStatus().observed(), phase));
    }
    return task;
  }

  @Override
  public void close() {
    client.close();
    ecs.close();
    local.close();
  }
}
