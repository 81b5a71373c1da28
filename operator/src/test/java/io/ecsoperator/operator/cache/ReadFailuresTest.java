package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What callers get if ECS cannot be read. */
class ReadFailuresTest extends CacheFixture {

  @Test
  void aReadThatFailsIsUnknownAndChangesNothing() {
    ecs.answers(describing(count(1))).fails(failure(FailureClass.TRANSIENT));
    read(EcsReader.Freshness.NOW);

    assertThat(read(EcsReader.Freshness.NOW)).isInstanceOf(Observation.Unknown.class);
    assertThat(read(WITHIN_5_S)).isEqualTo(present(count(1)));
  }

  @Test
  void ifEcsFailsTheCallerGetsTheTimeOfTheNextAttemptAndNotAnOldAnswer() {
    ecs.answers(describing(count(1))).fails(failure(FailureClass.THROTTLED));
    read(EcsReader.Freshness.NOW);
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
    read(EcsReader.Freshness.NOW);
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
            cache.read(service, EcsReader.Freshness.NOW, CONTEXT),
            cache.read(service, EcsReader.Freshness.NOW, CONTEXT),
            cache.read(service, EcsReader.Freshness.NOW, CONTEXT));
    time.advance(WINDOW);

    assertThat(callers)
        .allSatisfy(
            caller ->
                assertThat(((Observation.Unknown) caller.join()).retryAt())
                    .isBeforeOrEqualTo(time.instant().plusSeconds(1)));
  }

  @Test
  void aRefusedReadIsRepeatedSlowly() {
    ecs.always(
        asked -> {
          throw failure(FailureClass.BLOCKED);
        });

    assertThat(retryAfter()).isBetween(15_000L, 30_000L);
  }

  @Test
  void aQueryThrowsItsFailure() {
    ecs.fails(failure(FailureClass.THROTTLED));

    assertThatThrownBy(() -> cache.readerFor(CONTEXT).query("ListTasks", tree("{}")))
        .isInstanceOf(AwsFailure.class);
  }

  @Test
  void aQueryIsNotCached() {
    ecs.answers("{'taskArns':[]}").answers("{'taskArns':['a']}");

    cache.readerFor(CONTEXT).query("ListTasks", tree("{'cluster':'c'}"));

    assertThat(cache.readerFor(CONTEXT).query("ListTasks", tree("{'cluster':'c'}")))
        .isEqualTo(tree("{'taskArns':['a']}"));
  }

  private long retryAfter() {
    Observation.Unknown unknown = (Observation.Unknown) read(EcsReader.Freshness.NOW);
    return Duration.between(time.instant(), unknown.retryAt()).toMillis();
  }
}
