package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.plan.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What one look at an object came to. */
public sealed interface Decision<S extends EcsStatus> {

  /** The status with what was learned. */
  S facts();

  /**
   * Something has to be done.
   *
   * @param intent the facts, and what is about to be done: written before the first call, so that a
   *     crash in between loses nothing
   * @param verdict how the object stands while it is being done; where that is Ready, it stays so
   *     should it fail
   */
  record Act<S extends EcsStatus>(Plan plan, S facts, S intent, ReadyState readyState)
      implements Decision<S> {}

  /**
   * Nothing has to be done now.
   *
   * @param available whether it serves; empty for a kind that does not serve
   * @param lookAgain when to look again, where that is sooner than the verdict would have it
   */
  record Settled<S extends EcsStatus>(
      S facts, ReadyState readyState, Optional<Boolean> available, Optional<Duration> requeueAfter)
      implements Decision<S> {}

  /**
   * ECS could not be asked.
   *
   * @param retryAt when asking again makes sense, where the reader knows
   */
  record Unknown<S extends EcsStatus>(S facts, AwsFailure failure, Optional<Instant> retryAt)
      implements Decision<S> {}

  /** The object is as it should be; something that can wait could not be done. */
  record Postponed<S extends EcsStatus>(S facts, ReadyState.Ready readyState, AwsFailure failure)
      implements Decision<S> {}

  /** The object may go: its resource is deleted, retained, or was never its own. */
  record Released<S extends EcsStatus>(S facts) implements Decision<S> {}

  /** The object has outlived its time to live and is to be deleted from Kubernetes. */
  record Expired<S extends EcsStatus>(S facts) implements Decision<S> {}

  static <S extends EcsStatus> Unknown<S> unknown(S facts, Observation.Unknown reading) {
    return new Unknown<>(facts, reading.why(), Optional.of(reading.retryAt()));
  }

  static <S extends EcsStatus> Unknown<S> unknown(S facts, AwsFailure failure) {
    return new Unknown<>(facts, failure, Optional.empty());
  }

  static <S extends EcsStatus> Settled<S> settled(S facts, ReadyState readyState) {
    return new Settled<>(facts, readyState, Optional.empty(), Optional.empty());
  }

  static <S extends EcsStatus> Settled<S> serving(S facts, ReadyState readyState, boolean serving) {
    return new Settled<>(facts, readyState, Optional.of(serving), Optional.empty());
  }
}
