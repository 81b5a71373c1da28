package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How each field is reset, a line for each that has a way of its own. What an update leaves out
 * stays as it is, so a field that is sent by itself needs a value that means "not set": {@code
 * false} and the empty list for booleans and lists. Other fields without a line have no such value
 * and are released; inside a block that is replaced as a whole they are left out.
 *
 * @param byPattern the lines; patterns are field paths with keys left open
 * @param special lines that replace others for resources of a certain sort
 */
public record Resets(Map<String, Reset> byPattern, List<Special> special) {

  /** Lines for the resources that are observed to meet a condition. */
  public record Special(Condition when, Map<String, Reset> byPattern) {
    public Special {
      byPattern = Map.copyOf(byPattern);
    }
  }

  public Resets {
    byPattern = Map.copyOf(byPattern);
    special = List.copyOf(special);
  }

  /** No field has a way of its own. */
  public static Resets none() {
    return of(Map.of());
  }

  public static Resets of(Map<String, Reset> byPattern) {
    return new Resets(byPattern, List.of());
  }

  public Resets withSpecial(Special... lines) {
    return new Resets(byPattern, List.of(lines));
  }

  /** The lines for one resource. */
  Map<String, Reset> linesFor(JsonNode observed) {
    List<Special> applicable =
        special.stream().filter(lines -> lines.when().holds(observed)).toList();
    if (applicable.isEmpty()) {
      return byPattern;
    }
    Map<String, Reset> all = new HashMap<>(byPattern);
    applicable.forEach(lines -> all.putAll(lines.byPattern()));
    return all;
  }
}
