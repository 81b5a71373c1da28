package io.ecsoperator.operator.leader;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Acquires and renews the lease. For use by one thread.
 *
 * <p>A lease is free if its holder released it, or if it has not changed for its duration. The
 * candidate measures that duration by its own monotonic clock, from when it read the last change.
 * The times in the lease are for users only, because the clocks of two machines differ. Each write
 * replaces exactly the version that was read, so only one of several candidates succeeds.
 *
 * <p>Another client may delete or edit the lease while its holder acts. The candidate therefore
 * waits for the duration too if a lease that another held is gone, has no holder, or names this
 * candidate although it did not write that. If it is gone, the candidate creates one without a
 * holder first. The durations in the lease count only within limits that follow from the
 * candidate's own.
 */
final class Candidate {
  /** Replicas may be configured differently for a while, but not by more than this factor. */
  private static final int MAX_FACTOR = 3;

  /** The HTTP status for an object that is not valid. */
  private static final int UNPROCESSABLE = 422;

  /** The last write of a candidate; a client that edits the lease leaves it as it is. */
  private static final String WRITTEN_BY = "ecs-operator.io/written-by";

  /** The holder that released the lease, so that others need not wait. */
  static final String RELEASED_BY = "ecs-operator.io/released-by";

  /** No version of the API server: whatever is read after an own write is new. */
  private static final String WRITTEN = "written";

  private static final String UNKNOWN = "unknown, because another client changed the Lease";

  private final LeaseStore store;
  private final String identity;
  private final Duration duration;
  private final Clock clock;
  private final LongSupplier nanoTime;

  /**
   * The lease as this candidate last wrote it; empty if that may no longer be the newest version.
   */
  private Optional<Lease> ownLease = Optional.empty();

  /** The last version that was read, and when it was first read. */
  private String lastVersion = "";

  private long lastVersionReadAt;

  /** Whether a write of this candidate made it the holder, as far as it read since. */
  private boolean acquired;

  private long acquiredAt;

  private long writes;

  /**
   * The values of {@link #WRITTEN_BY} that the lease can have if no other candidate wrote it: of
   * the last write, and of later ones whose responses were lost.
   */
  private final Set<String> marks = new HashSet<>();

  /** The other holder that was read last, and how long it acts without a renewal. */
  private Optional<OtherHolder> other = Optional.empty();

  private record OtherHolder(String identity, Duration actsFor) {}

  /**
   * @param duration how long a lease is valid without being renewed, in whole seconds
   * @param nanoTime as {@link System#nanoTime}
   */
  Candidate(
      LeaseStore store, String identity, Duration duration, Clock clock, LongSupplier nanoTime) {
    this.store = store;
    this.identity = identity;
    this.duration = duration;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.acquiredAt = nanoTime.getAsLong() - duration.toNanos();
  }

  /** Renews the lease, or acquires it if it is free. */
  Attempt attempt() {
    try {
      Optional<Lease> current = ownLease.or(this::read);
      ownLease = Optional.empty();
      Duration expiresIn = expiresIn(current);
      if (expiresIn.isPositive()) {
        acquired = false;
        if (current.isEmpty()) {
          createWithoutHolder();
        }
        return new Attempt.HeldByOther(
            current.flatMap(Candidate::holder).filter(this::isOther).orElse(UNKNOWN), expiresIn);
      }
      return write(current);
    } catch (KubernetesClientException e) {
      return new Attempt.Failed(e);
    }
  }

  private Attempt write(Optional<Lease> current) {
    boolean acquiredBefore = acquired;
    long begunAt = nanoTime.getAsLong();
    try {
      // Before the response: a write without a response may have taken effect.
      acquired = true;
      ownLease = Optional.of(current.map(this::update).orElseGet(this::create));
      acquiredAt = begunAt;
      marks.retainAll(Set.of(mark()));
      other = Optional.empty();
      lastVersion = WRITTEN;
      return new Attempt.Held(begunAt);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        return new Attempt.Failed(e);
      }
      acquired = acquiredBefore;
      marks.remove(mark());
      if (!acquired && other.isEmpty()) {
        // Another client wrote it, and may be the holder even if the lease is deleted meanwhile.
        other = Optional.of(new OtherHolder(UNKNOWN, duration));
      }
      return new Attempt.Conflict();
    }
  }

  /**
   * Removes this candidate as holder of the lease, if it is.
   *
   * @throws KubernetesClientException if the API server rejects the write or does not respond
   */
  void release() {
    Optional<Lease> current = ownLease.or(this::read).filter(this::isOwn);
    ownLease = Optional.empty();
    current.ifPresent(
        lease ->
            store.replace(
                new LeaseBuilder(lease)
                    .editOrNewMetadata()
                    .addToAnnotations(RELEASED_BY, identity)
                    .endMetadata()
                    .editSpec()
                    .withHolderIdentity(null)
                    .withRenewTime(now())
                    .endSpec()
                    .build()));
  }

  private Optional<Lease> read() {
    Optional<Lease> found = store.read();
    String version = found.map(lease -> lease.getMetadata().getResourceVersion()).orElse("");
    if (!version.equals(lastVersion)) {
      lastVersion = version;
      // After the response: the change may have happened after the request was sent.
      lastVersionReadAt = nanoTime.getAsLong();
    }
    return found;
  }

  private String nextMark() {
    writes++;
    marks.add(mark());
    return mark();
  }

  private String mark() {
    return identity + "/" + writes;
  }

  private Lease create() {
    ZonedDateTime now = now();
    return store.create(
        new LeaseBuilder()
            .withNewMetadata()
            .addToAnnotations(WRITTEN_BY, nextMark())
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity(identity)
            .withLeaseDurationSeconds(Math.toIntExact(duration.toSeconds()))
            .withAcquireTime(now)
            .withRenewTime(now)
            .withLeaseTransitions(0)
            .endSpec()
            .build());
  }

  /**
   * Makes a write of the other holder visible while this candidate waits: a lease that is absent
   * twice may have been created and deleted in between, but one whose version is the same was not
   * written.
   */
  private void createWithoutHolder() {
    try {
      Lease created =
          store.create(
              new LeaseBuilder()
                  .withNewMetadata()
                  .endMetadata()
                  .withNewSpec()
                  .withLeaseDurationSeconds(Math.toIntExact(duration.toSeconds()))
                  .endSpec()
                  .build());
      lastVersion = created.getMetadata().getResourceVersion();
      lastVersionReadAt = nanoTime.getAsLong();
    } catch (KubernetesClientException e) {
      // In a conflict another client has created it: the next attempt reads it.
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
    }
  }

  /**
   * Keeps what others wrote into the lease, unless the API server refuses it: a client that may
   * write the lease can fill it to a limit, and no replica could lead any more.
   */
  private Lease update(Lease lease) {
    try {
      return replace(lease);
    } catch (KubernetesClientException e) {
      if (e.getCode() != UNPROCESSABLE) {
        throw e;
      }
      return replace(
          new LeaseBuilder(lease)
              .editMetadata()
              .withAnnotations(null)
              .withLabels(null)
              .endMetadata()
              .withSpec(null)
              .build());
    }
  }

  private Lease replace(Lease lease) {
    ZonedDateTime now = now();
    var updated =
        new LeaseBuilder(lease)
            .editOrNewMetadata()
            .removeFromAnnotations(RELEASED_BY)
            .addToAnnotations(WRITTEN_BY, nextMark())
            .endMetadata()
            .editOrNewSpec()
            .withHolderIdentity(identity)
            .withLeaseDurationSeconds(Math.toIntExact(duration.toSeconds()))
            .withRenewTime(now);
    if (!isOwn(lease)) {
      updated.withAcquireTime(now).withLeaseTransitions(nextTransitions(lease));
    }
    return store.replace(updated.endSpec().build());
  }

  private boolean isOwn(Lease lease) {
    return acquired && isWrittenHere(lease) && holder(lease).filter(identity::equals).isPresent();
  }

  /** Whether no candidate wrote the lease after this one; other clients may have edited it. */
  private boolean isWrittenHere(Lease lease) {
    return annotation(lease, WRITTEN_BY).filter(marks::contains).isPresent();
  }

  /**
   * Whether another may have acquired and lost the lease since this candidate wrote it: the write
   * cannot be seen any more, and this candidate did not renew it in time.
   */
  private boolean isOvertakeable(Optional<Lease> lease) {
    return lease.filter(this::isWrittenHere).isEmpty()
        && nanoTime.getAsLong() - acquiredAt >= duration.toNanos();
  }

  private boolean isOther(String holder) {
    return !holder.equals(identity);
  }

  /** How long another replica may still act, unless the lease changes; zero if none does. */
  private Duration expiresIn(Optional<Lease> lease) {
    Optional<String> holder = lease.flatMap(Candidate::holder);
    if (holder.isPresent() && !lease.filter(this::isOwn).isPresent()) {
      other = holder.map(name -> new OtherHolder(name, actsFor(lease.orElseThrow())));
    } else if (lease.filter(this::isReleased).isPresent() || acquired && !isOvertakeable(lease)) {
      other = Optional.empty();
    } else if (acquired && other.isEmpty()) {
      other = Optional.of(new OtherHolder(UNKNOWN, duration));
    }
    return other
        .map(OtherHolder::actsFor)
        .map(
            actsFor ->
                lease.isEmpty()
                    ? actsFor
                    : actsFor.minusNanos(nanoTime.getAsLong() - lastVersionReadAt))
        .orElse(Duration.ZERO);
  }

  /** Whether the holder that was read last released the lease. */
  private boolean isReleased(Lease lease) {
    Optional<String> by = annotation(lease, RELEASED_BY);
    return by.isPresent() && by.equals(other.map(OtherHolder::identity));
  }

  private static Optional<String> annotation(Lease lease, String key) {
    return Optional.ofNullable(lease.getMetadata())
        .map(ObjectMeta::getAnnotations)
        .map(annotations -> annotations.get(key));
  }

  private static Optional<String> holder(Lease lease) {
    return spec(lease).map(LeaseSpec::getHolderIdentity).filter(holder -> !holder.isEmpty());
  }

  /**
   * The duration in the lease, on which its holder relies and which may be configured differently
   * there. Anyone who may write the lease can write any number, so it counts only up to a multiple
   * of the candidate's own; and a holder that acts for longer than the lease says must not be
   * overtaken.
   */
  private Duration actsFor(Lease lease) {
    Duration longest = duration.multipliedBy(MAX_FACTOR);
    return spec(lease)
        .map(LeaseSpec::getLeaseDurationSeconds)
        .map(Duration::ofSeconds)
        .map(theirs -> theirs.compareTo(longest) > 0 ? longest : theirs)
        .filter(theirs -> theirs.compareTo(duration) > 0)
        .orElse(duration);
  }

  /** Begins anew after the highest number, which the API server takes from any client. */
  private static int nextTransitions(Lease lease) {
    int transitions = spec(lease).map(LeaseSpec::getLeaseTransitions).orElse(0);
    return transitions == Integer.MAX_VALUE ? 0 : transitions + 1;
  }

  private static Optional<LeaseSpec> spec(Lease lease) {
    return Optional.ofNullable(lease.getSpec());
  }

  private ZonedDateTime now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS).atZone(ZoneOffset.UTC);
  }
}
