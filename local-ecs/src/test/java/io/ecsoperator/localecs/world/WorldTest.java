package io.ecsoperator.localecs.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorldTest {
  private final World world = new World(WorldClock.virtual(), 1);

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void actionsRunInTheOrderOfTheirTimesAndSeeThem() {
    List<String> seen = new ArrayList<>();
    Instant start = world.call(world::now);
    world.run(
        () -> {
          world.after(Duration.ofSeconds(2), () -> seen.add("b " + since(start)));
          world.after(Duration.ofSeconds(1), () -> seen.add("a " + since(start)));
          world.after(Duration.ofSeconds(2), () -> seen.add("c " + since(start)));
          world.after(
              Duration.ofSeconds(1),
              () -> world.after(Duration.ofSeconds(2), () -> seen.add("d " + since(start))));
        });

    world.advance(Duration.ofSeconds(2));
    assertThat(seen).containsExactly("a PT1S", "b PT2S", "c PT2S");
    world.advance(Duration.ofSeconds(10));
    assertThat(seen).endsWith("d PT3S");
    assertThat(world.call(world::now)).isEqualTo(start.plusSeconds(12));
  }

  private Duration since(Instant start) {
    return Duration.between(start, world.now());
  }

  @Test
  void whatWasClearedOrCancelledDoesNotHappen() {
    List<String> seen = new ArrayList<>();
    world.run(() -> world.after(Duration.ofSeconds(1), () -> seen.add("cancelled")).cancel());
    world.run(() -> world.after(Duration.ofSeconds(1), () -> seen.add("cleared")));
    world.run(world::restart);
    world.advance(Duration.ofMinutes(1));

    assertThat(seen).isEmpty();
  }

  @Test
  void onlyTheWorldsThreadTouchesItsState() {
    assertThatThrownBy(world::now).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(world::random).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> world.after(Duration.ZERO, () -> {}))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> world.run(() -> world.run(() -> {})))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatACommandThrowsReachesItsCallerAndTheWorldGoesOn() {
    assertThatThrownBy(
            () ->
                world.run(
                    () -> {
                      throw new IllegalArgumentException("no");
                    }))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(world.call(() -> 1)).isOne();
  }

  @Test
  void aFailureOfAScheduledActionReachesTheCallerThatMovesTheClock() {
    world.run(
        () ->
            world.after(
                Duration.ofSeconds(1),
                () -> {
                  throw new IllegalStateException("broken");
                }));

    assertThatThrownBy(() -> world.advance(Duration.ofSeconds(2))).hasMessage("broken");
  }

  @Test
  void aScaledClockRunsByItself() throws InterruptedException {
    CountDownLatch hourLater = new CountDownLatch(1);
    try (World fast = new World(WorldClock.scaled(1_000_000), 1)) {
      fast.run(() -> fast.after(Duration.ofHours(1), hourLater::countDown));

      assertThat(hourLater.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void timeDoesNotGoBack() {
    assertThatThrownBy(() -> world.advance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aClosedWorldSaysSo() {
    world.close();

    assertThatThrownBy(() -> world.call(() -> 1)).isInstanceOf(IllegalStateException.class);
  }
}
