package io.ecsoperator.operator.query;

import io.ecsoperator.operator.http.Problem;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The parameters of a request. */
final class Parameters {
  private static final int MOST = 50;
  private static final int LONGEST = 2_000;

  /** Of a parameter that may come more than once; a tag of ECS has at most 385 characters. */
  private static final int MOST_OF_ONE = 10;

  private static final int LONGEST_OF_SEVERAL = 400;

  private final Map<String, List<String>> values = new LinkedHashMap<>();

  /**
   * @param query as it was sent
   * @param allowed names
   * @param repeatable names that may come more than once
   * @throws Problem for a parameter that is not allowed, comes twice or is no text
   */
  Parameters(String query, Set<String> allowed, Set<String> repeatable) {
    if (query.isEmpty()) {
      return;
    }
    String[] parts = query.split("&", MOST + 1);
    if (parts.length > MOST) {
      throw Problem.of(400, "A request has at most " + MOST + " parameters.");
    }
    for (String part : parts) {
      int split = part.indexOf('=');
      String name = decoded(split < 0 ? part : part.substring(0, split));
      if (!allowed.contains(name)) {
        throw Problem.of(
            400, "Not a parameter here; these are: " + String.join(", ", new TreeSet<>(allowed)));
      }
      List<String> before = values.computeIfAbsent(name, key -> new ArrayList<>());
      boolean repeated = repeatable.contains(name);
      if (before.size() >= (repeated ? MOST_OF_ONE : 1)) {
        throw Problem.of(
            400,
            repeated
                ? name + ": may come at most " + MOST_OF_ONE + " times."
                : name + ": may come only once.");
      }
      String value = split < 0 ? "" : decoded(part.substring(split + 1));
      int longest = repeated ? LONGEST_OF_SEVERAL : LONGEST;
      if (value.length() > longest) {
        throw Problem.of(400, name + ": has at most " + longest + " characters.");
      }
      before.add(value);
    }
  }

  /** The value of a parameter; empty if it is not set or has no text. */
  Optional<String> get(String name) {
    return all(name).stream().findFirst();
  }

  List<String> all(String name) {
    return values.getOrDefault(name, List.of()).stream().filter(text -> !text.isEmpty()).toList();
  }

  /**
   * @throws Problem for a value that is no number between the limits
   */
  int number(String name, int byDefault, int least, int most) {
    return values.getOrDefault(name, List.of()).stream()
        .findFirst()
        .map(
            text -> {
              if (!text.matches("[0-9]{1,9}")
                  || Integer.parseInt(text) < least
                  || Integer.parseInt(text) > most) {
                throw Problem.of(
                    400, name + ": has to be a number from " + least + " to " + most + ".");
              }
              return Integer.parseInt(text);
            })
        .orElse(byDefault);
  }

  /** All parameters but some, in one text: equal texts are equal questions. */
  String textWithout(Set<String> names) {
    Map<String, List<String>> rest = new LinkedHashMap<>(values);
    rest.keySet().removeAll(names);
    return rest.toString();
  }

  /**
   * @throws Problem if the text has a wrong escape
   */
  static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Problem.of(400, "The address has a wrong escape.");
    }
  }
}
