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
 * Acquires and renews the lease. For use by one thread.
 *
 * <p>A lease is free if it has no holder, or if it has not changed for its duration. The candidate
 * measures that duration by its own monotonic clock, from when it read the last change. The times
 * in the lease are for users only, because the clocks of two machines differ. Each write replaces
 * exactly the version that was read, so only one of several candidates succeeds.
 */
final class Candidate {
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
  }

  /** Renews the lease, or acquires it if it is free. */
  Attempt attempt() {
    try {
      Optional<Lease> current = ownLease.or(this::read);
      ownLease = Optional.empty();
      Duration expiresIn = current.map(this::expiresIn).orElse(Duration.ZERO);
      if (expiresIn.isPositive()) {
        return new Attempt.HeldByOther(current.flatMap(Candidate::holder).orElseThrow(), expiresIn);
      }
      long begunAt = nanoTime.getAsLong();
      ownLease = Optional.of(current.map(this::update).orElseGet(this::create));
      return new Attempt.Held(begunAt);
    } catch (KubernetesClientException e) {
      return e.getCode() == HttpURLConnection.HTTP_CONFLICT
          ? new Attempt.Conflict()
          : new Attempt.Failed(e);
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

  private Lease update(Lease lease) {
    ZonedDateTime now = now();
    var updated =
        new LeaseBuilder(lease)
            .editOrNewSpec()
            .withHolderIdentity(identity)
            .withLeaseDurationSeconds(Math.toIntExact(duration.toSeconds()))
            .withRenewTime(now);
    if (!isOwn(lease)) {
      updated.withAcquireTime(now).withLeaseTransitions(transitions(lease) + 1);
    }
    return store.replace(updated.endSpec().build());
  }

  private boolean isOwn(Lease lease) {
    return holder(lease).filter(identity::equals).isPresent();
  }

  /** How long the lease of another holder is still valid, unless it changes; zero if it is free. */
  private Duration expiresIn(Lease lease) {
    return isOwn(lease) || holder(lease).isEmpty()
        ? Duration.ZERO
        : validFor(lease).minusNanos(nanoTime.getAsLong() - lastVersionReadAt);
  }

  private static Optional<String> holder(Lease lease) {
    return spec(lease).map(LeaseSpec::getHolderIdentity).filter(holder -> !holder.isEmpty());
  }

  /**
   * The duration in the lease, on which its holder relies; it may be configured differently here.
   */
  private Duration validFor(Lease lease) {
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
