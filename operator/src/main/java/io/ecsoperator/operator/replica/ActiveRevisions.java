package io.ecsoperator.operator.replica;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.Purpose;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which revisions of task definitions are ACTIVE, by lists of a hundred. ECS describes revisions
 * one by one only, so a list answers for everybody at once whether families and revisions are
 * there; where the account has so many that listing them takes more calls than describing those
 * that somebody wants to know of, there is no list.
 */
final class ActiveRevisions {
  private static final Logger log = LoggerFactory.getLogger(ActiveRevisions.class);
  private static final int PAGE = 100;

  /** So much may always be spent: who comes first does not know yet how many will follow. */
  private static final int FEW_PAGES = 10;

  private static final Duration BETWEEN_FAILURES = Duration.ofMinutes(1);

  /**
   * @param startedAt when the call for the first page was started
   * @param revisions as {@code family:revision}
   */
  record Listing(Moment startedAt, Set<String> revisions, Set<String> families) {}

  private final Ecs ecs;
  private final Clock clock;
  private final Moments moments;
  private final IntSupplier wanted;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Optional<Listing> last = Optional.empty();
  private volatile long floor;
  private int tooMany;
  private Instant failedUntil = Instant.MIN;

  /**
   * @param wanted how many calls it would take without a list
   */
  ActiveRevisions(Ecs ecs, Clock clock, Moments moments, IntSupplier wanted) {
    this.ecs = ecs;
    this.clock = clock;
    this.moments = moments;
    this.wanted = wanted;
  }

  /** The last list if it is fresh enough, else a new one; empty where there is none to be had. */
  Optional<Listing> listing(Freshness freshness, Purpose purpose) {
    Instant asked = clock.instant();
    Optional<Listing> known = known(freshness, asked);
    if (known.isPresent()) {
      return known;
    }
    lock.lock();
    try {
      // Whoever held the lock may have made it.
      known = known(freshness, asked);
      if (known.isPresent()) {
        return known;
      }
      int most = Math.max(FEW_PAGES, wanted.getAsInt());
      if (tooMany >= most || clock.instant().isBefore(failedUntil)) {
        return Optional.empty();
      }
      Optional<Listing> made = list(most, purpose);
      last = made.or(() -> last);
      return made;
    } catch (AwsFailure failure) {
      failedUntil = failure.turnAt().orElseGet(() -> clock.instant().plus(BETWEEN_FAILURES));
      log.info("Task definitions are described one by one: {}", failure.message());
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing listed so far counts, nor what is being listed. */
  void startAfresh() {
    floor = moments.next().order();
  }

  /** The last list that counts, however old. */
  Optional<Listing> last() {
    return last.filter(list -> list.startedAt().order() > floor);
  }

  private Optional<Listing> known(Freshness freshness, Instant asked) {
    return last().filter(list -> freshness.allows(list.startedAt().at(), asked));
  }

  private Optional<Listing> list(int mostPages, Purpose purpose) {
    Moment startedAt = moments.next();
    Set<String> revisions = new HashSet<>();
    Set<String> families = new HashSet<>();
    ObjectNode request =
        JsonNodeFactory.instance.objectNode().put("status", "ACTIVE").put("maxResults", PAGE);
    for (int page = 1; page <= mostPages; page++) {
      ObjectNode answer = ecs.read("ListTaskDefinitions", request, purpose).tree();
      for (JsonNode arn : answer.path("taskDefinitionArns")) {
        String revision = arn.asText().substring(arn.asText().lastIndexOf('/') + 1);
        revisions.add(revision);
        families.add(revision.substring(0, revision.lastIndexOf(':')));
      }
      JsonNode token = answer.path("nextToken");
      if (!token.isTextual()) {
        tooMany = 0;
        return Optional.of(new Listing(startedAt, revisions, families));
      }
      request.set("nextToken", token);
    }
    tooMany = mostPages;
    return Optional.empty();
  }
}
