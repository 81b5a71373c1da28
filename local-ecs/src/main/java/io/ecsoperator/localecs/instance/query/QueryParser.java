package io.ecsoperator.localecs.instance.query;

import io.ecsoperator.localecs.protocol.EcsError;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses an expression by recursive descent. Precedence: not, then and, then or. */
final class QueryParser {
  private static final String DELIMITERS = "()[],=!<>&|\"'";

  /** Limits the nesting, so that no expression overflows the stack. */
  private static final int MOST_CHARACTERS = 2000;

  private final String text;
  private int at;

  QueryParser(@Nullable String text) {
    this.text = text == null ? "" : text;
  }

  Expression parse() {
    if (text.length() > MOST_CHARACTERS) {
      throw invalid();
    }
    Expression whole = or();
    skipSpace();
    if (at < text.length()) {
      throw invalid();
    }
    return whole;
  }

  private Expression or() {
    List<Expression> parts = new ArrayList<>(List.of(and()));
    while (takeSymbol("||") || takeWord("or")) {
      parts.add(and());
    }
    return parts.size() == 1 ? parts.getFirst() : new Expression.Or(parts);
  }

  private Expression and() {
    List<Expression> parts = new ArrayList<>(List.of(not()));
    while (takeSymbol("&&") || takeWord("and")) {
      parts.add(not());
    }
    return parts.size() == 1 ? parts.getFirst() : new Expression.And(parts);
  }

  private Expression not() {
    if (takeSymbol("!") || takeWord("not")) {
      return new Expression.Not(not());
    }
    if (takeSymbol("(")) {
      Expression inner = or();
      require(")");
      return inner;
    }
    return test();
  }

  private Expression test() {
    Subject subject = Subject.named(word()).orElseThrow(this::invalid);
    Operator operator = operator();
    Expression.Test test = new Expression.Test(subject, operator, arguments(operator));
    check(test);
    return test;
  }

  private void check(Expression.Test test) {
    try {
      if (test.operator().takesPattern()) {
        Pattern.compile(test.arguments().getFirst());
      } else {
        test.arguments().forEach(argument -> test.subject().order().compare(argument, argument));
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      throw invalid();
    }
  }

  private Operator operator() {
    for (Operator operator : Operator.values()) {
      boolean isSymbol = !Character.isLetter(operator.symbol().charAt(0));
      if (isSymbol && takeSymbol(operator.symbol())) {
        return operator;
      }
    }
    return Operator.worded(word()).orElseThrow(this::invalid);
  }

  private List<String> arguments(Operator operator) {
    if (operator.takesNothing()) {
      return List.of();
    }
    if (operator.takesPattern()) {
      return List.of(pattern());
    }
    if (!operator.takesList()) {
      return List.of(value());
    }
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

  /** Reads up to the next space, or to a closing parenthesis that the pattern did not open. */
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

  private EcsError invalid() {
    return EcsError.invalidParameter("Invalid expression: " + text);
  }
}
