package io.ecsoperator.demo;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Shows the objects on the screen and knows which are Ready. */
final class Dashboard {
  /** Time between two refreshes. */
  static final Duration FRAME = Duration.ofMillis(100);

  private final Supplier<List<ObjectState>> objects;
  private final Consumer<List<Row>> screen;
  private final Stopwatch sinceApply;
  private final ReadyTimes times;

  Dashboard(Supplier<List<ObjectState>> objects, Consumer<List<Row>> screen, Stopwatch sinceApply) {
    this.objects = objects;
    this.screen = screen;
    this.sinceApply = sinceApply;
    this.times = new ReadyTimes(sinceApply.clock());
  }

  /** Shows the current objects and returns the keys of those that are Ready. */
  Set<String> refresh() {
    List<ObjectState> now = objects.get();
    screen.accept(times.rows(now));
    return now.stream()
        .filter(ObjectState::isReady)
        .map(ObjectState::key)
        .collect(Collectors.toSet());
  }

  /** Time since the objects were applied. */
  Duration time() {
    return sinceApply.elapsed();
  }

  /** The reasons and messages of those of {@code keys} that are not Ready. */
  String report(Set<String> keys) {
    List<ObjectState> now = objects.get();
    return keys.stream()
        .sorted()
        .filter(
            key -> now.stream().noneMatch(object -> object.key().equals(key) && object.isReady()))
        .map(
            key ->
                now.stream()
                    .filter(object -> object.key().equals(key))
                    .findFirst()
                    .map(object -> key + " is " + object.reason() + ": " + object.message())
                    .orElse(key + " does not exist"))
        .collect(
            Collectors.joining(
                "\n     ", "not Ready after " + Stopwatch.seconds(time()) + ":\n     ", ""));
  }
}
