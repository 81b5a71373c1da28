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
 * Which account the credentials belong to, by the ARN that ECS computes for a cluster it does not
 * know. It needs no permission but {@code ecs:DescribeClusters}.
 */
final class CallerIdentity {
  private static final Logger log = LoggerFactory.getLogger(CallerIdentity.class);
  private static final String ANY_CLUSTER = "ecs-operator-where-am-i";
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(5);

  private final Ecs ecs;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Optional<AwsLocation> location = Optional.empty();
  private Instant nextAttempt = Instant.MIN;

  CallerIdentity(Ecs ecs, Clock clock) {
    this.ecs = ecs;
    this.clock = clock;
  }

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

  private Optional<AwsLocation> ask() {
    try {
      ObjectNode answer =
          ecs.read(
                  Kind.CLUSTER.operation(),
                  Kind.CLUSTER.request("", List.of(ANY_CLUSTER)),
                  CallContext.of(Priority.CHANGE))
              .tree();
      Optional<AwsLocation> found =
          Stream.concat(
                  answer.path("failures").valueStream().map(failure -> failure.path("arn")),
                  answer.path("clusters").valueStream().map(cluster -> cluster.path("clusterArn")))
              .flatMap(arn -> AwsLocation.ofArn(arn.asText()).stream())
              .findFirst();
      found.ifPresent(here -> log.info("The credentials are those of {}", here));
      return found;
    } catch (AwsFailure failure) {
      log.atLevel(failure.deferredUntil().isPresent() ? Level.DEBUG : Level.WARN)
          .log("The AWS account is not known yet: {}", failure.message());
      return Optional.empty();
    }
  }
}
