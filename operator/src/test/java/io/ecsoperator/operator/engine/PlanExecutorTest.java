package io.ecsoperator.operator.engine;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.FakeEcs;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.OutageEcs;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.cache.WriteListener;
import io.ecsoperator.operator.leader.LeaderOnlyEcs;
import io.ecsoperator.operator.leader.NotLeaderException;
import io.ecsoperator.operator.secrets.Redaction;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

class PlanExecutorTest {
  static final Supplier<Redaction> NO_SECRETS = Redaction::of;
  private static final ObjectKey WHO = new ObjectKey("EcsService", "shop", "web");
  private static final Plan.Call CREATE = call("CreateCluster", "{'clusterName':'a'}");
  private static final Plan.Call TAG = call("TagResource", "{'resourceArn':'a'}");

  private static final Plan REGISTER =
      new Plan(List.of(call("RegisterTaskDefinition", "{'family':'f'}").withSerialKey("f")));

  private final VirtualTime time = new VirtualTime();
  private final FakeEcs ecs = new FakeEcs();
  private final RecordedWrites writes = new RecordedWrites();
  private final boolean[] leading = {true};
  private final PlanExecutor planExecutor = new PlanExecutor(ecs, writes, time);

  private final Logger logger = (Logger) LoggerFactory.getLogger(PlanExecutor.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void record() {
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopRecording() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  @Test
  void nothingToDoIsDone() {
    assertThat(planExecutor.execute(Plan.NOTHING, WHO, Priority.CHANGE, NO_SECRETS))
        .isEqualTo(new PlanExecutor.Result.Completed(List.of()));
    assertThat(ecs.asked()).isEmpty();
  }

  @Test
  void callsAreMadeInOrderWithTheirRequests() {
    ecs.answers("{'cluster':{}}").answers("{}");

    PlanExecutor.Result outcome =
        planExecutor.execute(new Plan(List.of(CREATE, TAG)), WHO, Priority.CHANGE, NO_SECRETS);

    assertThat(outcome)
        .isEqualTo(new PlanExecutor.Result.Completed(List.of(tree("{'cluster':{}}"), tree("{}"))));
    assertThat(ecs.asked())
        .containsExactly(
            new FakeEcs.Asked("CreateCluster", tree("{'clusterName':'a'}")),
            new FakeEcs.Asked("TagResource", tree("{'resourceArn':'a'}")));
  }

  @Test
  void aWriteThatTheCacheCannotFollowIsNotSent() {
    Plan.Call unknown = call("CreateTaskSet", "{}");

    assertThatThrownBy(
            () ->
                planExecutor.execute(new Plan(List.of(unknown)), WHO, Priority.CHANGE, NO_SECRETS))
        .isInstanceOf(IllegalStateException.class);

    assertThat(ecs.asked()).isEmpty();
    assertThat(writes.all).isEmpty();
  }

  @Test
  void queuedCallIsNoWriteAndIsNotReported() {
    AwsFailure failure = AwsFailure.deferred("CreateCluster", time.instant().plusSeconds(9));
    ecs.fails(failure);

    PlanExecutor.Result outcome =
        planExecutor.execute(new Plan(List.of(CREATE)), WHO, Priority.CHANGE, NO_SECRETS);

    assertThat(outcome).isEqualTo(new PlanExecutor.Result.Failed(CREATE, failure, List.of()));
    assertThat(writes.all).isEmpty();
    assertThat(lines.list).isEmpty();
  }

  @Test
  void writeIsKnownFromTheTimeItWasSentWithoutTheQuotaWait() {
    ecs.answers("{}");
    Instant start = time.instant();

    new PlanExecutor(new Waiting(Duration.ofSeconds(8)), writes, time)
        .execute(new Plan(List.of(CREATE)), WHO, Priority.CHANGE, NO_SECRETS);

    assertThat(writes.all).containsExactly("wrote CreateCluster {} " + start.plusSeconds(8));
  }

  @Test
  void theFirstFailureEndsThePlan() {
    AwsFailure failure = failure(FailureClass.BLOCKED);
    ecs.answers("{'cluster':{}}").fails(failure);

    PlanExecutor.Result outcome =
        planExecutor.execute(
            new Plan(List.of(CREATE, TAG, CREATE)), WHO, Priority.CHANGE, NO_SECRETS);

    assertThat(outcome)
        .isEqualTo(new PlanExecutor.Result.Failed(TAG, failure, List.of(tree("{'cluster':{}}"))));
    assertThat(ecs.operations()).containsExactly("CreateCluster", "TagResource");
  }

  @Test
  void onceIamAllowsACallTheObjectsThatWereDeniedItAreEnqueued() {
    List<ObjectKey> enqueued = new ArrayList<>();
    PlanExecutor executor = new PlanExecutor(ecs, writes, time, enqueued::add);
    AwsFailure denied =
        AwsFailure.of("CreateCluster", FailureClass.BLOCKED, "AccessDeniedException", "no");
    List<ObjectKey> objects =
        Stream.of("a", "b", "c").map(name -> new ObjectKey("EcsCluster", "shop", name)).toList();
    Plan create = new Plan(List.of(CREATE));
    ecs.fails(denied)
        .fails(denied)
        .fails(failure(FailureClass.BLOCKED))
        .answers("{}")
        .answers("{}");
    objects.forEach(object -> executor.execute(create, object, Priority.CHANGE, NO_SECRETS));
    executor.execute(new Plan(List.of(TAG)), WHO, Priority.CHANGE, NO_SECRETS);
    assertThat(enqueued).isEmpty();

    executor.execute(create, objects.get(1), Priority.CHANGE, NO_SECRETS);

    assertThat(enqueued).containsExactly(objects.get(0));
  }

  @Test
  void anObjectThatIsGoneIsNotEnqueuedOnceIamAllowsItsCall() {
    List<ObjectKey> enqueued = new ArrayList<>();
    PlanExecutor executor = new PlanExecutor(ecs, writes, time, enqueued::add);
    Plan create = new Plan(List.of(CREATE));
    ecs.fails(AwsFailure.of("CreateCluster", FailureClass.BLOCKED, "AccessDeniedException", "no"))
        .answers("{}");
    executor.execute(create, new ObjectKey("EcsCluster", "shop", "a"), Priority.CHANGE, NO_SECRETS);

    executor.forget(new ObjectKey("EcsCluster", "shop", "a"));
    executor.execute(create, WHO, Priority.CHANGE, NO_SECRETS);

    assertThat(enqueued).isEmpty();
  }

  @Test
  void callThatIsNotSentSinceEcsIsAwayHasNoLineInTheLog() {
    ecs.fails(AwsFailure.of("CreateCluster", FailureClass.TRANSIENT, OutageEcs.AWAY, "away"));

    planExecutor.execute(new Plan(List.of(CREATE)), WHO, Priority.CHANGE, NO_SECRETS);

    assertThat(lines.list).isEmpty();
  }

  @Test
  void theReplicaLearnsOfEveryWrite() {
    ecs.always(
        asked -> {
          time.advance(Duration.ofSeconds(1));
          return tree("{'answered':'" + asked.operation() + "'}");
        });

    planExecutor.execute(new Plan(List.of(CREATE, TAG)), WHO, Priority.CHANGE, NO_SECRETS);

    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(writes.all)
        .containsExactly(
            "wrote CreateCluster {\"answered\":\"CreateCluster\"} " + start,
            "wrote TagResource {\"answered\":\"TagResource\"} " + start.plusSeconds(1));
  }

  @Test
  void theReplicaLearnsOfEveryFailure() {
    ecs.fails(failure(FailureClass.TRANSIENT).withAmbiguous(true));

    planExecutor.execute(new Plan(List.of(CREATE)), WHO, Priority.CHANGE, NO_SECRETS);

    assertThat(writes.all).containsExactly("failed CreateCluster");
  }

  @Test
  void callWithoutLeadershipIsNoFailure() {
    PlanExecutor losing = new PlanExecutor(new LeaderOnlyEcs(ecs, () -> leading[0]), writes, time);
    ecs.always(
        asked -> {
          leading[0] = false;
          return tree("{}");
        });

    assertThatThrownBy(
            () -> losing.execute(new Plan(List.of(CREATE, TAG)), WHO, Priority.CHANGE, NO_SECRETS))
        .isInstanceOf(NotLeaderException.class);

    assertThat(ecs.operations()).containsExactly("CreateCluster");
    assertThat(writes.all).hasSize(1);
    assertThat(lines.list).hasSize(1);
  }

  @Test
  void registrationsOfOneFamilyGoOneAfterTheOther() throws Exception {
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ecs.always(
        asked -> {
          most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
          Thread.yield();
          atOnce.decrementAndGet();
          return tree("{'taskDefinition':{}}");
        });

    List<Thread> threads =
        IntStream.range(0, 50)
            .mapToObj(n -> Thread.ofPlatform().start(this::registerUntilItIsDone))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(ecs.asked()).hasSize(50);
    assertThat(most).hasValue(1);
  }

  private void registerUntilItIsDone() {
    while (planExecutor.execute(REGISTER, WHO, Priority.CHANGE, NO_SECRETS)
        instanceof PlanExecutor.Result.Failed) {
      Thread.yield();
    }
  }

  @Test
  @Timeout(60)
  void registrationsThatWaitForOneOfTheirFamilyHoldNoThread() throws Exception {
    CountDownLatch sent = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    ecs.always(
        asked -> {
          sent.countDown();
          awaitUninterrupted(answer);
          return tree("{'taskDefinition':{}}");
        });
    Thread first =
        Thread.ofVirtual()
            .start(() -> planExecutor.execute(REGISTER, WHO, Priority.CHANGE, NO_SECRETS));
    sent.await();

    List<Instant> ofOneNamespace =
        IntStream.range(0, 5_000).mapToObj(n -> deferredUntil("greedy", "d" + n)).toList();
    Instant ofAnother = deferredUntil("other", "d");

    Duration turn = PlanExecutor.SerialCalls.TURN;
    assertThat(ofOneNamespace.subList(0, 3))
        .as("they are due one after the other")
        .containsExactly(
            time.instant().plus(turn),
            time.instant().plus(turn.multipliedBy(2)),
            time.instant().plus(turn.multipliedBy(3)));
    assertThat(ofOneNamespace.getLast())
        .isEqualTo(time.instant().plus(PlanExecutor.SerialCalls.LONGEST_DEFERRAL));
    assertThat(ofAnother)
        .as("another namespace does not wait for all of them")
        .isEqualTo(time.instant().plus(turn));
    assertThat(ecs.asked()).hasSize(1);
    answer.countDown();
    first.join();
    assertThat(planExecutor.execute(REGISTER, WHO, Priority.CHANGE, NO_SECRETS))
        .isInstanceOf(PlanExecutor.Result.Completed.class);
  }

  private Instant deferredUntil(String namespace, String name) {
    PlanExecutor.Result result =
        planExecutor.execute(
            REGISTER,
            new ObjectKey("EcsTaskDefinition", namespace, name),
            Priority.CHANGE,
            NO_SECRETS);
    assertThat(result).isInstanceOf(PlanExecutor.Result.Failed.class);
    return ((PlanExecutor.Result.Failed) result).failure().deferredUntil().orElseThrow();
  }

  @Test
  void theTurnAfterAFailedRegistrationIsFree() {
    ecs.fails(failure(FailureClass.BLOCKED)).answers("{'taskDefinition':{}}");

    planExecutor.execute(REGISTER, WHO, Priority.CHANGE, NO_SECRETS);

    assertThat(planExecutor.execute(REGISTER, WHO, Priority.CHANGE, NO_SECRETS))
        .isInstanceOf(PlanExecutor.Result.Completed.class);
  }

  @Test
  @Timeout(60)
  void registrationsOfDifferentFamiliesGoAtOnce() throws Exception {
    int families = 200;
    CountDownLatch all = new CountDownLatch(families);
    ecs.always(
        asked -> {
          all.countDown();
          awaitUninterrupted(all);
          return tree("{'taskDefinition':{}}");
        });

    List<Thread> threads =
        IntStream.range(0, families).mapToObj(n -> register("family-" + n)).toList();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(ecs.asked()).hasSize(families);
  }

  @Test
  void oneLinePerActionNamesTheObjectTheCallAndTheFieldsThatChange() {
    ecs.answers("{'service':{}}");
    Plan.Call update =
        new Plan.Call(
            "UpdateService",
            tree("{'service':'web'}"),
            List.of(
                new FieldChange("desiredCount", text("one"), text("two")),
                new FieldChange(
                    "environment[DB_PASS]", MissingNode.getInstance(), text("hunter2"))));

    planExecutor.execute(new Plan(List.of(update)), WHO, Priority.CHANGE, NO_SECRETS);

    ILoggingEvent line = onlyLine();
    assertThat(line.getLevel()).isEqualTo(Level.INFO);
    assertThat(values(line))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "kind", "EcsService",
                "namespace", "shop",
                "name", "web",
                "operation", "UpdateService",
                "outcome", "done",
                "requestId", "request-1",
                "changes", "desiredCount,environment[DB_PASS]"));
    assertThat(line.getFormattedMessage() + values(line)).doesNotContain("hunter2");
  }

  @Test
  void aRefusalIsOneLineWithoutAStackTrace() {
    ecs.fails(failure(FailureClass.BLOCKED).withRequestId(Optional.of("request-7")));

    planExecutor.execute(new Plan(List.of(CREATE)), WHO, Priority.CHANGE, NO_SECRETS);

    ILoggingEvent line = onlyLine();
    assertThat(line.getLevel()).isEqualTo(Level.WARN);
    assertThat(line.getThrowableProxy()).isNull();
    assertThat(line.getFormattedMessage()).isEqualTo("CreateCluster failed: no");
    assertThat(values(line))
        .containsEntry("outcome", "blocked")
        .containsEntry("code", "Code")
        .containsEntry("ambiguous", "false")
        .containsEntry("requestId", "request-7");
  }

  @ParameterizedTest
  @EnumSource(names = {"THROTTLED", "WAITING"})
  void havingToWaitIsNoWarning(FailureClass failureClass) {
    ecs.fails(failure(failureClass));

    planExecutor.execute(new Plan(List.of(CREATE)), WHO, Priority.CHANGE, NO_SECRETS);

    assertThat(onlyLine().getLevel()).isEqualTo(Level.INFO);
  }

  @Test
  void aLongListOfChangesIsCut() {
    ecs.answers("{'service':{}}");
    List<FieldChange> changes =
        IntStream.range(0, 25)
            .mapToObj(n -> new FieldChange("f" + n, text("a"), text("b")))
            .toList();

    planExecutor.execute(
        new Plan(List.of(new Plan.Call("UpdateService", tree("{}"), changes))),
        WHO,
        Priority.CHANGE,
        NO_SECRETS);

    assertThat(values(onlyLine()).get("changes")).startsWith("f0,f1,").endsWith(",f19,… (5 more)");
  }

  private Thread register(String family) {
    Plan plan =
        new Plan(
            List.of(
                call("RegisterTaskDefinition", "{'family':'" + family + "'}")
                    .withSerialKey(family)));
    return Thread.ofVirtual()
        .start(() -> planExecutor.execute(plan, WHO, Priority.CHANGE, NO_SECRETS));
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private ILoggingEvent onlyLine() {
    assertThat(lines.list).hasSize(1);
    return lines.list.getFirst();
  }

  private static Map<String, String> values(ILoggingEvent line) {
    return line.getKeyValuePairs().stream()
        .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
  }

  private static JsonNode text(String value) {
    return JsonNodeFactory.instance.textNode(value);
  }

  private static Plan.Call call(String operation, String request) {
    return new Plan.Call(operation, tree(request), List.of());
  }

  private static AwsFailure failure(FailureClass failureClass) {
    return AwsFailure.of("CreateCluster", failureClass, "Code", "no");
  }

  private static final class RecordedWrites implements WriteListener {
    final List<String> all = new ArrayList<>();

    @Override
    public void starting(String operation) {
      if (operation.equals("CreateTaskSet")) {
        throw new IllegalStateException(operation);
      }
    }

    @Override
    public synchronized void wrote(
        ObjectKey by, String operation, ObjectNode request, ObjectNode answer, Instant startedAt) {
      all.add("wrote " + operation + " " + answer + " " + startedAt);
    }

    @Override
    public synchronized void failed(String operation, ObjectNode request) {
      all.add("failed " + operation);
    }
  }

  /** A way to ECS on which calls have to wait for their turn. */
  private final class Waiting implements Ecs {
    private final Duration waited;

    Waiting(Duration waited) {
      this.waited = waited;
    }

    @Override
    public Ecs.Response read(String operation, ObjectNode request, CallContext callContext) {
      throw new AssertionError("not expected: " + operation);
    }

    @Override
    public Ecs.Response write(String operation, ObjectNode request, CallContext callContext) {
      time.advance(waited);
      return ecs.write(operation, request, callContext).withQuotaWait(waited);
    }

    @Override
    public String region() {
      return ecs.region();
    }
  }
}
