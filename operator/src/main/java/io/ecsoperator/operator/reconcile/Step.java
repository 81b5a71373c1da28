package io.ecsoperator.operator.reconcile;

import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.replica.Reading;
import io.ecsoperator.operator.status.Verdict;
import io.ecsoperator.plan.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What one look at an object came to. */
public sealed interface Step<S extends EcsStatus> {

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
  record Act<S extends EcsStatus>(Plan plan, S facts, S intent, Verdict verdict)
      implements Step<S> {}

  /**
   * Nothing has to be done now.
   *
   * @param available whether it serves; empty for a kind that does not serve
   * @param lookAgain when to look again, where that is sooner than the verdict would have it
   */
  record Settled<S extends EcsStatus>(
      S facts, Verdict verdict, Optional<Boolean> available, Optional<Duration> lookAgain)
      implements Step<S> {}

  /**
   * ECS could not be asked.
   *
   * @param retryAt when asking again makes sense, where the reader knows
   */
  record Unknown<S extends EcsStatus>(S facts, AwsFailure failure, Optional<Instant> retryAt)
      implements Step<S> {}

  /** The object is as it should be; something that can wait could not be done. */
  record Postponed<S extends EcsStatus>(S facts, Verdict.Ready verdict, AwsFailure failure)
      implements Step<S> {}

  /** The object may go: its resource is deleted, retained, or was never its own. */
  record Released<S extends EcsStatus>(S facts) implements Step<S> {}

  /** The object has outlived its time to live and is to be deleted from Kubernetes. */
  record Expired<S extends EcsStatus>(S facts) implements Step<S> {}

  static <S extends EcsStatus> Unknown<S> unknown(S facts, Reading.Unknown reading) {
    return new Unknown<>(facts, reading.why(), Optional.of(reading.retryAt()));
  }

  static <S extends EcsStatus> Unknown<S> unknown(S facts, AwsFailure failure) {
    return new Unknown<>(facts, failure, Optional.empty());
  }

  static <S extends EcsStatus> Settled<S> settled(S facts, Verdict verdict) {
    return new Settled<>(facts, verdict, Optional.empty(), Optional.empty());
  }

  static <S extends EcsStatus> Settled<S> serving(S facts, Verdict verdict, boolean serving) {
    return new Settled<>(facts, verdict, Optional.of(serving), Optional.empty());
  }
}
