package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.FakeEcs;
import io.ecsoperator.operator.FakeEcs.Asked;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Trees;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.AwsLocation;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.Priority;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EcsCacheTest {
  private static final CallContext PURPOSE = CallContext.of(Priority.CHANGE);
  private static final Duration WINDOW = Duration.ofMillis(30);
  private static final Duration GRACE = Duration.ofSeconds(60);
  private static final Duration FOLLOW = Duration.ofSeconds(5);
  private static final Duration SWEEP = Duration.ofSeconds(60);
  private static final Duration FORGET_AFTER = Duration.ofMinutes(15);
  private static final EcsCache.Settings SETTINGS =
      new EcsCache.Settings(WINDOW, GRACE, FOLLOW, SWEEP, FORGET_AFTER);
  private static final Freshness WITHIN_5_S = new Freshness.MaxAge(Duration.ofSeconds(5));
  private static final Freshness WITHIN_A_DAY = new Freshness.MaxAge(Duration.ofDays(1));

  private static final ObjectKey WRITER = new ObjectKey("EcsService", "shop", "writer");
  private static final ObjectKey BYSTANDER = new ObjectKey("EcsService", "shop", "bystander");

  private static final String CLUSTER_ARN = "arn:aws:ecs:eu-central-1:1:cluster/c";
  private static final String GONE =
      "{'services':[],'failures':[{'arn':'arn:s','reason':'MISSING'}]}";

  private final VirtualTime time = new VirtualTime();
  private final FakeEcs ecs = new FakeEcs();
  private final ResourceKey service = Keys.service("c", "s");
  private final List<ObjectKey> enqueued = new CopyOnWriteArrayList<>();
  private final EcsCache cache =
      new EcsCache(
          new EcsCache.Dependencies(
              ecs, time, Keys.RESOURCES, enqueued::add, new SimpleMeterRegistry()),
          SETTINGS,
          new EcsCache.Execution(new Random(1), time.executor(), time::after));

  /**
   * What design and {@link EcsReader} promise about freshness, sentence by sentence:
   *
   * <ul>
   *   <li>An answer is there, gone or unknown, and comes from what is known if that is fresh
   *       enough: here, and {@link Failures}.
   *   <li>What counts is when a read was started; what a write answered stands until a later read
   *       shows it or the grace period ends: here, by operation in {@link WriteEffectsTest}.
   *   <li>What was deleted is not raised by a late answer: {@link Tombstones}.
   *   <li>After a change of leader nothing older counts: {@link ChangeOfLeader}.
   *   <li>A caller waits for one batch at most; one bad id poisons none, and what a batch does not
   *       describe is asked for singly: {@link DescribeBatcherTest}.
   *   <li>A page that fails is no deletion: {@link ActiveRevisionsTest}, {@link ListRefresherTest}.
   *   <li>What is settled is read once in each interval, what ECS changes more often, and changes
   *       wake exactly whom they concern: {@link SweepTest} and {@link Waking}.
   *   <li>A look at what has converged asks nothing: {@link ConvergedObjectTest}.
   * </ul>
   */
  @Nested
  class FreshnessContract {

    @Test
    void whatIsFreshEnoughIsNotAskedFor() {
      ecs.answers(describing(count(1)));

      assertThat(read(Freshness.NOW)).isEqualTo(present(count(1)));
      time.advance(Duration.ofSeconds(4));
      assertThat(read(WITHIN_5_S)).isEqualTo(present(count(1)));

      assertThat(ecs.asked()).hasSize(1);
    }

    @Test
    void whatIsTooOldIsAskedForAgain() {
      ecs.answers(describing(count(1))).answers(describing(count(2)));

      read(Freshness.NOW);
      time.advance(Duration.ofSeconds(5));

      assertThat(read(WITHIN_5_S)).isEqualTo(present(count(2)));
    }

    @Test
    void thatSomethingIsGoneIsKnownAsWell() {
      ecs.answers(GONE);

      assertThat(read(Freshness.NOW)).isEqualTo(new Observation.Absent());
      assertThat(read(WITHIN_5_S)).isEqualTo(new Observation.Absent());

      assertThat(ecs.asked()).hasSize(1);
    }

    @Test
    void nowIsNeverAnsweredByWhatIsKnown() {
      ecs.answers(describing(count(1))).answers(describing(count(2)));

      CompletableFuture<Observation> first = cache.read(service, Freshness.NOW, PURPOSE);
      time.advance(WINDOW);
      CompletableFuture<Observation> second = cache.read(service, Freshness.NOW, PURPOSE);

      assertThat(first.join()).isEqualTo(present(count(1)));
      assertThat(second).isNotDone();
      time.advance(WINDOW);
      assertThat(second.join()).isEqualTo(present(count(2)));
    }

    @Test
    void theAgeOfAReadingCountsFromTheStartOfItsRead() {
      ecs.answers(describing(count(1))).answers(describing(count(2)));
      time.hold();
      CompletableFuture<Observation> slow = cache.read(service, Freshness.NOW, PURPOSE);
      time.advance(WINDOW);
      time.advance(Duration.ofSeconds(5));
      time.release();

      assertThat(slow.join()).isEqualTo(present(count(1)));
      assertThat(read(WITHIN_5_S)).isEqualTo(present(count(2)));
    }

    @Test
    void aReadMayBeDemandedToHaveStartedAfterAnInstant() {
      ecs.answers(describing(count(1))).answers(describing(count(2)));
      Instant before = time.instant();
      read(Freshness.NOW);

      assertThat(read(new Freshness.Since(before))).isEqualTo(present(count(1)));
      time.advance(Duration.ofMillis(1));
      assertThat(read(new Freshness.Since(time.instant()))).isEqualTo(present(count(2)));
    }

    @Test
    void aReadBegunBeforeAWriteNeverOverwritesWhatTheWriteAnswered() {
      ecs.answers(describing(count(1))).answers(describing(count(1)));
      read(Freshness.NOW);
      time.hold();
      CompletableFuture<Observation> begunBefore = cache.read(service, Freshness.NOW, PURPOSE);
      time.advance(WINDOW);

      updated(count(2));
      time.release();

      assertThat(begunBefore.join()).isEqualTo(present(count(2)));
      assertThat(read(WITHIN_5_S)).isEqualTo(present(count(2)));
    }

    @Test
    void aReadBegunBeforeAWriteDoesNotOverwriteItEvenIfItLooksRight() {
      ecs.answers(describing(count(1)));
      read(Freshness.NOW);
      ecs.answers(describing(count(2).replace("RUNS", "9")));
      time.hold();
      CompletableFuture<Observation> begunBefore = cache.read(service, Freshness.NOW, PURPOSE);
      time.advance(WINDOW);

      updated(count(2));
      time.release();

      assertThat(begunBefore.join()).isEqualTo(present(count(2)));
    }

    @Test
    void aWritesAnswerStandsUntilALaterReadReflectsIt() {
      ecs.answers(describing(count(1)))
          .answers(describing(count(1)))
          .answers(describing(count(2).replace("RUNS", "2")));
      read(Freshness.NOW);

      updated(count(2));

      assertThat(read(Freshness.NOW)).isEqualTo(present(count(2)));
      assertThat(read(Freshness.NOW)).isEqualTo(present(count(2).replace("RUNS", "2")));
    }

    @Test
    void onceReflectedAWriteNoLongerStands() {
      ecs.answers(describing(count(1))).answers(describing(count(2))).answers(describing(count(7)));
      read(Freshness.NOW);
      updated(count(2));
      read(Freshness.NOW);

      assertThat(read(Freshness.NOW)).isEqualTo(present(count(7)));
    }

    @Test
    void aWritesAnswerStandsNoLongerThanTheGracePeriod() {
      ecs.answers(describing(count(1))).answers(describing(count(1))).answers(describing(count(1)));
      read(Freshness.NOW);
      updated(count(2));

      time.advance(GRACE.minus(WINDOW).minusMillis(1));
      assertThat(read(Freshness.NOW)).isEqualTo(present(count(2)));
      time.advance(Duration.ofMillis(1));
      assertThat(read(Freshness.NOW)).isEqualTo(present(count(1)));
    }

    @Test
    void whatWasJustCreatedIsNotGone() {
      ecs.answers(GONE).answers(GONE).answers(describing(count(1).replace("RUNS", "1")));
      read(Freshness.NOW);

      created(count(1));

      assertThat(read(Freshness.NOW)).isEqualTo(present(count(1)));
      assertThat(read(Freshness.NOW)).isEqualTo(present(count(1).replace("RUNS", "1")));
    }

    @Test
    void whatWasJustDeletedIsNotThereAgain() {
      ecs.answers(describing(count(1))).answers(describing(count(1))).answers(GONE);
      read(Freshness.NOW);

      write("DeleteService", "{'cluster':'c','service':'s'}", draining());

      assertThat(read(Freshness.NOW)).isEqualTo(present(draining()));
      assertThat(read(Freshness.NOW)).isEqualTo(new Observation.Absent());
    }

    @Test
    void aWritesAnswerIsAsFreshAsTheStartOfTheWrite() {
      ecs.answers(describing(count(1))).answers(describing(count(3)));
      read(Freshness.NOW);
      Instant started = time.instant();
      time.advance(Duration.ofSeconds(10));
      cache.wrote(
          WRITER,
          "UpdateService",
          tree("{'cluster':'c','service':'s','desiredCount':2}"),
          answer(count(2)),
          started);

      assertThat(read(new Freshness.Since(started))).isEqualTo(present(count(2)));
      assertThat(ecs.asked()).hasSize(1);
      read(WITHIN_5_S);
      assertThat(ecs.asked()).hasSize(2);
    }

    @Test
    void anOlderReadThatArrivesLateDoesNotOverwriteANewerOne() {
      List<Runnable> begun = new ArrayList<>();
      EcsCache slow =
          new EcsCache(
              new EcsCache.Dependencies(
                  ecs, time, Keys.RESOURCES, enqueued::add, new SimpleMeterRegistry()),
              SETTINGS,
              new EcsCache.Execution(new Random(1), begun::add, time::after));
      slow.read(service, Freshness.NOW, PURPOSE);
      time.advance(WINDOW);
      slow.read(service, Freshness.NOW, PURPOSE);
      time.advance(WINDOW);
      ecs.answers(describing(count(2))).answers(describing(count(1)));

      begun.get(1).run();
      begun.get(0).run();

      assertThat(slow.read(service, WITHIN_5_S, PURPOSE).join()).isEqualTo(present(count(2)));
    }

    @Test
    void afterAFailedWriteNothingReadBeforeCounts() {
      ecs.answers(describing(count(1))).answers(describing(count(2)));
      read(Freshness.NOW);

      cache.failed("UpdateService", tree("{'cluster':'c','service':'s','desiredCount':2}"));

      assertThat(read(WITHIN_A_DAY)).isEqualTo(present(count(2)));
    }

    @Test
    void aReadBegunBeforeAFailedWriteIsNotKept() {
      ecs.answers(describing(count(1))).answers(describing(count(2)));
      time.hold();
      CompletableFuture<Observation> begunBefore = cache.read(service, Freshness.NOW, PURPOSE);
      time.advance(WINDOW);

      cache.failed("UpdateService", tree("{'cluster':'c','service':'s','desiredCount':2}"));
      CompletableFuture<Observation> begunAfter = cache.read(service, WITHIN_A_DAY, PURPOSE);
      time.release();
      time.advance(WINDOW);

      assertThat(begunBefore.join()).isEqualTo(present(count(1)));
      assertThat(begunAfter.join()).isEqualTo(present(count(2)));
    }

    @Test
    void aFailedWriteDoesNotEndTheStandingOfTheOneBefore() {
      ecs.answers(describing(count(1))).answers(describing(count(1)));
      read(Freshness.NOW);
      updated(count(2));

      cache.failed("UpdateService", tree("{'cluster':'c','service':'s'}"));

      assertThat(read(Freshness.NOW)).isEqualTo(present(count(2)));
    }

    @Test
    void whatNeverChangesIsAskedForOnce() {
      ecs.answers("{'taskDefinition':{'family':'f','revision':3},'tags':[]}");

      Observation first =
          cache.readerFor(PURPOSE).read(Keys.taskDefinitionRef("f:3"), Freshness.ANY);
      time.advance(Duration.ofMinutes(10));
      Observation again =
          cache
              .readerFor(PURPOSE)
              .read(
                  Keys.taskDefinitionRef("arn:aws:ecs:eu-central-1:1:task-definition/f:3"),
                  Freshness.ANY);

      assertThat(first).isEqualTo(present("{'family':'f','revision':3,'tags':[]}"));
      assertThat(again).isEqualTo(first);
    }

    @Test
    void whatACallerDoesToAnAnswerChangesNothingForOthers() {
      ecs.answers(describing(count(1)));
      read(Freshness.NOW);

      ((Observation.Present) read(WITHIN_5_S)).tree().put("desiredCount", 99).remove("tags");

      assertThat(read(WITHIN_5_S)).isEqualTo(present(count(1)));
    }

    @Test
    void aListBegunBeforeAFailedWriteDoesNotTellThatARevisionIsActive() {
      ecs.answers("{'taskDefinitionArns':['arn:aws:ecs:eu-central-1:1:task-definition/f:3']}");
      EcsReader reader = cache.readerFor(PURPOSE);
      assertThat(reader.isListed(Keys.taskDefinitionRef("f:3"), WITHIN_A_DAY)).isTrue();

      cache.failed("DeregisterTaskDefinition", tree("{'taskDefinition':'f:3'}"));

      assertThat(reader.isListed(Keys.taskDefinitionRef("f:3"), WITHIN_A_DAY)).isFalse();
    }

    @Test
    void aListBegunBeforeAFailedWriteDoesNotTellThatAFamilyIsGone() {
      ecs.answers("{'taskDefinitionArns':[]}");
      EcsReader reader = cache.readerFor(PURPOSE);
      assertThat(reader.read(Keys.taskDefinitionRef("f"), WITHIN_A_DAY))
          .isEqualTo(new Observation.Absent());

      cache.failed("RegisterTaskDefinition", tree("{'family':'f'}"));
      ecs.answers("{'taskDefinition':{'family':'f','revision':1},'tags':[]}");

      assertThat(reader.read(Keys.taskDefinitionRef("f"), WITHIN_A_DAY))
          .isInstanceOf(Observation.Present.class);
    }
  }

  /** A describe begun before a delete was answered, and arriving after it. */
  @Nested
  class Tombstones {
    private static final String REVISION = "arn:aws:ecs:eu-central-1:1:task-definition/f:3";

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            DeleteCluster            | {'cluster':'c'}               | INACTIVE
            DeleteService            | {'cluster':'c','service':'s'} | DRAINING
            StopTask                 | {'cluster':'c','task':'t'}    | STOPPED
            DeregisterTaskDefinition | {'taskDefinition':'f:3'}      | INACTIVE
            """)
    void aLateAnswerDoesNotRaiseTheDead(String operation, String request, String dead) {
      ResourceKey key =
          new WriteEffects(Keys.RESOURCES, Keys.KEYS).touched(operation, tree(request)).getFirst();
      ecs.answers(showing(key.resource().name(), alive(key.resource().name())));
      ask(key).join();
      ecs.answers(showing(key.resource().name(), alive(key.resource().name())));
      time.hold();
      CompletableFuture<Observation> begunBefore = ask(key);

      ObjectNode gone = gone(key.resource().name(), dead);
      ObjectNode answer = tree("{}");
      answer.set(member(key.resource().name()), gone);
      cache.wrote(WRITER, operation, tree(request), answer, time.instant());
      time.release();

      assertThat(begunBefore.join()).isEqualTo(new Observation.Present(gone));
      assertThat(cache.read(key, WITHIN_A_DAY, PURPOSE).join())
          .isEqualTo(new Observation.Present(gone));
    }

    @Test
    void theNewestOfAFamilyIsAskedForAgainOnceARevisionIsWithdrawn() {
      ResourceKey family = Keys.taskDefinition("f");
      ecs.answers(showing("task_definition", alive("task_definition")));
      time.hold();
      CompletableFuture<Observation> begunBefore = ask(family);
      ObjectNode answer = tree("{}");
      answer.set("taskDefinition", gone("task_definition", "INACTIVE"));
      cache.wrote(
          WRITER,
          "DeregisterTaskDefinition",
          tree("{'taskDefinition':'f:3'}"),
          answer,
          time.instant());
      time.release();
      assertThat(begunBefore).isDone();

      ecs.fails(AwsFailure.of("DescribeTaskDefinition", FailureClass.NOT_FOUND, "Gone", "gone"));

      assertThat(ask(family).join()).isEqualTo(new Observation.Absent());
    }

    @Test
    void whatNobodyWantsAnyMoreIsNotRaisedEither() {
      ecs.answers(describing(count(1))).answers(describing(count(1)));
      read(Freshness.NOW);
      time.hold();
      CompletableFuture<Observation> begunBefore = cache.read(service, Freshness.NOW, PURPOSE);
      time.advance(WINDOW);

      write("DeleteService", "{'cluster':'c','service':'s'}", draining());
      cache.forget(WRITER);
      time.release();

      assertThat(begunBefore.join()).isEqualTo(present(draining()));
    }

    private CompletableFuture<Observation> ask(ResourceKey key) {
      CompletableFuture<Observation> reading = cache.read(key, Freshness.NOW, PURPOSE);
      time.advance(WINDOW);
      return reading;
    }

    private static ObjectNode alive(String resource) {
      return switch (resource) {
        case "cluster" ->
            tree("{'clusterName':'c','clusterArn':'" + CLUSTER_ARN + "','status':'ACTIVE'}");
        case "service" -> tree(count(1).replace("RUNS", "1"));
        case "task" ->
            tree(
                "{'taskArn':'arn:aws:ecs:eu-central-1:1:task/c/t','clusterArn':'"
                    + CLUSTER_ARN
                    + "','lastStatus':'RUNNING','desiredStatus':'RUNNING'}");
        case "task_definition" ->
            tree(
                "{'taskDefinitionArn':'"
                    + REVISION
                    + "','family':'f','revision':3,'status':'ACTIVE','tags':[]}");
        default -> throw noSuch(resource);
      };
    }

    private static ObjectNode gone(String resource, String dead) {
      ObjectNode tree = alive(resource);
      return tree.put(resource.equals("task") ? "desiredStatus" : "status", dead);
    }

    private static String showing(String resource, ObjectNode tree) {
      return resource.equals("task_definition")
          ? "{'taskDefinition':" + tree + ",'tags':[]}"
          : "{'" + member(resource) + "s':[" + tree + "],'failures':[]}";
    }

    private static String member(String resource) {
      return switch (resource) {
        case "cluster" -> "cluster";
        case "service" -> "service";
        case "task" -> "task";
        case "task_definition" -> "taskDefinition";
        default -> throw noSuch(resource);
      };
    }

    private static IllegalArgumentException noSuch(String resource) {
      return new IllegalArgumentException("no such test: " + resource);
    }
  }

  /** After start-up or a change of leader nothing counts that is older. */
  @Nested
  class ChangeOfLeader {

    @Test
    void whatWasKnownDoesNotCount() {
      ecs.answers(describing(count(1))).answers(describing(count(2)));
      read(Freshness.NOW);

      cache.reset();

      assertThat(read(Freshness.ANY)).isEqualTo(present(count(2)));
    }

    @Test
    void aReadBegunBeforeIsNoAnswerNotEvenToWhoeverWaitsForIt() {
      ecs.answers(describing(count(1)));
      time.hold();
      CompletableFuture<Observation> begunBefore = cache.read(service, Freshness.NOW, PURPOSE);
      time.advance(WINDOW);

      cache.reset();
      time.release();
      ecs.answers(describing(count(2)));

      assertThat(begunBefore.join()).isInstanceOf(Observation.Unknown.class);
      assertThat(read(Freshness.ANY)).isEqualTo(present(count(2)));
    }

    @Test
    void nobodyJoinsAReadBegunBefore() {
      ecs.answers(describing(count(1))).answers(describing(count(2)));
      time.hold();
      cache.read(service, Freshness.NOW, PURPOSE);
      time.advance(WINDOW);

      cache.reset();
      CompletableFuture<Observation> after = cache.read(service, Freshness.ANY, PURPOSE);
      time.advance(WINDOW);
      time.release();

      assertThat(after.join()).isEqualTo(present(count(2)));
    }

    @Test
    void aWriteBegunBeforeDoesNotStandAgainstWhatWasWrittenSince() {
      ecs.answers(GONE);
      Instant begun = time.instant();
      time.advance(Duration.ofSeconds(10));

      cache.reset();
      cache.wrote(
          WRITER,
          "CreateService",
          tree("{'cluster':'c','serviceName':'s','desiredCount':1}"),
          answer(count(1)),
          begun);

      assertThat(read(Freshness.ANY)).isEqualTo(new Observation.Absent());
    }

    @Test
    void aListOfRevisionsBegunBeforeDoesNotCount() {
      ecs.always(
          asked -> {
            cache.reset();
            return tree(
                "{'taskDefinitionArns':['arn:aws:ecs:eu-central-1:1:task-definition/f:3']}");
          });

      assertThat(cache.readerFor(PURPOSE).isListed(Keys.taskDefinitionRef("f:3"), WITHIN_A_DAY))
          .isFalse();
    }
  }

  @Nested
  class Waking {

    @Test
    void aWriteWakesWhoeverElseAskedForTheResource() {
      ecs.answers(describing(count(1)));
      askedBy(WRITER);
      askedBy(BYSTANDER);

      write("DeleteService", "{'cluster':'c','service':'s'}", draining());

      assertThat(enqueued).containsExactly(BYSTANDER);
    }

    @Test
    void aWriteWithoutEffectWakesNobody() {
      ecs.answers(describing(count(1)));
      askedBy(BYSTANDER);

      updated(count(1));

      assertThat(enqueued).isEmpty();
    }

    @Test
    void aReadWakesWhoeverElseAskedIfItShowsAChange() {
      ecs.answers(describing(count(1))).answers(describing(count(1))).answers(describing(count(2)));
      askedBy(WRITER);
      askedBy(BYSTANDER);
      readBy(WRITER);
      assertThat(enqueued).isEmpty();

      readBy(WRITER);

      assertThat(enqueued).containsExactly(BYSTANDER);
    }

    @Test
    void whoeverAskedForSomethingElseIsLeftAlone() {
      ecs.answers(describing(count(1)));
      askedBy(WRITER);
      ecs.answers("{'clusters':[{'clusterName':'c','clusterArn':'" + CLUSTER_ARN + "'}]}");
      cache.read(Keys.cluster("c"), Freshness.NOW, CallContext.of(Priority.CHANGE, BYSTANDER));
      time.advance(WINDOW);

      updated(count(2));

      assertThat(enqueued).doesNotContain(BYSTANDER);
    }

    @Test
    void whoeverIsGoneIsNotWoken() {
      ecs.answers(describing(count(1)));
      askedBy(BYSTANDER);
      cache.forget(BYSTANDER);

      updated(count(2));

      assertThat(enqueued).isEmpty();
    }

    private void askedBy(ObjectKey object) {
      cache.read(service, WITHIN_5_S, CallContext.of(Priority.CHANGE, object));
      time.advance(WINDOW);
    }

    private void readBy(ObjectKey object) {
      cache.read(service, Freshness.NOW, CallContext.of(Priority.CHANGE, object));
      time.advance(WINDOW);
    }
  }

  @Nested
  class Failures {

    @Test
    void aReadThatFailsIsUnknownAndChangesNothing() {
      ecs.answers(describing(count(1))).fails(failure(FailureClass.TRANSIENT));
      read(Freshness.NOW);

      assertThat(read(Freshness.NOW)).isInstanceOf(Observation.Unknown.class);
      assertThat(read(WITHIN_5_S)).isEqualTo(present(count(1)));
    }

    @Test
    void whereTheAnswerIsTooOldAndEcsFailsTheCallerIsToldWhenToAskAndNotTheOldAnswer() {
      ecs.answers(describing(count(1))).fails(failure(FailureClass.THROTTLED));
      read(Freshness.NOW);
      time.advance(Duration.ofSeconds(5));

      assertThat(read(WITHIN_5_S))
          .isInstanceOfSatisfying(
              Observation.Unknown.class,
              unknown -> {
                assertThat(unknown.retryAt()).isAfter(time.instant());
                assertThat(unknown.why().failureClass()).isEqualTo(FailureClass.THROTTLED);
              });
    }

    @Test
    void theTimeBetweenAttemptsDoublesUpToACapAndStartsOverAfterASuccess() {
      ecs.always(
          asked -> {
            throw failure(FailureClass.TRANSIENT);
          });

      for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 64, 120, 120, 120}) {
        assertThat(retryAfter()).isBetween(seconds * 500L, seconds * 1000L);
      }
      ecs.answers(describing(count(1)));
      read(Freshness.NOW);
      assertThat(retryAfter()).isBetween(500L, 1000L);
    }

    @Test
    void manyCallersOfOneFailedReadCountItOnce() {
      ecs.always(
          asked -> {
            throw failure(FailureClass.TRANSIENT);
          });

      List<CompletableFuture<Observation>> callers =
          List.of(
              cache.read(service, Freshness.NOW, PURPOSE),
              cache.read(service, Freshness.NOW, PURPOSE),
              cache.read(service, Freshness.NOW, PURPOSE));
      time.advance(WINDOW);

      assertThat(callers)
          .allSatisfy(
              caller ->
                  assertThat(((Observation.Unknown) caller.join()).retryAt())
                      .isBeforeOrEqualTo(time.instant().plusSeconds(1)));
    }

    @Test
    void whatWaitingCannotHelpIsAskedForSlowly() {
      ecs.always(
          asked -> {
            throw failure(FailureClass.BLOCKED);
          });

      assertThat(retryAfter()).isBetween(15_000L, 30_000L);
    }

    @Test
    void aQueryPassesItsFailureOn() {
      ecs.fails(failure(FailureClass.THROTTLED));

      assertThatThrownBy(() -> cache.readerFor(PURPOSE).query("ListTasks", tree("{}")))
          .isInstanceOf(AwsFailure.class);
    }

    @Test
    void aQueryIsAskedForEveryTime() {
      ecs.answers("{'taskArns':[]}").answers("{'taskArns':['a']}");

      cache.readerFor(PURPOSE).query("ListTasks", tree("{'cluster':'c'}"));

      assertThat(cache.readerFor(PURPOSE).query("ListTasks", tree("{'cluster':'c'}")))
          .isEqualTo(tree("{'taskArns':['a']}"));
    }

    private long retryAfter() {
      Observation.Unknown unknown = (Observation.Unknown) read(Freshness.NOW);
      return Duration.between(time.instant(), unknown.retryAt()).toMillis();
    }
  }

  @Nested
  class Naming {

    @Test
    void nameAndArnAreTheSameResource() {
      ecs.answers(describing(count(1)));
      read(Freshness.NOW);

      ResourceKey byArn = Keys.service(CLUSTER_ARN, "arn:aws:ecs:eu-central-1:1:service/c/s");

      assertThat(cache.read(byArn, WITHIN_5_S, PURPOSE).join()).isEqualTo(present(count(1)));
    }

    @Test
    void anArnOfAnotherRegionIsNotTheResourceOfThatNameHere() {
      String elsewhere = "arn:aws:ecs:us-east-1:1:cluster/c";
      ecs.answers("{'clusters':[],'failures':[{'arn':'" + elsewhere + "','reason':'MISSING'}]}");

      CompletableFuture<Observation> reading =
          cache.read(Keys.cluster(elsewhere), Freshness.NOW, PURPOSE);
      time.advance(WINDOW);

      assertThat(ecs.asked().getFirst().request().path("clusters").path(0).asText())
          .isEqualTo(elsewhere);
      assertThat(reading.join()).isEqualTo(new Observation.Absent());
    }

    @Test
    void noClusterIsTheDefaultOne() {
      assertThat(Keys.service("", "s")).isEqualTo(Keys.service("default", "s"));
    }
  }

  @Nested
  class WhereAmI {

    @Test
    void theArnOfAnUnknownClusterTellsAccountAndRegion() {
      ecs.answers(
          "{'clusters':[],'failures':[{'arn':'arn:aws-cn:ecs:cn-north-1:42:cluster/x','reason':'MISSING'}]}");

      assertThat(cache.location()).contains(new AwsLocation("aws-cn", "42", "cn-north-1"));
      assertThat(cache.location()).isPresent();
      assertThat(ecs.operations()).containsExactly("DescribeClusters");
    }

    @Test
    void soDoesTheArnOfAClusterThatHappensToBearTheName() {
      ecs.answers("{'clusters':[{'clusterArn':'" + CLUSTER_ARN + "'}],'failures':[]}");

      assertThat(cache.location()).contains(new AwsLocation("aws", "1", "eu-central-1"));
    }

    @Test
    void untilEcsCouldBeAskedThePlaceIsEmptyAndAskedForNowAndThen() {
      ecs.fails(failure(FailureClass.TRANSIENT));

      assertThat(cache.location()).isEmpty();
      assertThat(cache.location()).isEmpty();
      assertThat(ecs.asked()).hasSize(1);

      time.advance(Duration.ofSeconds(5));
      ecs.answers("{'clusters':[{'clusterArn':'" + CLUSTER_ARN + "'}]}");
      assertThat(cache.location()).isPresent();
    }
  }

  @Nested
  class Threads {

    @Test
    void callersOnManyThreadsGetTheirOwnAnswers() throws Exception {
      ecs.always(EcsCacheTest::echo);
      EcsCache threaded =
          new EcsCache(
              new EcsCache.Dependencies(
                  ecs, Clock.systemUTC(), Keys.RESOURCES, enqueued::add, new SimpleMeterRegistry()),
              EcsCache.Settings.defaults());
      List<CompletableFuture<Observation>> observations = new ArrayList<>();
      for (int n = 0; n < 500; n++) {
        String name = "s" + n;
        CompletableFuture<Observation> reading = new CompletableFuture<>();
        observations.add(reading);
        Thread.ofVirtual()
            .start(
                () ->
                    reading.complete(
                        threaded
                            .readerFor(PURPOSE)
                            .read(Keys.serviceRef("c", name), Freshness.NOW)));
      }

      for (int n = 0; n < 500; n++) {
        Observation.Present present = (Observation.Present) observations.get(n).get();
        assertThat(present.tree().path("serviceName").asText()).isEqualTo("s" + n);
      }
      assertThat(ecs.asked()).allMatch(asked -> asked.request().path("services").size() <= 10);
    }

    @Test
    void anInterruptedCallerStopsWaiting() throws Exception {
      CompletableFuture<Observation> reading = new CompletableFuture<>();
      Thread caller =
          Thread.ofVirtual()
              .start(
                  () ->
                      reading.complete(
                          cache.readerFor(PURPOSE).read(Keys.serviceRef("c", "s"), Freshness.NOW)));

      caller.interrupt();

      assertThat(reading.get())
          .isInstanceOfSatisfying(
              Observation.Unknown.class,
              unknown -> assertThat(unknown.why().code()).isEqualTo("Interrupted"));
    }
  }

  private static ObjectNode echo(Asked asked) {
    ObjectNode answer = tree("{'services':[],'failures':[]}");
    asked
        .request()
        .path("services")
        .forEach(
            name ->
                answer
                    .withArray("services")
                    .addObject()
                    .put("serviceName", name.asText())
                    .put("serviceArn", "arn:" + name.asText()));
    return answer;
  }

  private Observation read(Freshness freshness) {
    CompletableFuture<Observation> reading = cache.read(service, freshness, PURPOSE);
    if (!reading.isDone()) {
      time.advance(WINDOW);
    }
    return reading.join();
  }

  private void updated(String tree) {
    write("UpdateService", "{'cluster':'c','service':'s','desiredCount':2}", tree);
  }

  private void created(String tree) {
    write("CreateService", "{'cluster':'c','serviceName':'s','desiredCount':1}", tree);
  }

  private void write(String operation, String request, String tree) {
    cache.wrote(WRITER, operation, tree(request), answer(tree), time.instant());
  }

  private static ObjectNode answer(String service) {
    ObjectNode answer = Trees.tree("{}");
    answer.set("service", tree(service.replace("RUNS", "0")));
    return answer;
  }

  private static Observation.Present present(String json) {
    return new Observation.Present(tree(json.replace("RUNS", "0")));
  }

  private static String describing(String service) {
    return "{'services':[" + service.replace("RUNS", "0") + "],'failures':[]}";
  }

  private static String count(int desired) {
    return service("ACTIVE", desired);
  }

  private static String draining() {
    return service("DRAINING", 0);
  }

  private static String service(String status, int desired) {
    return "{'serviceName':'s','serviceArn':'arn:s','clusterArn':'"
        + CLUSTER_ARN
        + "','createdAt':1000.5,'status':'"
        + status
        + "','desiredCount':"
        + desired
        + ",'runningCount':RUNS,'tags':[{'key':'k','value':'v'}]}";
  }

  private static AwsFailure failure(FailureClass failureClass) {
    return AwsFailure.of("DescribeServices", failureClass, "Code", "no");
  }
}
