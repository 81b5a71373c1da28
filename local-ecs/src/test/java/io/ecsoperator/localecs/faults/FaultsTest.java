package io.ecsoperator.localecs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private final Faults faults = new Faults(1, List.of());

  @Test
  void delaysAddUpAndOfTheOthersTheFirstWins() {
    faults.add(FaultRule.always("*", new Fault.Delay(Duration.ofMillis(20))));
    faults.add(FaultRule.next(1, "RunTask", Fault.throttled()));
    faults.add(FaultRule.next(1, "*", Fault.lostAnswer()));
    faults.add(FaultRule.next(1, "RunTask", new Fault.Delay(Duration.ofMillis(5))));

    assertThat(faults.inject("RunTask"))
        .isEqualTo(new InjectedFault(Duration.ofMillis(25), Optional.of(Fault.throttled())));
    assertThat(faults.inject("RunTask"))
        .isEqualTo(new InjectedFault(Duration.ofMillis(20), Optional.of(Fault.lostAnswer())));
    assertThat(faults.inject("RunTask"))
        .isEqualTo(new InjectedFault(Duration.ofMillis(20), Optional.empty()));
  }

  @Test
  void aRuleConcernsItsOperationOnly() {
    faults.add(FaultRule.always("RunTask", Fault.throttled()));

    assertThat(faults.inject("StopTask").fault()).isEmpty();
  }

  @Test
  void chanceComesFromTheSeedAndStartsAnewWithTheStandingFaults() {
    FaultRule often = FaultRule.share(0.5, "*", Fault.serverError());
    Faults standing = new Faults(7, List.of(often));
    List<Boolean> first = injections(standing);

    standing.add(FaultRule.always("*", Fault.throttled()));
    standing.clear();

    assertThat(standing.rules()).containsExactly(often);
    assertThat(injections(standing)).isEqualTo(first).contains(true, false);
    assertThat(injections(new Faults(8, List.of(often)))).isNotEqualTo(first);
  }

  private static List<Boolean> injections(Faults faults) {
    return IntStream.range(0, 100)
        .mapToObj(i -> faults.inject("RunTask").fault().isPresent())
        .toList();
  }

  @Test
  void whatCannotHappenIsRefused() {
    assertThatThrownBy(() -> FaultRule.share(1.5, "*", Fault.throttled()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FaultRule.next(0, "*", Fault.throttled()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Fault.Delay(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
