package io.ecsoperator.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A place in a comparable tree, written {@code containerDefinitions[web].environment[MODE]}:
 * members by name, items of keyed lists and entries of maps by key. In a key, {@code \} and {@code
 * ]} are preceded by a backslash.
 */
public record FieldPath(List<Step> steps) {
  static final FieldPath ROOT = new FieldPath(List.of());

  /** The member with the tags, which every resource has in the same form. */
  static final String TAGS = "tags";

  /** One step down the tree. */
  public sealed interface Step {}

  /** To a member of an object. */
  public record Member(String name) implements Step {}

  /** To an item of a keyed list or an entry of a map. */
  public record Key(String key) implements Step {}

  public FieldPath {
    steps = List.copyOf(steps);
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if the text is not a path; the message gives the position
   */
  public static FieldPath parse(String text) {
    List<Step> steps = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '[') {
        StringBuilder key = new StringBuilder();
        for (at++; at < text.length() && text.charAt(at) != ']'; at++) {
          if (text.charAt(at) == '\\' && at + 1 < text.length()) {
            at++;
          }
          key.append(text.charAt(at));
        }
        if (at >= text.length() || steps.isEmpty()) {
          throw malformed(text, at);
        }
        at++;
        steps.add(new Key(key.toString()));
      } else {
        if (c == '.' && !steps.isEmpty()) {
          at++;
        } else if (!steps.isEmpty()) {
          throw malformed(text, at);
        }
        int from = at;
        while (at < text.length() && ".[]".indexOf(text.charAt(at)) < 0) {
          at++;
        }
        if (at == from) {
          throw malformed(text, at);
        }
        steps.add(new Member(text.substring(from, at)));
      }
    }
    if (steps.isEmpty()) {
      throw malformed(text, 0);
    }
    return new FieldPath(steps);
  }

  private static IllegalArgumentException malformed(String text, int at) {
    return new IllegalArgumentException(
        "'%s' is not a field path (position %d); write it like containerDefinitions[web].image"
            .formatted(text, at));
  }

  FieldPath member(String name) {
    return plus(new Member(name));
  }

  FieldPath key(String key) {
    return plus(new Key(key));
  }

  FieldPath plus(Step step) {
    List<Step> longer = new ArrayList<>(steps);
    longer.add(step);
    return new FieldPath(longer);
  }

  FieldPath first(int count) {
    return new FieldPath(steps.subList(0, Math.min(count, steps.size())));
  }

  /** All paths on the way, from the top-level member to this one. */
  Stream<FieldPath> prefixes() {
    return IntStream.rangeClosed(1, depth()).mapToObj(this::first);
  }

  int depth() {
    return steps.size();
  }

  Step last() {
    return steps.getLast();
  }

  FieldPath parent() {
    return first(depth() - 1);
  }

  /** The name of the top-level member that this path leads into. */
  public String top() {
    return ((Member) steps.getFirst()).name();
  }

  /** Whether this leads to the tags or into them. */
  boolean isTag() {
    return depth() > 0 && top().equals(TAGS);
  }

  boolean startsWith(FieldPath prefix) {
    return depth() >= prefix.depth() && first(prefix.depth()).equals(prefix);
  }

  /** This path with every key left open: {@code containerDefinitions[].environment[]}. */
  public String pattern() {
    return write(true);
  }

  @Override
  public String toString() {
    return write(false);
  }

  private String write(boolean openKeys) {
    StringBuilder text = new StringBuilder();
    for (Step step : steps) {
      switch (step) {
        case Member(String name) -> text.append(text.isEmpty() ? "" : ".").append(name);
        case Key(String key) ->
            text.append('[')
                .append(openKeys ? "" : key.replace("\\", "\\\\").replace("]", "\\]"))
                .append(']');
      }
    }
    return text.toString();
  }
}
