package io.ecsoperator.operator.kinds.taskdefinition;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PendingRegistrationsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final PendingRegistrations unseen = new PendingRegistrations(Duration.ofSeconds(60));

  @Test
  void possibleRegistrationMayAppear() {
    assertThat(unseen.mayAppear("uid", "hash", NOW)).isTrue();
  }

  @Test
  void registrationThatIsNotShownAfterTheGracePeriodIsAbsent() {
    unseen.mayAppear("uid", "hash", NOW);

    assertThat(unseen.mayAppear("uid", "hash", NOW.plusSeconds(59))).isTrue();
    assertThat(unseen.mayAppear("uid", "hash", NOW.plusSeconds(60))).isFalse();
  }

  @Test
  void deferredRegistrationCannotAppear() {
    unseen.wasNotSent("hash");

    assertThat(unseen.mayAppear("uid", "hash", NOW)).isFalse();
  }

  @Test
  void deferredRegistrationIsKnownAsNotSent() {
    assertThat(unseen.isNotSent("hash")).isFalse();

    unseen.wasNotSent("hash");
    assertThat(unseen.isNotSent("hash")).isTrue();

    unseen.mayAppear("uid", "hash", NOW);
    assertThat(unseen.isNotSent("hash")).isFalse();
  }

  @Test
  void deferredRegistrationMayHaveBeenSentByAnotherLeader() {
    unseen.wasNotSent("hash");

    unseen.reset();

    assertThat(unseen.isNotSent("hash")).isFalse();
    assertThat(unseen.mayAppear("uid", "hash", NOW)).isTrue();
  }

  @Test
  void deferredRegistrationThatWasRepeatedMayAppear() {
    unseen.wasNotSent("hash");
    unseen.mayAppear("uid", "hash", NOW);

    assertThat(unseen.mayAppear("uid", "hash", NOW)).isTrue();
  }

  @Test
  void deferredRegistrationSaysNothingAboutOthers() {
    unseen.wasNotSent("hash");

    assertThat(unseen.mayAppear("uid", "another", NOW)).isTrue();
  }
}
