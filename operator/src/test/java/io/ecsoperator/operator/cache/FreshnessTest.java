package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What {@link EcsReader} promises about freshness. The other promises of the cache:
 *
 * <ul>
 *   <li>A read that fails is {@code Unknown}: {@link ReadFailuresTest}.
 *   <li>The answer to a write counts until a later read shows the write or the grace period ends:
 *       here, and by operation in {@link WriteEffectsTest}.
 *   <li>A late answer does not bring back what was deleted: {@link TombstonesTest}.
 *   <li>After a change of leader nothing older counts: {@link LeaderChangeTest}.
 *   <li>A caller waits for one batch at most, one bad id spoils no batch, and the cache describes
 *       alone what a batch does not describe: {@link DescribeBatcherTest}.
 *   <li>A page that cannot be read deletes nothing: {@link VersionListTest}, {@link
 *       ListRefresherTest}.
 *   <li>The cache reads each watched resource once per interval, those that ECS is changing more
 *       often, and enqueues exactly the objects that a change concerns: {@link SweepTest}, {@link
 *       EnqueueTest}.
 *   <li>A reconciliation of a converged object calls nothing: {@link ConvergedObjectTest}.
 * </ul>
 */
class FreshnessTest extends CacheFixture {

  @Test
  void aFreshObservationIsAnsweredWithoutACall() {
    ecs.answers(describing(count(1)));

    assertThat(read(EcsReader.Freshness.NOW)).isEqualTo(present(count(1)));
    time.advance(Duration.ofSeconds(4));
    assertThat(read(WITHIN_5_S)).isEqualTo(present(count(1)));

    assertThat(ecs.asked()).hasSize(1);
  }

  @Test
  void anObservationThatIsTooOldIsReadAgain() {
    ecs.answers(describing(count(1))).answers(describing(count(2)));

    read(EcsReader.Freshness.NOW);
    time.advance(Duration.ofSeconds(5));

    assertThat(read(WITHIN_5_S)).isEqualTo(present(count(2)));
  }

  @Test
  void absenceIsCachedToo() {
    ecs.answers(GONE);

    assertThat(read(EcsReader.Freshness.NOW)).isEqualTo(new Observation.Absent());
    assertThat(read(WITHIN_5_S)).isEqualTo(new Observation.Absent());

    assertThat(ecs.asked()).hasSize(1);
  }

  @Test
  void nowIsNeverAnsweredFromTheCache() {
    ecs.answers(describing(count(1))).answers(describing(count(2)));

    CompletableFuture<Observation> first = cache.read(service, EcsReader.Freshness.NOW, CONTEXT);
    time.advance(WINDOW);
    CompletableFuture<Observation> second = cache.read(service, EcsReader.Freshness.NOW, CONTEXT);

    assertThat(first.join()).isEqualTo(present(count(1)));
    assertThat(second).isNotDone();
    time.advance(WINDOW);
    assertThat(second.join()).isEqualTo(present(count(2)));
  }

  @Test
  void theAgeOfAnObservationCountsFromTheStartOfItsRead() {
    ecs.answers(describing(count(1))).answers(describing(count(2)));
    time.hold();
    CompletableFuture<Observation> slow = cache.read(service, EcsReader.Freshness.NOW, CONTEXT);
    time.advance(WINDOW);
    time.advance(Duration.ofSeconds(5));
    time.release();

    assertThat(slow.join()).isEqualTo(present(count(1)));
    assertThat(read(WITHIN_5_S)).isEqualTo(present(count(2)));
  }

  @Test
  void aCallerMayAskForAReadThatStartedAfterAnInstant() {
    ecs.answers(describing(count(1))).answers(describing(count(2)));
    Instant before = time.instant();
    read(EcsReader.Freshness.NOW);

    assertThat(read(new EcsReader.Freshness.Since(before))).isEqualTo(present(count(1)));
    time.advance(Duration.ofMillis(1));
    assertThat(read(new EcsReader.Freshness.Since(time.instant()))).isEqualTo(present(count(2)));
  }

  @Test
  void aReadBegunBeforeAWriteDoesNotReplaceTheAnswerOfTheWrite() {
    ecs.answers(describing(count(1))).answers(describing(count(1)));
    read(EcsReader.Freshness.NOW);
    time.hold();
    CompletableFuture<Observation> begunBefore =
        cache.read(service, EcsReader.Freshness.NOW, CONTEXT);
    time.advance(WINDOW);

    updated(count(2));
    time.release();

    assertThat(begunBefore.join()).isEqualTo(present(count(2)));
    assertThat(read(WITHIN_5_S)).isEqualTo(present(count(2)));
  }

  @Test
  void aReadBegunBeforeAWriteDoesNotReplaceItsAnswerEvenIfItShowsTheWrite() {
    ecs.answers(describing(count(1)));
    read(EcsReader.Freshness.NOW);
    ecs.answers(describing(count(2).replace("RUNS", "9")));
    time.hold();
    CompletableFuture<Observation> begunBefore =
        cache.read(service, EcsReader.Freshness.NOW, CONTEXT);
    time.advance(WINDOW);

    updated(count(2));
    time.release();

    assertThat(begunBefore.join()).isEqualTo(present(count(2)));
  }

  @Test
  void theAnswerOfAWriteCountsUntilALaterReadShowsTheWrite() {
    ecs.answers(describing(count(1)))
        .answers(describing(count(1)))
        .answers(describing(count(2).replace("RUNS", "2")));
    read(EcsReader.Freshness.NOW);

    updated(count(2));

    assertThat(read(EcsReader.Freshness.NOW)).isEqualTo(present(count(2)));
    assertThat(read(EcsReader.Freshness.NOW)).isEqualTo(present(count(2).replace("RUNS", "2")));
  }

  @Test
  void onceAReadHasShownAWriteLaterReadsCount() {
    ecs.answers(describing(count(1))).answers(describing(count(2))).answers(describing(count(7)));
    read(EcsReader.Freshness.NOW);
    updated(count(2));
    read(EcsReader.Freshness.NOW);

    assertThat(read(EcsReader.Freshness.NOW)).isEqualTo(present(count(7)));
  }

  @Test
  void theAnswerOfAWriteCountsNoLongerThanTheGracePeriod() {
    ecs.answers(describing(count(1))).answers(describing(count(1))).answers(describing(count(1)));
    read(EcsReader.Freshness.NOW);
    updated(count(2));

    time.advance(GRACE.minus(WINDOW).minusMillis(1));
    assertThat(read(EcsReader.Freshness.NOW)).isEqualTo(present(count(2)));
    time.advance(Duration.ofMillis(1));
    assertThat(read(EcsReader.Freshness.NOW)).isEqualTo(present(count(1)));
  }

  @Test
  void aResourceThatWasJustCreatedIsNotGone() {
    ecs.answers(GONE).answers(GONE).answers(describing(count(1).replace("RUNS", "1")));
    read(EcsReader.Freshness.NOW);

    created(count(1));

    assertThat(read(EcsReader.Freshness.NOW)).isEqualTo(present(count(1)));
    assertThat(read(EcsReader.Freshness.NOW)).isEqualTo(present(count(1).replace("RUNS", "1")));
  }

  @Test
  void aResourceThatWasJustDeletedDoesNotComeBack() {
    ecs.answers(describing(count(1))).answers(describing(count(1))).answers(GONE);
    read(EcsReader.Freshness.NOW);

    write("DeleteService", "{'cluster':'c','service':'s'}", draining());

    assertThat(read(EcsReader.Freshness.NOW)).isEqualTo(present(draining()));
    assertThat(read(EcsReader.Freshness.NOW)).isEqualTo(new Observation.Absent());
  }

  @Test
  void theAnswerOfAWriteIsAsFreshAsTheStartOfTheWrite() {
    ecs.answers(describing(count(1))).answers(describing(count(3)));
    read(EcsReader.Freshness.NOW);
    Instant started = time.instant();
    time.advance(Duration.ofSeconds(10));
    cache.wrote(
        WRITER,
        "UpdateService",
        tree("{'cluster':'c','service':'s','desiredCount':2}"),
        answer(count(2)),
        started);

    assertThat(read(new EcsReader.Freshness.Since(started))).isEqualTo(present(count(2)));
    assertThat(ecs.asked()).hasSize(1);
    read(WITHIN_5_S);
    assertThat(ecs.asked()).hasSize(2);
  }

  @Test
  void anOlderReadThatIsAnsweredLateDoesNotReplaceANewerOne() {
    List<Runnable> begun = new ArrayList<>();
    EcsCache slow =
        new EcsCache(
            new EcsCache.Dependencies(
                ecs, time, Keys.RESOURCES, enqueued::add, new SimpleMeterRegistry()),
            SETTINGS,
            new EcsCache.Execution(new Random(1), begun::add, time::after));
    slow.read(service, EcsReader.Freshness.NOW, CONTEXT);
    time.advance(WINDOW);
    slow.read(service, EcsReader.Freshness.NOW, CONTEXT);
    time.advance(WINDOW);
    ecs.answers(describing(count(2))).answers(describing(count(1)));

    begun.get(1).run();
    begun.get(0).run();

    assertThat(slow.read(service, WITHIN_5_S, CONTEXT).join()).isEqualTo(present(count(2)));
  }

  @Test
  void afterAFailedWriteOlderObservationsDoNotCount() {
    ecs.answers(describing(count(1))).answers(describing(count(2)));
    read(EcsReader.Freshness.NOW);

    cache.failed("UpdateService", tree("{'cluster':'c','service':'s','desiredCount':2}"));

    assertThat(read(WITHIN_A_DAY)).isEqualTo(present(count(2)));
  }

  @Test
  void aReadBegunBeforeAFailedWriteIsNotStored() {
    ecs.answers(describing(count(1))).answers(describing(count(2)));
    time.hold();
    CompletableFuture<Observation> begunBefore =
        cache.read(service, EcsReader.Freshness.NOW, CONTEXT);
    time.advance(WINDOW);

    cache.failed("UpdateService", tree("{'cluster':'c','service':'s','desiredCount':2}"));
    CompletableFuture<Observation> begunAfter = cache.read(service, WITHIN_A_DAY, CONTEXT);
    time.release();
    time.advance(WINDOW);

    assertThat(begunBefore.join()).isEqualTo(present(count(1)));
    assertThat(begunAfter.join()).isEqualTo(present(count(2)));
  }

  @Test
  void afterAFailedWriteTheAnswerOfTheWriteBeforeStillCounts() {
    ecs.answers(describing(count(1))).answers(describing(count(1)));
    read(EcsReader.Freshness.NOW);
    updated(count(2));

    cache.failed("UpdateService", tree("{'cluster':'c','service':'s'}"));

    assertThat(read(EcsReader.Freshness.NOW)).isEqualTo(present(count(2)));
  }

  @Test
  void theBodyOfARevisionIsReadOnce() {
    ecs.answers("{'taskDefinition':{'family':'f','revision':3},'tags':[]}");

    Observation first =
        cache.readerFor(CONTEXT).read(Keys.taskDefinitionRef("f:3"), EcsReader.Freshness.ANY);
    time.advance(Duration.ofMinutes(10));
    Observation again =
        cache
            .readerFor(CONTEXT)
            .read(
                Keys.taskDefinitionRef("arn:aws:ecs:eu-central-1:1:task-definition/f:3"),
                EcsReader.Freshness.ANY);

    assertThat(first).isEqualTo(present("{'family':'f','revision':3,'tags':[]}"));
    assertThat(again).isEqualTo(first);
  }

  @Test
  void aCallerThatChangesAnAnswerDoesNotChangeItForOthers() {
    ecs.answers(describing(count(1)));
    read(EcsReader.Freshness.NOW);

    ((Observation.Present) read(WITHIN_5_S)).tree().put("desiredCount", 99).remove("tags");

    assertThat(read(WITHIN_5_S)).isEqualTo(present(count(1)));
  }

  @Test
  void aListBegunBeforeAFailedWriteDoesNotShowThatARevisionIsActive() {
    ecs.answers("{'taskDefinitionArns':['arn:aws:ecs:eu-central-1:1:task-definition/f:3']}");
    EcsReader reader = cache.readerFor(CONTEXT);
    assertThat(reader.isListed(Keys.taskDefinitionRef("f:3"), WITHIN_A_DAY)).isTrue();

    cache.failed("DeregisterTaskDefinition", tree("{'taskDefinition':'f:3'}"));

    assertThat(reader.isListed(Keys.taskDefinitionRef("f:3"), WITHIN_A_DAY)).isFalse();
  }

  @Test
  void aListBegunBeforeAFailedWriteDoesNotShowThatAFamilyIsGone() {
    ecs.answers("{'taskDefinitionArns':[]}");
    EcsReader reader = cache.readerFor(CONTEXT);
    assertThat(reader.read(Keys.taskDefinitionRef("f"), WITHIN_A_DAY))
        .isEqualTo(new Observation.Absent());

    cache.failed("RegisterTaskDefinition", tree("{'family':'f'}"));
    ecs.answers("{'taskDefinition':{'family':'f','revision':1},'tags':[]}");

    assertThat(reader.read(Keys.taskDefinitionRef("f"), WITHIN_A_DAY))
        .isInstanceOf(Observation.Present.class);
  }
}
