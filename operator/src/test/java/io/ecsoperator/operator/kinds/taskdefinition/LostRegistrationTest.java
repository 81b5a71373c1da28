package io.ecsoperator.operator.kinds.taskdefinition;

import static io.ecsoperator.operator.kinds.taskdefinition.DefinitionOnLocalEcs.FAMILY;
import static io.ecsoperator.operator.kinds.taskdefinition.DefinitionOnLocalEcs.web;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.faults.Fault;
import io.ecsoperator.localecs.faults.Fault.Loss;
import io.ecsoperator.localecs.faults.FaultRule;
import io.ecsoperator.localecs.faults.Lag;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LostRegistrationTest {
  private final DefinitionOnLocalEcs definition = new DefinitionOnLocalEcs();

  @AfterEach
  void stop() {
    definition.close();
  }

  @Test
  void revisionWhoseAnswerWasLostIsNotRegisteredTwice() {
    definition.reconcile(web("", 1));
    loseTheNextAnswer();
    definition.reconcile(web("", 2));

    definition.reconcile(web("", 2));

    assertThat(definition.active()).containsExactly(1, 2);
    assertThat(definition.status().common().arn()).isEqualTo(FAMILY + 2);
    assertThat(definition.history()).containsExactly(2, 1);
  }

  @Test
  void aRevisionThatEcsDoesNotShowYetIsNotRegisteredTwice() {
    definition.reconcile(web("", 1));
    loseTheNextAnswer();
    definition.reconcile(web("", 2));
    definition.local().setLag(Lag.ofReads(3));

    for (int look = 0; look < 6; look++) {
      definition.reconcile(web("", 2));
      definition.pass(Duration.ofSeconds(15));
    }

    assertThat(definition.active()).containsExactly(1, 2);
    assertThat(definition.condition("Ready")).isEqualTo("True/Reconciled");
  }

  @Test
  void aRevisionThatANewProcessDoesNotSeeYetIsNotRegisteredTwice() {
    definition.local().setLag(Lag.ofReads(3));
    definition.reconcile(web("", 1));
    definition.restart();

    for (int look = 0; look < 6; look++) {
      definition.reconcile(web("", 1).annotated("reconcile-requested-at", "look " + look));
      definition.pass(Duration.ofSeconds(15));
    }

    assertThat(definition.active()).containsExactly(1);
  }

  @Test
  void aFirstRevisionOfAProcessThatDiedBeforeItWroteAStatusIsNotRegisteredTwice() {
    definition.local().setLag(Lag.ofReads(3));
    definition.reconcile(web("", 1));
    definition.loseStatus();
    definition.restart();

    for (int look = 0; look < 6; look++) {
      definition.reconcile(web("", 1));
      definition.pass(Duration.ofSeconds(15));
    }

    assertThat(definition.active()).containsExactly(1);
    assertThat(definition.condition("Ready")).isEqualTo("True/Reconciled");
  }

  @Test
  void firstRevisionThatWasNotRegisteredBeforeACrashIsRegisteredAfterSomeReads() {
    definition.local().faults().add(FaultRule.next(1, "RegisterTaskDefinition", Fault.throttled()));
    definition.reconcile(web("", 1));
    definition.loseStatus();
    definition.restart();

    definition.reconcile(web("", 1));
    assertThat(definition.active()).isEmpty();
    for (int look = 0; look < 6; look++) {
      definition.pass(Duration.ofSeconds(15));
      definition.reconcile(web("", 1));
    }

    assertThat(definition.active()).containsExactly(1);
    assertThat(definition.condition("Ready")).isEqualTo("True/Reconciled");
  }

  @Test
  void registrationThatDidNotArriveIsRepeatedAfterSomeReads() {
    definition.reconcile(web("", 1));
    definition
        .local()
        .faults()
        .add(
            FaultRule.next(
                1, "RegisterTaskDefinition", new Fault.LostRequest(Loss.CONNECTION_CLOSED)));
    definition.reconcile(web("", 2));

    definition.reconcile(web("", 2));
    assertThat(definition.active()).containsExactly(1);
    for (int look = 0; look < 6; look++) {
      definition.pass(Duration.ofSeconds(15));
      definition.reconcile(web("", 2));
    }

    assertThat(definition.active()).containsExactly(1, 2);
    assertThat(definition.condition("Ready")).isEqualTo("True/Reconciled");
  }

  @Test
  void aThrottledRegistrationIsRepeatedAtOnce() {
    definition.reconcile(web("", 1));
    definition.local().faults().add(FaultRule.next(1, "RegisterTaskDefinition", Fault.throttled()));
    definition.reconcile(web("", 2));

    definition.reconcile(web("", 2));

    assertThat(definition.active()).containsExactly(1, 2);
  }

  @Test
  void revertedSpecIsRegisteredAgainOnceEcsShowsTheLostRevision() {
    definition.reconcile(web("", 1));
    definition.pass(Duration.ofSeconds(30));
    definition.local().setLag(Lag.of(Duration.ofSeconds(10)));
    loseTheNextAnswer();
    definition.reconcile(web("", 2));

    for (int read = 0; read < 8; read++) {
      definition.reconcile(web("", 1));
      definition.pass(Duration.ofSeconds(8));
    }

    definition.local().setLag(Lag.NONE);
    assertThat(definition.active()).containsExactly(1, 2, 3);
    assertThat(definition.status().common().arn()).isEqualTo(FAMILY + 3);
    assertThat(definition.condition("Ready")).isEqualTo("True/Reconciled");
  }

  @Test
  void revertedSpecIsRegisteredAgainAsTheNewest() {
    definition.reconcile(web("", 1));
    loseTheNextAnswer();
    definition.reconcile(web("", 2));

    definition.reconcile(web("", 1));

    assertThat(definition.active()).containsExactly(1, 2, 3);
    assertThat(definition.status().common().arn()).isEqualTo(FAMILY + 3);
    definition.reconcile(web("", 1));
    assertThat(definition.active()).containsExactly(1, 2, 3);
  }

  @Test
  void revertedSpecIsRegisteredAgainAsTheNewestAlsoAfterThrottling() {
    definition.reconcile(web("", 1));
    loseTheNextAnswer();
    definition.reconcile(web("", 2));
    definition.local().faults().add(FaultRule.next(1, "RegisterTaskDefinition", Fault.throttled()));
    definition.reconcile(web("", 1));

    for (int look = 0; look < 6; look++) {
      definition.pass(Duration.ofSeconds(15));
      definition.reconcile(web("", 1));
    }

    assertThat(definition.active()).containsExactly(1, 2, 3);
    assertThat(definition.status().common().arn()).isEqualTo(FAMILY + 3);
  }

  @Test
  void aRefusedRegistrationLeavesNothingBehindWhenTheSpecGoesBack() {
    definition.reconcile(web("", 1));
    definition
        .local()
        .faults()
        .add(
            FaultRule.next(
                1,
                "RegisterTaskDefinition",
                new Fault.Refusal("InvalidParameterException", "No.", 400)));
    definition.reconcile(web("", 2));
    assertThat(definition.condition("Stalled")).isEqualTo("True/Refused");

    definition.reconcile(web("", 1));

    assertThat(definition.active()).containsExactly(1);
    assertThat(definition.status().pendingRegistration()).isNull();
    assertThat(definition.condition("Ready")).isEqualTo("True/Reconciled");
  }

  private void loseTheNextAnswer() {
    definition
        .local()
        .faults()
        .add(FaultRule.next(1, "RegisterTaskDefinition", Fault.lostAnswer()));
  }
}
