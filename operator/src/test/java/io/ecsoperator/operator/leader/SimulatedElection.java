package io.ecsoperator.operator.leader;

import io.ecsoperator.operator.config.LeaseSettings;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The election of a replica, whose steps a simulation makes. */
public final class SimulatedElection implements Leadership {
  private static final LeaseSettings SETTINGS =
      new LeaseSettings(
          Optional.of("operator"),
          "ecs-operator",
          Duration.ofSeconds(12),
          Duration.ofSeconds(9),
          Duration.ofSeconds(4));

  private final LeaseElection election;

  public SimulatedElection(
      KubernetesClient kubernetes, String identity, Clock clock, LongSupplier nanoTime) {
    this.election =
        new LeaseElection(
            new KubernetesLease(
                kubernetes,
                SETTINGS.namespace().orElseThrow(),
                SETTINGS.name(),
                SETTINGS.renewDeadline().dividedBy(2)),
            identity,
            SETTINGS,
            clock,
            nanoTime);
  }

  public void begin(LeadershipListener listener) {
    election.setListeners(List.of(listener));
  }

  /** Makes one attempt; returns the time until the next one. */
  public Duration step() {
    return election.step();
  }

  @Override
  public boolean held() {
    return election.held();
  }
}
