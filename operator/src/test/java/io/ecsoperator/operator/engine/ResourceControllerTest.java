package io.ecsoperator.operator.engine;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.operator.FakeEcs;
import io.ecsoperator.operator.FakeReader;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.quota.WaitingCalls;
import io.ecsoperator.operator.config.LogLines;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.status.EventRecorder;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.operator.status.StatusStore;
import io.ecsoperator.plan.Plan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NamespaceableResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterTry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever happens in a reconcile, another one follows. */
class ResourceControllerTest {
  private static final Timing TIMING = TestKinds.TIMING;

  /** No object goes longer than this without a reconcile. */
  private static final Duration LONGEST = TIMING.refused().plus(TIMING.converged());

  /** How a request to the API server ends. */
  enum ApiOutcome {
    OK,
    OK_TOO,
    CONFLICT,
    CONFLICT_WITH_A_NEWER_VERSION,
    NOT_FOUND,
    SERVER_ERROR,
    INTERRUPTED,
    EXCEPTION,
    ERROR
  }

  /** How a call to ECS ends. */
  enum EcsOutcome {
    OK,
    THROTTLED,
    REFUSED,
    NOT_FOUND,
    WAITING,
    NO_CAPACITY,
    DEFERRED,
    ANSWER_LOST,
    EXCEPTION,
    ERROR
  }

  /** What the planner decides. */
  enum PlannerOutcome {
    CREATE,
    TIDY,
    READY,
    RECONCILING,
    STALLED,
    UNKNOWN,
    POSTPONED,
    EXCEPTION,
    ERROR
  }

  private final VirtualTime time = new VirtualTime();
  private final Deque<ApiOutcome> api = new ArrayDeque<>();
  private final List<String> locked = new ArrayList<>();
  private long version = 10;

  @AfterTry
  void clearInterrupt() {
    Thread.interrupted();
  }

  @Property(tries = 500)
  void everyReconcileIsFollowedByAnother(
      @ForAll("apiOutcomes") List<ApiOutcome> apiOutcomes,
      @ForAll List<EcsOutcome> ecsOutcomes,
      @ForAll("plannerOutcomes") List<PlannerOutcome> plannerOutcomes) {
    api.addAll(apiOutcomes);
    ScriptedKind kind = new ScriptedKind();
    plannerOutcomes.forEach(outcome -> kind.says(context -> decide(context, outcome)));
    ResourceController<EcsCluster, EcsClusterStatus> controller =
        controller(kind, new ArrayDeque<>(ecsOutcomes));

    for (int reconcile = 0; reconcile < plannerOutcomes.size() + 1; reconcile++) {
      assertThat(next(controller)).isLessThanOrEqualTo(LONGEST);
      Thread.interrupted();
      time.advance(Duration.ofMinutes(1));
    }
  }

  @Test
  void anExpiredObjectIsDeletedOnlyInTheVersionThatWasRead() {
    ResourceController<EcsCluster, EcsClusterStatus> controller =
        controller(
            new ScriptedKind().says(context -> new Decision.Expired<>(context.status())),
            new ArrayDeque<>());
    // The finalizer is put on, and the object changes before it is deleted.
    api.addAll(List.of(ApiOutcome.OK, ApiOutcome.CONFLICT_WITH_A_NEWER_VERSION));

    UpdateControl<EcsCluster> control = controller.reconcile(cluster(), context());

    assertThat(locked).hasSize(1);
    assertThat(control.getScheduleDelay()).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "{}, true",
    "{'managementPolicy':'Observe'}, false",
    "{'managementPolicy':'Plan'}, false",
    "{'deletionPolicy':'Retain'}, false"
  })
  void theLogNamesWhatStaysInEcsOfAnObjectThatWasDeletedBeforeItHadTheFinalizer(
      String spec, boolean named) {
    EcsCluster deleted = (EcsCluster) Wanted.cluster(spec).object();
    deleted.setStatus(
        new EcsClusterStatus(CommonStatus.unknown().withArn("arn:web"), null, null, null));
    try (LogLines log = new LogLines()) {
      controller(new ScriptedKind(), new ArrayDeque<>()).reconcile(deleted, context(true));

      assertThat(log.lines().stream().anyMatch(line -> line.contains("arn:web stays in ECS")))
          .isEqualTo(named);
    }
  }

  /** When the next reconcile follows if nothing triggers it; an exception is retried soon. */
  private Duration next(ResourceController<EcsCluster, EcsClusterStatus> controller) {
    try {
      UpdateControl<EcsCluster> control = controller.reconcile(cluster(), context());
      return Duration.ofMillis(control.getScheduleDelay().orElseThrow(AssertionError::new));
    } catch (RuntimeException e) {
      return Duration.ZERO;
    }
  }

  private ResourceController<EcsCluster, EcsClusterStatus> controller(
      ScriptedKind kind, Deque<EcsOutcome> outcomes) {
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    ReconcileMetrics reconcileMetrics = new ReconcileMetrics(metrics);
    CachedObjects objects = new CachedObjects();
    FakeEcs ecs = new FakeEcs().always(asked -> answer(asked.operation(), outcomes));
    return new ResourceController<>(
        kind,
        new Reconciliation<>(
            kind,
            new Reconciliation.Dependencies(
                new FakeReader(),
                new ReferenceCheck(objects, Duration.ZERO, time),
                new PlanExecutor(ecs, new NoWrites(), time),
                TIMING,
                time,
                new Random(1),
                reconcileMetrics)),
        new ResourceController.Dependencies(
            new StatusStore(
                kubernetes(), new ObjectMapper(), () -> true, time, Duration.ofSeconds(6)),
            new EventRecorder(kubernetes(), time, () -> true),
            objects,
            new ReconcileTrigger(objects, (delay, task) -> {}),
            new NoWaitingCalls(),
            new ApiServerLimiter(1),
            () -> true,
            reconcileMetrics,
            new ChangeLatencyMetrics(metrics, () -> true)),
        Policies.Deletion.DELETE);
  }

  private ObjectNode answer(String operation, Deque<EcsOutcome> outcomes) {
    EcsOutcome outcome = outcomes.isEmpty() ? EcsOutcome.OK : outcomes.remove();
    return switch (outcome) {
      case OK -> tree("{}");
      case THROTTLED -> throw failure(operation, FailureClass.THROTTLED);
      case REFUSED -> throw failure(operation, FailureClass.BLOCKED);
      case NOT_FOUND -> throw failure(operation, FailureClass.NOT_FOUND);
      case WAITING -> throw failure(operation, FailureClass.WAITING);
      case NO_CAPACITY -> throw failure(operation, FailureClass.NO_CAPACITY);
      case DEFERRED -> throw AwsFailure.deferred(operation, time.instant().plusSeconds(30));
      case ANSWER_LOST -> throw failure(operation, FailureClass.TRANSIENT).withAmbiguous(true);
      case EXCEPTION -> throw new IllegalStateException("a fault of the client");
      case ERROR -> throw new StackOverflowError();
    };
  }

  private static AwsFailure failure(String operation, FailureClass failureClass) {
    return AwsFailure.of(operation, failureClass, "Code", "what AWS said");
  }

  private static Decision<EcsClusterStatus> decide(
      ReconcileContext<EcsClusterStatus> context, PlannerOutcome outcome) {
    EcsClusterStatus status = context.status();
    ReadyState.Ready ready = new ReadyState.Ready(Reason.RECONCILED, "All is well.");
    ReadyState creating =
        new ReadyState.Reconciling(Reason.CREATING, "Creating.", Duration.ofSeconds(5));
    return switch (outcome) {
      case CREATE -> new Decision.Execute<>(plan("CreateCluster"), status, status, creating);
      case TIDY -> new Decision.Execute<>(plan("DeleteCluster"), status, status, ready);
      case READY -> Decision.done(status, ready);
      case RECONCILING -> Decision.done(status, creating);
      case STALLED ->
          Decision.done(status, new ReadyState.Stalled(Reason.NOT_OWNED, "It is another's."));
      case UNKNOWN -> Decision.unknown(status, failure("DescribeClusters", FailureClass.THROTTLED));
      case POSTPONED ->
          new Decision.Postponed<>(status, ready, failure("DeleteCluster", FailureClass.BLOCKED));
      case EXCEPTION -> throw new IllegalStateException("a fault of the planner");
      case ERROR -> throw new AssertionError("a fault of the planner");
    };
  }

  private static Plan plan(String operation) {
    return new Plan(List.of(new Plan.Call(operation, tree("{}"), List.of())));
  }

  @Provide
  Arbitrary<List<ApiOutcome>> apiOutcomes() {
    return Arbitraries.of(ApiOutcome.class).list().ofMaxSize(12);
  }

  @Provide
  Arbitrary<List<PlannerOutcome>> plannerOutcomes() {
    return Arbitraries.of(PlannerOutcome.class).list().ofMinSize(1).ofMaxSize(6);
  }

  private EcsCluster cluster() {
    EcsCluster cluster = (EcsCluster) Wanted.cluster("{}").object();
    cluster.getMetadata().setResourceVersion(Long.toString(version));
    return cluster;
  }

  // The API server

  private Context<EcsCluster> context() {
    return context(false);
  }

  private Context<EcsCluster> context(boolean deleted) {
    return proxy(
        Context.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "isPrimaryResourceDeleted" -> deleted;
              case "getClient" -> kubernetes();
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  private KubernetesClient kubernetes() {
    return proxy(
        KubernetesClient.class, (proxy, method, arguments) -> requests((HasMetadata) arguments[0]));
  }

  private Object requests(HasMetadata object) {
    return proxy(
        NamespaceableResource.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "subresource" -> proxy;
              case "get" -> cluster();
              case "create" -> object;
              case "lockResourceVersion" -> {
                locked.add((String) arguments[0]);
                yield proxy;
              }
              case "delete" -> {
                write(object);
                yield List.of();
              }
              case "patch" -> write(object);
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  private HasMetadata write(HasMetadata object) {
    switch (api.isEmpty() ? ApiOutcome.OK : api.remove()) {
      case OK, OK_TOO -> version++;
      case CONFLICT -> throw new KubernetesClientException("changed", 409, null);
      case CONFLICT_WITH_A_NEWER_VERSION -> {
        version++;
        throw new KubernetesClientException("changed", 409, null);
      }
      case NOT_FOUND -> throw new KubernetesClientException("gone", 404, null);
      case SERVER_ERROR -> throw new KubernetesClientException("etcd", 500, null);
      case INTERRUPTED -> {
        Thread.currentThread().interrupt();
        throw new KubernetesClientException("interrupted", new InterruptedException());
      }
      case EXCEPTION -> throw new IllegalStateException("a fault of the client");
      case ERROR -> throw new NoClassDefFoundError("a fault of the client");
    }
    EcsResource<?> written = cluster();
    written.getMetadata().setFinalizers(List.of(EcsResource.FINALIZER));
    return written;
  }

  @SuppressWarnings("unchecked") // The proxy implements the type.
  private static <T> T proxy(Class<? super T> type, InvocationHandler handler) {
    return (T)
        Proxy.newProxyInstance(
            ResourceControllerTest.class.getClassLoader(), new Class<?>[] {type}, handler);
  }

  private static final class NoWaitingCalls implements WaitingCalls {
    @Override
    public void interrupt(ObjectKey object) {}

    @Override
    public void drop(ObjectKey object) {}
  }
}
