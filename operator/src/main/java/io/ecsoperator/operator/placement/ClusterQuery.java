package io.ecsoperator.operator.placement;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * An expression of the cluster query language, such as {@code attribute:ecs.instance-type =~ t3.*
 * and not(task:group == service:web)}. Precedence: not, then and, then or.
 */
public final class ClusterQuery {
  private static final int MOST_CHARACTERS = 2_000;
  private static final String ATTRIBUTE = "attribute:";
  private static final String DELIMITERS = "()[],=!<>&|\"'";

  private static final Map<String, Comparator<String>> SUBJECTS =
      Map.of(
          "agentConnected", Comparator.naturalOrder(),
          "agentVersion", ClusterQuery::compareVersions,
          "ec2InstanceId", Comparator.naturalOrder(),
          "registeredAt", Comparator.comparing(ClusterQuery::instant),
          "runningTasksCount", Comparator.comparingInt(Integer::parseInt),
          "task:group", Comparator.naturalOrder());

  /** By symbol, in an order in which no symbol begins like an earlier one. */
  private static final List<String> SYMBOLS =
      List.of("!exists", "!in", "!=", "!~", "==", "=~", ">=", "<=", ">", "<");

  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("equals", "=="),
          Map.entry("not_equals", "!="),
          Map.entry("greater_than", ">"),
          Map.entry("greater_than_equal", ">="),
          Map.entry("less_than", "<"),
          Map.entry("less_than_equal", "<="),
          Map.entry("exists", "exists"),
          Map.entry("not_exists", "!exists"),
          Map.entry("in", "in"),
          Map.entry("not_in", "!in"),
          Map.entry("matches", "=~"),
          Map.entry("not_matches", "!~"));

  private final String text;
  private final Predicate<Instance> matches;

  private ClusterQuery(String text, Predicate<Instance> matches) {
    this.text = text;
    this.matches = matches;
  }

  /**
   * @throws InvalidRequest if the expression is not valid
   */
  public static ClusterQuery of(String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw new InvalidRequest("An expression has at most " + MOST_CHARACTERS + " characters.");
    }
    Parser parser = new Parser(text);
    return new ClusterQuery(text, parser.whole());
  }

  /** A value that cannot be compared with the argument does not match. */
  boolean matches(Instance instance) {
    try {
      return matches.test(instance);
    } catch (IllegalArgumentException | DateTimeException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return text;
  }

  private static int compareVersions(String one, String other) {
    return Arrays.compare(numbers(one), numbers(other));
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }

  /** A time without a zone, or a date, is in UTC. */
  private static Instant instant(String text) {
    if (!text.contains("T")) {
      return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
    return text.matches(".*(Z|[+-]\\d\\d:\\d\\d)")
        ? OffsetDateTime.parse(text).toInstant()
        : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
  }

  /** For a subject without a value, only negated operators hold. */
  private static boolean holds(
      String operator, List<String> values, List<String> arguments, Comparator<String> order) {
    return switch (operator) {
      case "exists" -> !values.isEmpty();
      case "!exists" -> values.isEmpty();
      case "==", "in" -> values.stream().anyMatch(value -> isOneOf(value, arguments, order));
      case "!=", "!in" -> values.stream().noneMatch(value -> isOneOf(value, arguments, order));
      case ">" -> compares(values, arguments, order, sign -> sign > 0);
      case ">=" -> compares(values, arguments, order, sign -> sign >= 0);
      case "<" -> compares(values, arguments, order, sign -> sign < 0);
      default -> compares(values, arguments, order, sign -> sign <= 0);
    };
  }

  private static boolean isOneOf(String value, List<String> arguments, Comparator<String> order) {
    return arguments.stream().anyMatch(argument -> order.compare(value, argument) == 0);
  }

  private static boolean compares(
      List<String> values, List<String> arguments, Comparator<String> order, IntPredicate wanted) {
    return values.stream()
        .anyMatch(value -> wanted.test(order.compare(value, arguments.getFirst())));
  }

  /** A pattern can read a short text again without end; this ends it. */
  private static final class BoundedText implements CharSequence {
    private static final int MOST_READS = 100_000;

    private final String text;
    private int reads;

    BoundedText(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      reads++;
      if (reads > MOST_READS) {
        throw new InvalidRequest("A pattern takes too much effort.");
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Parses by recursive descent. The limit of characters bounds the depth. */
  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    Predicate<Instance> whole() {
      Predicate<Instance> all = or();
      skipSpace();
      if (at < text.length()) {
        throw invalid();
      }
      return all;
    }

    private Predicate<Instance> or() {
      Predicate<Instance> one = and();
      while (takeSymbol("||") || takeWord("or")) {
        one = one.or(and());
      }
      return one;
    }

    private Predicate<Instance> and() {
      Predicate<Instance> one = not();
      while (takeSymbol("&&") || takeWord("and")) {
        one = one.and(not());
      }
      return one;
    }

    private Predicate<Instance> not() {
      if (takeSymbol("!") || takeWord("not")) {
        return not().negate();
      }
      if (takeSymbol("(")) {
        Predicate<Instance> inner = or();
        require(")");
        return inner;
      }
      return test();
    }

    private Predicate<Instance> test() {
      String subject = word();
      Comparator<String> order = order(subject);
      String operator = operator();
      List<String> arguments = arguments(operator);
      if (operator.equals("=~") || operator.equals("!~")) {
        return fits(subject, pattern(arguments.getFirst()), operator.equals("=~"));
      }
      check(arguments, order);
      return instance -> holds(operator, instance.values(subject), arguments, order);
    }

    private Comparator<String> order(String subject) {
      if (subject.startsWith(ATTRIBUTE) && subject.length() > ATTRIBUTE.length()) {
        return Comparator.naturalOrder();
      }
      return Optional.ofNullable(SUBJECTS.get(subject)).orElseThrow(this::invalid);
    }

    private void check(List<String> arguments, Comparator<String> order) {
      try {
        arguments.forEach(argument -> order.compare(argument, argument));
      } catch (NumberFormatException | DateTimeException e) {
        throw invalid();
      }
    }

    private Pattern pattern(String regex) {
      try {
        return Pattern.compile(regex);
      } catch (PatternSyntaxException e) {
        throw invalid();
      }
    }

    private static Predicate<Instance> fits(String subject, Pattern pattern, boolean wanted) {
      return instance ->
          wanted
              == instance.values(subject).stream()
                  .anyMatch(value -> pattern.matcher(new BoundedText(value)).matches());
    }

    private String operator() {
      for (String symbol : SYMBOLS) {
        if (takeSymbol(symbol)) {
          return symbol;
        }
      }
      return Optional.ofNullable(WORDS.get(word())).orElseThrow(this::invalid);
    }

    private List<String> arguments(String operator) {
      return switch (operator) {
        case "exists", "!exists" -> List.of();
        case "=~", "!~" -> List.of(pattern());
        case "in", "!in" -> list();
        default -> List.of(value());
      };
    }

    private List<String> list() {
      require("[");
      List<String> values = new ArrayList<>(List.of(value()));
      while (takeSymbol(",")) {
        values.add(value());
      }
      require("]");
      return values;
    }

    private String value() {
      return quoted().orElseGet(this::word);
    }

    /** Up to the next space, or to a closing parenthesis that the pattern did not open. */
    private String pattern() {
      Optional<String> quoted = quoted();
      if (quoted.isPresent()) {
        return quoted.get();
      }
      int start = at;
      int open = 0;
      while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
        char c = text.charAt(at);
        if (c == ')' && open == 0) {
          break;
        }
        open += c == '(' ? 1 : c == ')' ? -1 : 0;
        at++;
      }
      return nonEmpty(start);
    }

    private Optional<String> quoted() {
      skipSpace();
      if (at >= text.length() || text.charAt(at) != '"' && text.charAt(at) != '\'') {
        return Optional.empty();
      }
      int end = text.indexOf(text.charAt(at), at + 1);
      if (end < 0) {
        throw invalid();
      }
      String inner = text.substring(at + 1, end);
      at = end + 1;
      return Optional.of(inner);
    }

    private String word() {
      skipSpace();
      int start = at;
      at = endOfWord();
      return nonEmpty(start);
    }

    private String nonEmpty(int start) {
      if (start == at) {
        throw invalid();
      }
      return text.substring(start, at);
    }

    private int endOfWord() {
      int end = at;
      while (end < text.length()
          && !Character.isWhitespace(text.charAt(end))
          && DELIMITERS.indexOf(text.charAt(end)) < 0) {
        end++;
      }
      return end;
    }

    private boolean takeWord(String word) {
      skipSpace();
      if (!text.substring(at, endOfWord()).equals(word)) {
        return false;
      }
      at += word.length();
      return true;
    }

    private boolean takeSymbol(String symbol) {
      skipSpace();
      if (!text.startsWith(symbol, at)) {
        return false;
      }
      at += symbol.length();
      return true;
    }

    private void require(String symbol) {
      if (!takeSymbol(symbol)) {
        throw invalid();
      }
    }

    private void skipSpace() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private InvalidRequest invalid() {
      return new InvalidRequest("Not a valid expression of the cluster query language: " + text);
    }
  }
}
