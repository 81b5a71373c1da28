package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.AwsLocation;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.Priority;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Finds out which account and region the credentials belong to, from the ARN that ECS computes for
 * a cluster that it does not know. This takes no permission beyond describing clusters.
 */
final class CallerIdentity {
  private static final Logger log = LoggerFactory.getLogger(CallerIdentity.class);
  private static final String UNKNOWN_CLUSTER = "ecs-operator-where-am-i";
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(5);

  private final Ecs ecs;
  private final Clock clock;
  private final Describe cluster;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Optional<AwsLocation> location = Optional.empty();

  /** Why ECS did not answer the last time; the log has it already. */
  private volatile Optional<AwsFailure> failure = Optional.empty();

  private Instant nextAttempt = Instant.MIN;

  /**
   * @param cluster how ECS describes clusters
   */
  CallerIdentity(Ecs ecs, Clock clock, Describe cluster) {
    this.ecs = ecs;
    this.clock = clock;
    this.cluster = cluster;
  }

  /** Empty until ECS has answered. */
  Optional<AwsLocation> location() {
    if (location.isPresent()) {
      return location;
    }
    lock.lock();
    try {
      if (location.isEmpty() && !clock.instant().isBefore(nextAttempt)) {
        nextAttempt = clock.instant().plus(BETWEEN_ATTEMPTS);
        location = ask();
      }
      return location;
    } finally {
      lock.unlock();
    }
  }

  /** Why the account is not known; empty if it is, or if ECS was not asked yet. */
  Optional<AwsFailure> failure() {
    return location.isPresent() ? Optional.empty() : failure;
  }

  private Optional<AwsLocation> ask() {
    try {
      ObjectNode answer =
          ecs.read(
                  cluster.operation(),
                  cluster.request("", List.of(UNKNOWN_CLUSTER)),
                  CallContext.of(Priority.CHANGE))
              .tree();
      Optional<AwsLocation> found =
          Stream.concat(
                  answer
                      .path("failures")
                      .valueStream()
                      .map(failure -> failure.path("arn").asText()),
                  // A cluster that has this name by chance.
                  cluster.found(UNKNOWN_CLUSTER, answer).keySet().stream())
              .flatMap(arn -> AwsLocation.ofArn(arn).stream())
              .findFirst();
      found.ifPresent(here -> log.info("The credentials are those of {}", here));
      return found;
    } catch (AwsFailure why) {
      if (why.deferredUntil().isPresent()) {
        return Optional.empty();
      }
      boolean isKnown = failure.filter(last -> last.code().equals(why.code())).isPresent();
      failure = Optional.of(why);
      log.atLevel(isKnown ? Level.DEBUG : Level.WARN)
          .log("The AWS account is not known yet: {}", why.message());
      return Optional.empty();
    }
  }
}
