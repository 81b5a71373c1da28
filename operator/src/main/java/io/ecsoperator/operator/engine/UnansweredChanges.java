package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.CommonStatus.SentChange;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Changes that were sent without an answer. ECS may have made them and not show them yet: if the
 * spec takes such a change back, a read that is too old shows ECS as the spec wants it. So status
 * keeps these changes until a read that began a grace period after they were sent.
 */
final class UnansweredChanges {
  private final Duration grace;
  private final Duration poll;

  /**
   * @param timing says how far a read may be behind a write
   */
  UnansweredChanges(Timing timing) {
    this.grace = timing.grace();
    this.poll = timing.poll();
  }

  /** From when a read shows what became of all changes; empty if all were answered. */
  Optional<Instant> shownFrom(ReconcileContext<?> context) {
    return context
        .unansweredChanges()
        // Status has seconds.
        .map(change -> Instant.parse(change.lastAt()).plusSeconds(1).plus(grace))
        .max(Comparator.naturalOrder());
  }

  /**
   * What is reported of an object whose plan is empty. It is not Ready as long as a change of an
   * earlier spec may still show.
   */
  <S extends EcsStatus> Decision.Done<S> report(
      ReconcileContext<S> context, Decision.Done<S> done) {
    Optional<Instant> shownFrom = shownFrom(context);
    if (shownFrom.isEmpty()) {
      return done;
    }
    Instant shown = shownFrom.get();
    if (!context.now().isBefore(shown)) {
      return new Decision.Done<>(
          answered(done.status()), done.readyState(), done.available(), done.requeueAfter());
    }
    Duration until = Duration.between(context.now(), shown);
    return new Decision.Done<>(
        done.status(),
        done.readyState() instanceof ReadyState.Ready && isOfEarlierSpec(context)
            ? new ReadyState.Reconciling(
                Reason.UPDATING,
                "ECS did not answer a change for an earlier spec and may not show it yet: it is"
                    + " read again at %s.".formatted(shown),
                poll)
            : done.readyState(),
        done.available(),
        Stream.concat(done.requeueAfter().stream(), Stream.of(until))
            .min(Comparator.naturalOrder()));
  }

  private static boolean isOfEarlierSpec(ReconcileContext<?> context) {
    return context
        .unansweredChanges()
        .anyMatch(
            change ->
                !Long.valueOf(context.desired().generation())
                    .equals(change.unansweredGeneration()));
  }

  private static <S extends EcsStatus> S answered(S status) {
    return Kind.withCommon(
        status,
        status
            .common()
            .withSentChanges(
                WriteGuard.sentChanges(status).stream()
                    .filter(change -> change.unansweredGeneration() == null || change.times() > 0)
                    .map(
                        change ->
                            new SentChange(
                                change.field(),
                                change.wanted(),
                                change.times(),
                                change.shown(),
                                change.lastAt(),
                                null))
                    .toList()));
  }
}
