package io.ecsoperator.operator.aws;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.operator.FakeEcs;
import io.ecsoperator.operator.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutageEcsTest {
  private final VirtualTime time = new VirtualTime();
  private final FakeEcs ecs = new FakeEcs();
  private final AtomicInteger changes = new AtomicInteger();
  private final OutageEcs health = new OutageEcs(ecs, time, time::after, changes::incrementAndGet);

  private AwsFailure down = failure(FailureClass.TRANSIENT, "ConnectionFailed");
  private boolean isDown = true;

  OutageEcsTest() {
    ecs.always(
        asked -> {
          if (isDown) {
            throw down;
          }
          return tree("{}");
        });
  }

  @Test
  void whileEcsIsAwayOneProbeIsSentAndNoOtherCall() {
    away();
    int sent = ecs.asked().size();

    for (int i = 0; i < 50; i++) {
      assertThatThrownBy(this::update)
          .isInstanceOfSatisfying(
              AwsFailure.class,
              failure -> {
                assertThat(failure.code()).isEqualTo(OutageEcs.AWAY);
                assertThat(failure.failureClass()).isEqualTo(FailureClass.TRANSIENT);
                assertThat(failure.ambiguous()).isFalse();
                assertThat(failure.message()).contains("ConnectionFailed");
              });
    }
    time.pass(Duration.ofSeconds(10));

    assertThat(ecs.operations().subList(sent, ecs.asked().size()))
        .hasSize(5)
        .containsOnly("ListClusters");
    assertThat(changes).hasValue(1);
  }

  @Test
  void whenEcsAnswersTheProbeAllGoesOnWithinTwoSeconds() {
    away();
    isDown = false;

    time.pass(Duration.ofSeconds(2));

    assertThat(changes).hasValue(2);
    assertThat(health.failing("UpdateService")).isEmpty();
    update();
  }

  @Test
  void refusedProbeIsAnAnswer() {
    away();
    down = failure(FailureClass.BLOCKED, "AccessDeniedException");

    time.pass(Duration.ofSeconds(2));

    assertThat(health.failing("UpdateService")).isEmpty();
  }

  @Test
  void failuresBetweenAnswersAreNoOutage() {
    for (int i = 0; i < 20; i++) {
      isDown = true;
      assertThatThrownBy(this::update).isSameAs(down);
      isDown = false;
      update();
      time.pass(Duration.ofSeconds(1));
    }

    assertThat(health.failing("UpdateService")).isEmpty();
    assertThat(changes).hasValue(0);
  }

  @Test
  void aReplicaThatNoLongerLeadsEndsItsProbes() {
    away();
    down = failure(FailureClass.TRANSIENT, AwsFailure.NOT_LEADER);
    time.pass(Duration.ofSeconds(2));
    int sent = ecs.asked().size();

    time.pass(Duration.ofSeconds(10));

    assertThat(ecs.asked()).hasSize(sent);
    assertThat(health.failing("UpdateService")).isEmpty();
  }

  @Test
  void failuresBetweenAnswersDoNotAddProbes() {
    for (int i = 0; i < 5; i++) {
      isDown = true;
      assertThatThrownBy(this::update).isSameAs(down);
      isDown = false;
      update();
    }
    isDown = true;
    away();
    int sent = ecs.asked().size();

    time.pass(Duration.ofSeconds(10));

    assertThat(ecs.operations().subList(sent, ecs.asked().size())).hasSize(5);
  }

  @Test
  void aMomentIsNoOutage() {
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(this::update).isSameAs(down);
    }
    isDown = false;
    time.pass(Duration.ofSeconds(1));

    assertThat(changes).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UpdateInProgressException", "ClientException", "Interrupted"})
  void whatIsAboutOneResourceIsNoOutage(String code) {
    down = failure(FailureClass.TRANSIENT, code);
    List<Throwable> failures = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      try {
        update();
      } catch (AwsFailure failure) {
        failures.add(failure);
      }
      time.pass(Duration.ofSeconds(1));
    }

    assertThat(failures).hasSize(10).containsOnly(down);
  }

  private void away() {
    assertThatThrownBy(this::update).isSameAs(down);
    time.pass(Duration.ofSeconds(4));
    assertThat(health.failing("UpdateService")).isPresent();
  }

  private void update() {
    health.write("UpdateService", tree("{}"), CallContext.of(Priority.CHANGE));
  }

  private static AwsFailure failure(FailureClass failureClass, String code) {
    return AwsFailure.of("UpdateService", failureClass, code, "no");
  }
}
