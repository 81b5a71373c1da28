package io.ecsoperator.operator.leader;

import io.ecsoperator.operator.config.LeaseSettings;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Leader election by a Lease. Whether this replica leads follows from the time of the last write of
 * the lease, so a delayed election thread cannot make two replicas lead. A replica that loses the
 * lease keeps running and tries to acquire it again.
 */
public final class LeaseElection implements Election {
  /** Each attempt gives up earlier, after less than the duration of the Lease. */
  private static final Duration STUCK = Duration.ofMinutes(2);

  private static final Logger LOG = LoggerFactory.getLogger(LeaseElection.class);

  private final LeaseStore store;
  private final String identity;
  private final LeaseSettings settings;
  private final Candidate candidate;
  private final LeadershipTerm term;
  private final Semaphore trigger = new Semaphore(0);
  private final Thread thread;
  private final LongSupplier nanoTime;
  private volatile long lastStep;
  private volatile boolean started;
  private volatile boolean resigned;
  private volatile boolean closed;

  // Used by the election thread only.
  private List<LeadershipListener> listeners = List.of();
  private boolean leading;
  private boolean mayBeHolder;
  private String lastLogged = "";

  LeaseElection(
      LeaseStore store,
      String identity,
      LeaseSettings settings,
      Clock clock,
      LongSupplier nanoTime) {
    this.store = store;
    this.identity = identity;
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.candidate = new Candidate(store, identity, settings.duration(), clock, nanoTime);
    this.term = new LeadershipTerm(settings.renewDeadline(), nanoTime);
    // A platform thread, so that busy carrier threads do not delay the renewal of the lease.
    this.thread = Thread.ofPlatform().name("leader-election").daemon().unstarted(this::run);
  }

  /**
   * @param identity unique name of this replica
   */
  public static LeaseElection in(
      KubernetesClient kubernetes, String identity, LeaseSettings settings, Clock clock) {
    String namespace =
        settings
            .namespace()
            .orElseGet(() -> ownNamespace(Path.of(Config.KUBERNETES_NAMESPACE_PATH)));
    Duration timeout = settings.renewDeadline().dividedBy(2);
    return new LeaseElection(
        new KubernetesLease(kubernetes, namespace, settings.name(), timeout),
        identity,
        settings,
        clock,
        System::nanoTime);
  }

  /**
   * The namespace of the pod, and outside a cluster always the same one: the current namespace of a
   * kubeconfig differs between users, who would then each elect a leader.
   */
  static String ownNamespace(Path ofServiceAccount) {
    try {
      return Files.exists(ofServiceAccount)
          ? Files.readString(ofServiceAccount).strip()
          : "default";
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read the namespace of the Lease from "
              + ofServiceAccount
              + "; set --lease-namespace",
          e);
    }
  }

  @Override
  public void start(List<LeadershipListener> all) {
    setListeners(all);
    thread.start();
  }

  void setListeners(List<LeadershipListener> all) {
    listeners = List.copyOf(all);
    lastStep = nanoTime.getAsLong();
    started = true;
  }

  @Override
  public boolean held() {
    return term.held();
  }

  /** An Error ends the thread, and a call that never returns holds it. */
  @Override
  public boolean isStuck() {
    Duration longest = STUCK.plus(settings.duration().multipliedBy(2));
    return started && !closed && nanoTime.getAsLong() - lastStep > longest.toNanos();
  }

  @Override
  public void resign() {
    resigned = true;
    term.close();
    trigger.release();
  }

  @Override
  public void close() {
    resign();
    closed = true;
    trigger.release();
    try {
      // After that time the lease has expired by itself.
      thread.join(settings.duration());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closed) {
        trigger.tryAcquire(safeStep().toNanos(), TimeUnit.NANOSECONDS);
      }
      stopLeading();
      if (mayBeHolder) {
        candidate.release();
        LOG.atInfo().addKeyValue("lease", store).log("Released the lease");
      }
    } catch (KubernetesClientException e) {
      LOG.warn("The lease {} was not released and will expire: {}", store, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The thread survives a defect in a step; otherwise the replicas could be left without a leader.
   */
  private Duration safeStep() {
    try {
      return step();
    } catch (RuntimeException e) {
      LOG.error("Unexpected error in the leader election", e);
      return settings.retryPeriod();
    }
  }

  /** Makes one attempt and applies its result; returns the time until the next attempt. */
  Duration step() {
    lastStep = nanoTime.getAsLong();
    if (!held()) {
      stopLeading();
    }
    if (resigned && !mayBeHolder) {
      return settings.retryPeriod();
    }
    switch (candidate.attempt()) {
      case Attempt.Held(long begunAt) -> {
        mayBeHolder = true;
        if (!term.extend(begunAt)) {
          lead(begunAt);
        }
      }
      case Attempt.HeldByOther(String holder, Duration expiresIn) -> {
        mayBeHolder = false;
        term.end();
        stopLeading();
        logOnce(Level.INFO, holder, "Standing by: the leader is " + holder);
        return expiresIn.compareTo(settings.retryPeriod()) < 0 ? expiresIn : settings.retryPeriod();
      }
      case Attempt.Conflict() -> LOG.debug("Another client wrote the lease {}", store);
      case Attempt.Failed(KubernetesClientException cause) ->
          logOnce(Level.WARN, "unreachable", "Cannot read or write the lease: " + reason(cause));
    }
    return settings.retryPeriod();
  }

  private void lead(long begunAt) {
    stopLeading();
    if (resigned) {
      return;
    }
    listeners.forEach(LeadershipListener::elected);
    term.begin(begunAt);
    leading = true;
    logOnce(Level.INFO, identity, "Leading");
    listeners.forEach(LeadershipListener::started);
  }

  private void stopLeading() {
    if (leading) {
      leading = false;
      logOnce(Level.INFO, "stopped", "No longer leading");
      listeners.forEach(LeadershipListener::stopped);
    }
  }

  /** Logs a state when it begins only, because there is an attempt every second. */
  private void logOnce(Level level, String state, String message) {
    if (!state.equals(lastLogged)) {
      lastLogged = state;
      LOG.atLevel(level).addKeyValue("lease", store).addKeyValue("identity", identity).log(message);
    }
  }

  private static String reason(KubernetesClientException failure) {
    return failure.getCause() == null
        ? String.valueOf(failure.getMessage())
        : failure.getMessage() + " " + failure.getCause();
  }
}
