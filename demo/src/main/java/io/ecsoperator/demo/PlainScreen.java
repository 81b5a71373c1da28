package io.ecsoperator.demo;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Appends a line for each object that has changed; for logs and simple terminals. */
final class PlainScreen implements Screen {
  private final PrintStream out;
  private final Stopwatch sinceStart;
  private Map<String, ObjectState> shown = Map.of();

  PlainScreen(PrintStream out, Stopwatch sinceStart) {
    this.out = out;
    this.sinceStart = sinceStart;
  }

  @Override
  public void say(String step) {
    print(Screen.stamped(sinceStart, step));
  }

  @Override
  public void print(String text) {
    out.println(text);
    out.flush();
  }

  @Override
  public void show(List<Row> rows) {
    Map<String, ObjectState> now =
        rows.stream()
            .map(Row::object)
            .collect(
                Collectors.toMap(
                    ObjectState::key, Function.identity(), (a, _) -> a, LinkedHashMap::new));
    now.values().stream()
        .filter(object -> !object.reason().isEmpty())
        .filter(object -> !object.equals(shown.get(object.key())))
        .forEach(object -> say(line(object)));
    shown.values().stream()
        .filter(object -> !now.containsKey(object.key()))
        .forEach(object -> say(name(object) + "  deleted"));
    shown = now;
  }

  private static String line(ObjectState object) {
    return Stream.of(
            name(object),
            "Ready=%-7s".formatted(object.readiness().status),
            object.reason(),
            object.detail(),
            object.message())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("  "));
  }

  private static String name(ObjectState object) {
    return "%-25s".formatted(object.kind() + "/" + object.name());
  }
}
