package io.ecsoperator.localecs.instance.query;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * A comparison of a subject with arguments. For a subject without a value, only negated operators
 * hold.
 */
enum Operator {
  NOT_EQUALS("!=", "not_equals"),
  EQUALS("==", "equals"),
  MATCHES("=~", "matches"),
  NOT_MATCHES("!~", "not_matches"),
  GREATER_THAN_EQUAL(">=", "greater_than_equal"),
  LESS_THAN_EQUAL("<=", "less_than_equal"),
  GREATER_THAN(">", "greater_than"),
  LESS_THAN("<", "less_than"),
  NOT_IN("!in", "not_in"),
  NOT_EXISTS("!exists", "not_exists"),
  EXISTS("exists", "exists"),
  IN("in", "in");

  private final String symbol;
  private final String word;

  Operator(String symbol, String word) {
    this.symbol = symbol;
    this.word = word;
  }

  String symbol() {
    return symbol;
  }

  static Optional<Operator> worded(String word) {
    return Arrays.stream(values()).filter(operator -> operator.word.equals(word)).findFirst();
  }

  boolean takesList() {
    return this == IN || this == NOT_IN;
  }

  boolean takesNothing() {
    return this == EXISTS || this == NOT_EXISTS;
  }

  boolean takesPattern() {
    return this == MATCHES || this == NOT_MATCHES;
  }

  /**
   * Whether the comparison holds.
   *
   * @param values the values of the subject: many for a task group, one or none for most others
   */
  boolean holds(List<String> values, List<String> arguments, Comparator<String> order) {
    return switch (this) {
      case EXISTS -> !values.isEmpty();
      case NOT_EXISTS -> values.isEmpty();
      case EQUALS, IN -> values.stream().anyMatch(value -> isOne(value, arguments, order));
      case NOT_EQUALS, NOT_IN -> values.stream().noneMatch(value -> isOne(value, arguments, order));
      case MATCHES -> values.stream().anyMatch(value -> fits(value, arguments));
      case NOT_MATCHES -> values.stream().noneMatch(value -> fits(value, arguments));
      case GREATER_THAN -> compares(values, arguments, order, sign -> sign > 0);
      case GREATER_THAN_EQUAL -> compares(values, arguments, order, sign -> sign >= 0);
      case LESS_THAN -> compares(values, arguments, order, sign -> sign < 0);
      case LESS_THAN_EQUAL -> compares(values, arguments, order, sign -> sign <= 0);
    };
  }

  private static boolean isOne(String value, List<String> arguments, Comparator<String> order) {
    return arguments.stream().anyMatch(argument -> order.compare(value, argument) == 0);
  }

  private static boolean fits(String value, List<String> arguments) {
    return Pattern.matches(arguments.getFirst(), value);
  }

  private static boolean compares(
      List<String> values, List<String> arguments, Comparator<String> order, IntPredicate wanted) {
    return values.stream()
        .anyMatch(value -> wanted.test(order.compare(value, arguments.getFirst())));
  }
}
