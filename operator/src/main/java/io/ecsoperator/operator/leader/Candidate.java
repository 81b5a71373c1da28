package io.ecsoperator.operator.leader;

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
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Runs for the lease. One thread only.
 *
 * <p>A lease is free when nobody holds it, or when it has not changed for its duration. That is
 * measured here, from the moment its last change was seen: the times it contains are for people,
 * since no two machines' clocks agree. Each write replaces exactly the version that was read, so of
 * several candidates one wins.
 */
final class Candidate {
  private final LeaseStore store;
  private final String identity;
  private final Duration duration;
  private final Clock clock;
  private final LongSupplier nanoTime;

  /** As it was written here last; empty when that may not be the newest any more. */
  private Optional<Lease> mine = Optional.empty();

  /** The version seen last, and since when it is known. */
  private String seenVersion = "";

  private long seenSince;

  /**
   * @param duration how long a lease lasts that is not renewed, in whole seconds
   * @param nanoTime as {@link System#nanoTime}
   */
  Candidate(
      LeaseStore store, String identity, Duration duration, Clock clock, LongSupplier nanoTime) {
    this.store = store;
    this.identity = identity;
    this.duration = duration;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** Renews the lease, or takes it where it is free. */
  Attempt attempt() {
    try {
      Optional<Lease> current = mine.or(this::look);
      mine = Optional.empty();
      Duration freeIn = current.map(this::freeIn).orElse(Duration.ZERO);
      if (freeIn.isPositive()) {
        return new Attempt.Refused(current.flatMap(Candidate::holder).orElseThrow(), freeIn);
      }
      long begunAt = nanoTime.getAsLong();
      mine = Optional.of(current.map(this::take).orElseGet(this::create));
      return new Attempt.Written(begunAt);
    } catch (KubernetesClientException e) {
      return e.getCode() == HttpURLConnection.HTTP_CONFLICT
          ? new Attempt.Outrun()
          : new Attempt.Failed(e);
    }
  }

  /**
   * Gives the lease up, if it is this candidate's.
   *
   * @throws KubernetesClientException when that could not be told
   */
  void release() {
    Optional<Lease> current = mine.or(this::look).filter(this::isMine);
    mine = Optional.empty();
    current.ifPresent(
        lease ->
            store.replace(
                new LeaseBuilder(lease)
                    .editSpec()
                    .withHolderIdentity(null)
                    .withRenewTime(now())
                    .endSpec()
                    .build()));
  }

  private Optional<Lease> look() {
    Optional<Lease> found = store.read();
    String version = found.map(lease -> lease.getMetadata().getResourceVersion()).orElse("");
    if (!version.equals(seenVersion)) {
      seenVersion = version;
      // Only once the answer is there: the change may be younger than the question.
      seenSince = nanoTime.getAsLong();
    }
    return found;
  }

  private Lease create() {
    ZonedDateTime now = now();
    return store.create(
        new LeaseBuilder()
            .withNewSpec()
            .withHolderIdentity(identity)
            .withLeaseDurationSeconds(Math.toIntExact(duration.toSeconds()))
            .withAcquireTime(now)
            .withRenewTime(now)
            .withLeaseTransitions(0)
            .endSpec()
            .build());
  }

  private Lease take(Lease lease) {
    ZonedDateTime now = now();
    var taken =
        new LeaseBuilder(lease)
            .editOrNewSpec()
            .withHolderIdentity(identity)
            .withLeaseDurationSeconds(Math.toIntExact(duration.toSeconds()))
            .withRenewTime(now);
    if (!isMine(lease)) {
      taken.withAcquireTime(now).withLeaseTransitions(transitions(lease) + 1);
    }
    return store.replace(taken.endSpec().build());
  }

  private boolean isMine(Lease lease) {
    return holder(lease).filter(identity::equals).isPresent();
  }

  /** How long the lease is to be left alone if it does not change. */
  private Duration freeIn(Lease lease) {
    return isMine(lease) || holder(lease).isEmpty()
        ? Duration.ZERO
        : lasts(lease).minusNanos(nanoTime.getAsLong() - seenSince);
  }

  private static Optional<String> holder(Lease lease) {
    return spec(lease).map(LeaseSpec::getHolderIdentity).filter(holder -> !holder.isEmpty());
  }

  /** What its holder relies on, which may have been configured otherwise. */
  private Duration lasts(Lease lease) {
    return spec(lease)
        .map(LeaseSpec::getLeaseDurationSeconds)
        .map(Duration::ofSeconds)
        .orElse(duration);
  }

  private static int transitions(Lease lease) {
    return spec(lease).map(LeaseSpec::getLeaseTransitions).orElse(0);
  }

  private static Optional<LeaseSpec> spec(Lease lease) {
    return Optional.ofNullable(lease.getSpec());
  }

  private ZonedDateTime now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS).atZone(ZoneOffset.UTC);
  }
}
