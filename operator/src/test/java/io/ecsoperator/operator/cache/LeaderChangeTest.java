package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** After a start or a change of leader, nothing older counts. */
class LeaderChangeTest extends CacheFixture {

  @Test
  void olderObservationsDoNotCount() {
    ecs.answers(describing(count(1))).answers(describing(count(2)));
    read(EcsReader.Freshness.NOW);

    cache.reset();

    assertThat(read(EcsReader.Freshness.ANY)).isEqualTo(present(count(2)));
  }

  @Test
  void pendingReadsBegunBeforeCompleteAsUnknown() {
    ecs.answers(describing(count(1)));
    time.hold();
    CompletableFuture<Observation> begunBefore =
        cache.read(service, EcsReader.Freshness.NOW, CONTEXT);
    time.advance(WINDOW);

    cache.reset();
    time.release();
    ecs.answers(describing(count(2)));

    assertThat(begunBefore.join()).isInstanceOf(Observation.Unknown.class);
    assertThat(read(EcsReader.Freshness.ANY)).isEqualTo(present(count(2)));
  }

  @Test
  void noCallerJoinsAReadBegunBefore() {
    ecs.answers(describing(count(1))).answers(describing(count(2)));
    time.hold();
    cache.read(service, EcsReader.Freshness.NOW, CONTEXT);
    time.advance(WINDOW);

    cache.reset();
    CompletableFuture<Observation> after = cache.read(service, EcsReader.Freshness.ANY, CONTEXT);
    time.advance(WINDOW);
    time.release();

    assertThat(after.join()).isEqualTo(present(count(2)));
  }

  @Test
  void theAnswerOfAWriteBegunBeforeDoesNotCount() {
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

    assertThat(read(EcsReader.Freshness.ANY)).isEqualTo(new Observation.Absent());
  }

  @Test
  void aListOfRevisionsBegunBeforeDoesNotCount() {
    ecs.always(
        asked -> {
          cache.reset();
          return tree("{'taskDefinitionArns':['arn:aws:ecs:eu-central-1:1:task-definition/f:3']}");
        });

    assertThat(cache.readerFor(CONTEXT).isListed(Keys.taskDefinitionRef("f:3"), WITHIN_A_DAY))
        .isFalse();
  }
}
