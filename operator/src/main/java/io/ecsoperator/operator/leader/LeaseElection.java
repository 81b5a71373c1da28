package io.ecsoperator.operator.leader;

import io.ecsoperator.operator.config.LeaseSettings;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
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
 * Leadership by a Lease. Whether it is held depends on no other thread being in time: it is a
 * matter of when the lease was last written. Losing it ends nothing but leadership; the replica
 * runs for it again.
 */
public final class LeaseElection implements Election {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseElection.class);

  private final LeaseStore store;
  private final String identity;
  private final LeaseSettings settings;
  private final Candidate candidate;
  private final LeadershipTerm term;
  private final Semaphore trigger = new Semaphore(0);
  private final Thread thread;
  private volatile boolean resigned;
  private volatile boolean closed;

  // The rest belongs to the thread.
  private List<LeadershipListener> listeners = List.of();
  private boolean acting;
  private boolean mayBeHolder;
  private String lastSaid = "";

  LeaseElection(
      LeaseStore store,
      String identity,
      LeaseSettings settings,
      Clock clock,
      LongSupplier nanoTime) {
    this.store = store;
    this.identity = identity;
    this.settings = settings;
    this.candidate = new Candidate(store, identity, settings.duration(), clock, nanoTime);
    this.term = new LeadershipTerm(settings.renewDeadline(), nanoTime);
    // Not a virtual thread: the work of all others must not keep the lease from being renewed.
    this.thread = Thread.ofPlatform().name("leader-election").daemon().unstarted(this::run);
  }

  /**
   * @param identity unique to this replica
   */
  public static LeaseElection in(
      KubernetesClient kubernetes, String identity, LeaseSettings settings, Clock clock) {
    String namespace =
        settings
            .namespace()
            .orElseGet(
                () -> kubernetes.getNamespace() == null ? "default" : kubernetes.getNamespace());
    Duration timeout = settings.renewDeadline().dividedBy(2);
    return new LeaseElection(
        new KubernetesLease(kubernetes, namespace, settings.name(), timeout),
        identity,
        settings,
        clock,
        System::nanoTime);
  }

  @Override
  public void start(List<LeadershipListener> all) {
    listenTo(all);
    thread.start();
  }

  void listenTo(List<LeadershipListener> all) {
    listeners = List.copyOf(all);
  }

  @Override
  public boolean held() {
    return term.held();
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
      // After that, the lease has run out by itself.
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
      stopActing();
      if (mayBeHolder) {
        candidate.release();
        LOG.atInfo().addKeyValue("lease", store).log("Released the lease");
      }
    } catch (KubernetesClientException e) {
      LOG.warn("The lease {} was not released, it will run out: {}", store, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A mistake of ours must not leave the replicas without a leader for good. */
  private Duration safeStep() {
    try {
      return step();
    } catch (RuntimeException e) {
      LOG.error("Unexpected error in the leader election", e);
      return settings.retryPeriod();
    }
  }

  /** One attempt, and what follows from it; says when to make the next. */
  Duration step() {
    if (!held()) {
      stopActing();
    }
    if (resigned && !mayBeHolder) {
      return settings.retryPeriod();
    }
    switch (candidate.attempt()) {
      case Attempt.Written(long begunAt) -> {
        mayBeHolder = true;
        if (!term.prolong(begunAt)) {
          act(begunAt);
        }
      }
      case Attempt.Refused(String holder, Duration freeIn) -> {
        mayBeHolder = false;
        term.end();
        stopActing();
        say(Level.INFO, holder, "Standing by: the leader is " + holder);
        return freeIn.compareTo(settings.retryPeriod()) < 0 ? freeIn : settings.retryPeriod();
      }
      case Attempt.Outrun() -> LOG.debug("The lease {} was written by somebody else", store);
      case Attempt.Failed(KubernetesClientException why) ->
          say(Level.WARN, "unreachable", "The lease cannot be had: " + reason(why));
    }
    return settings.retryPeriod();
  }

  private void act(long begunAt) {
    stopActing();
    if (resigned) {
      return;
    }
    listeners.forEach(LeadershipListener::elected);
    term.begin(begunAt);
    acting = true;
    say(Level.INFO, identity, "Leading");
    listeners.forEach(LeadershipListener::started);
  }

  private void stopActing() {
    if (acting) {
      acting = false;
      say(Level.INFO, "stopped", "No longer leading");
      listeners.forEach(LeadershipListener::stopped);
    }
  }

  /** Tells of a state once: a lease is looked at every second. */
  private void say(Level level, String state, String message) {
    if (!state.equals(lastSaid)) {
      lastSaid = state;
      LOG.atLevel(level).addKeyValue("lease", store).addKeyValue("identity", identity).log(message);
    }
  }

  private static String reason(KubernetesClientException why) {
    return why.getCause() == null ? why.getMessage() : why.getMessage() + " " + why.getCause();
  }
}
