package io.ecsoperator.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DashboardTest {
  private final SettableClock clock = new SettableClock();
  private final List<Row> shown = new ArrayList<>();

  private final Dashboard dashboard =
      new Dashboard(
          () ->
              List.of(
                  Examples.ready("EcsCluster", "demo"),
                  Examples.underWay("EcsService", "web", "0/2 tasks running.")),
          shown::addAll,
          Stopwatch.start(clock));

  @Test
  void showsAllObjectsAndReturnsThoseThatAreReady() {
    assertThat(dashboard.refresh()).containsExactly("ecscluster/demo");
    assertThat(shown)
        .extracting(row -> row.object().key())
        .containsExactly("ecscluster/demo", "ecsservice/web");
  }

  @Test
  void reportsObjectsThatAreNotReadyAndObjectsThatDoNotExist() {
    clock.advance(Duration.ofSeconds(120));

    assertThat(dashboard.report(Set.of("ecscluster/demo", "ecsservice/web", "ecstask/migrate")))
        .isEqualTo(
            """
            not Ready after 120 s:
                 ecsservice/web is RollingOut: 0/2 tasks running.
                 ecstask/migrate does not exist""");
  }
}
