package io.ecsoperator.operator.simulation;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** What happens in a simulation, line by line. */
final class EventLog {
  private final Clock clock;
  private final List<String> lines = new ArrayList<>();

  EventLog(Clock clock) {
    this.clock = clock;
  }

  void add(String format, Object... values) {
    lines.add(clock.instant().toString().substring(11) + " " + format.formatted(values));
  }

  List<String> lines() {
    return lines;
  }
}
