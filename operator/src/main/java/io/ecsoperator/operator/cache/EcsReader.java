package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Reads ECS through the cache, in one context. An answer comes from the cache if what is stored is
 * fresh enough, else from the next batched describe. A caller waits for that batch and, if the
 * batch did not answer for the resource, for one call about the resource alone.
 */
public interface EcsReader {

  /**
   * A resource as ECS describes it, with its tags if ECS shows them. A deleted resource is {@code
   * Present} with a status such as {@code INACTIVE} as long as ECS describes it, and {@code Absent}
   * afterwards, or once its cluster is gone. Never throws {@link AwsFailure}.
   *
   * <p>The name of a versioned resource without a version means its newest ACTIVE version. That
   * there is none may come from a list of all names, unless {@code freshness} is {@link
   * Freshness#NOW}.
   *
   * @throws IllegalArgumentException if no kind has handed in a table of that resource
   */
  Observation read(ResourceRef resource, Freshness freshness);

  /**
   * Whether a version of a versioned resource is known to be ACTIVE, from a list of all ACTIVE
   * versions if that takes fewer calls than describing it. {@code false} means only that the caller
   * has to read it. Never throws {@link AwsFailure}.
   *
   * @throws IllegalArgumentException if ECS has no list of versions of that resource
   */
  boolean isListed(ResourceRef version, Freshness freshness);

  /**
   * A read that is not cached, such as {@code DescribeServiceDeployments}.
   *
   * @throws AwsFailure as {@link io.ecsoperator.operator.aws.Ecs#read}
   */
  ObjectNode query(String operation, ObjectNode request);

  /**
   * The ARNs of all pages of a list, in ECS's order. Not cached.
   *
   * @throws AwsFailure as {@link io.ecsoperator.operator.aws.Ecs#read}
   */
  default List<String> list(ListQuery query) {
    return new Paginator(query).all(this::query);
  }

  /**
   * Why reads that this reader has answered from the cache fail now, so that the answers may be
   * outdated; empty if they work.
   */
  default Optional<AwsFailure> failure() {
    return Optional.empty();
  }

  /** The same reader with calls of another priority. */
  EcsReader with(Priority priority);

  /**
   * The same reader for resources that the caller has never seen. If ECS reports one as missing
   * among other answers, the reader answers {@code Absent} without a call about it alone. Only for
   * resources that can be created twice without harm: the resource may exist all the same.
   */
  EcsReader forNew();

  /** How old an answer may be. Its age counts from the start of the read behind it. */
  public sealed interface Freshness {
    /** Only a read that has not started yet. */
    Freshness NOW = new MaxAge(Duration.ZERO);

    /** Any age; for what never changes, such as the body of a version. */
    Freshness ANY = new Since(Instant.MIN);

    /** Whether a read that was started then is fresh enough now. */
    boolean allows(Instant startedAt, Instant now);

    /** Started less than {@code age} ago. */
    record MaxAge(Duration age) implements Freshness {
      @Override
      public boolean allows(Instant startedAt, Instant now) {
        return startedAt.plus(age).isAfter(now);
      }
    }

    /** Started at or after an instant. */
    record Since(Instant earliest) implements Freshness {
      @Override
      public boolean allows(Instant startedAt, Instant now) {
        return !startedAt.isBefore(earliest);
      }
    }
  }
}
