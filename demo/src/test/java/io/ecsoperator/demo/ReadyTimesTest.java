package io.ecsoperator.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadyTimesTest {
  private final SettableClock clock = new SettableClock();
  private final ReadyTimes times = new ReadyTimes(clock);
  private final ObjectState underWay = Examples.underWay("EcsService", "web", "");
  private final ObjectState ready = Examples.ready("EcsService", "web");

  private Duration timeAfter(Duration pause, ObjectState object) {
    clock.advance(pause);
    return times.rows(List.of(object)).getFirst().time();
  }

  @Test
  void runsUntilTheObjectIsReadyAndThenStops() {
    assertThat(timeAfter(Duration.ofSeconds(5), underWay)).isZero();
    assertThat(timeAfter(Duration.ofSeconds(2), underWay)).hasSeconds(2);
    assertThat(timeAfter(Duration.ofSeconds(1), ready)).hasSeconds(3);
    assertThat(timeAfter(Duration.ofSeconds(60), ready)).hasSeconds(3);
  }

  @Test
  void runsAgainAfterAChange() {
    timeAfter(Duration.ZERO, underWay);
    timeAfter(Duration.ofSeconds(3), ready);

    assertThat(timeAfter(Duration.ofSeconds(60), underWay)).isZero();
    assertThat(timeAfter(Duration.ofSeconds(4), ready)).hasSeconds(4);
  }

  @Test
  void anObjectThatIsCreatedAgainStartsAtZero() {
    timeAfter(Duration.ZERO, underWay);
    clock.advance(Duration.ofSeconds(3));
    assertThat(times.rows(List.of())).isEmpty();

    assertThat(timeAfter(Duration.ofSeconds(3), underWay)).isZero();
  }
}
