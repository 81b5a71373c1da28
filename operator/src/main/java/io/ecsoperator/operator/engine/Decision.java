package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.plan.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a planner decides about an object. */
public sealed interface Decision<S extends EcsStatus> {

  /** The status with what was observed. */
  S status();

  /**
   * The observation does not suffice: the loop reads these and plans again.
   *
   * @param reads at least one; none that the observation already has
   */
  record Need<S extends EcsStatus>(S status, List<? extends Read> reads) implements Decision<S> {
    public Need {
      reads = List.copyOf(reads);
    }
  }

  /**
   * A plan has to be executed.
   *
   * @param intent the status, and what is about to be called: written before the first call, so
   *     that a crash in between loses nothing
   * @param readyState of the object while the plan is executed; where that is Ready, the object
   *     stays Ready if the plan fails
   */
  record Execute<S extends EcsStatus>(Plan plan, S status, S intent, ReadyState readyState)
      implements Decision<S> {}

  /** The plan is the one that ECS accepted a moment ago: its effect does not show yet. */
  record NotVisible<S extends EcsStatus>(Execute<S> execute) implements Decision<S> {
    @Override
    public S status() {
      return execute.status();
    }
  }

  /** An object that this one refers to has changed since: the loop plans again. */
  record PlanAgain<S extends EcsStatus>(S status) implements Decision<S> {}

  /**
   * Nothing has to be called now.
   *
   * @param available whether at least one task runs; empty for a kind that serves nothing
   * @param requeueAfter when to reconcile again, where that is sooner than {@code readyState} asks
   */
  record Done<S extends EcsStatus>(
      S status, ReadyState readyState, Optional<Boolean> available, Optional<Duration> requeueAfter)
      implements Decision<S> {}

  /**
   * ECS could not be read.
   *
   * @param retryAt when reading again makes sense, where the cache knows
   */
  record Unknown<S extends EcsStatus>(S status, AwsFailure failure, Optional<Instant> retryAt)
      implements Decision<S> {}

  /** The object is Ready; work that can wait failed. */
  record Postponed<S extends EcsStatus>(S status, ReadyState.Ready readyState, AwsFailure failure)
      implements Decision<S> {}

  /** The finalizer may go: the resource is deleted, retained, or was never this object's. */
  record Released<S extends EcsStatus>(S status) implements Decision<S> {}

  /** The object has outlived its time to live and is to be deleted from Kubernetes. */
  record Expired<S extends EcsStatus>(S status) implements Decision<S> {}

  static <S extends EcsStatus> Need<S> need(S status, Read... reads) {
    return new Need<>(status, List.of(reads));
  }

  /** The calls change nothing that the status has to record before them. */
  static <S extends EcsStatus> Execute<S> execute(
      S status, List<Plan.Call> calls, ReadyState readyState) {
    return new Execute<>(new Plan(calls), status, status, readyState);
  }

  /**
   * The resource outlives its object.
   *
   * @param release the calls that remove the owner tag; none once it is gone
   */
  static <S extends EcsStatus> Decision<S> retained(
      S status, List<Plan.Call> release, ReadyState readyState) {
    return release.isEmpty() ? new Released<>(status) : execute(status, release, readyState);
  }

  static <S extends EcsStatus> Unknown<S> unknown(S status, Observation.Unknown observation) {
    return new Unknown<>(status, observation.why(), Optional.of(observation.retryAt()));
  }

  static <S extends EcsStatus> Unknown<S> unknown(S status, AwsFailure failure) {
    return new Unknown<>(status, failure, Optional.empty());
  }

  static <S extends EcsStatus> Done<S> done(S status, ReadyState readyState) {
    return new Done<>(status, readyState, Optional.empty(), Optional.empty());
  }

  /**
   * The object may not manage the resource, and its status shows nothing of it but the ARN, which
   * account and name imply, to an object that only observes.
   */
  static <S extends EcsStatus> Done<S> refused(S status, String arn, ReadyState refusal) {
    return done(
        refusal instanceof ReadyState.Ready
            ? Kind.withCommon(status, status.common().withArn(arn))
            : status,
        refusal);
  }

  static <S extends EcsStatus> Done<S> serving(S status, ReadyState readyState, boolean serving) {
    return new Done<>(status, readyState, Optional.of(serving), Optional.empty());
  }
}
