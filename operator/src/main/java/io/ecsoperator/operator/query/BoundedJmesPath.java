package io.ecsoperator.operator.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.burt.jmespath.JmesPathException;
import io.burt.jmespath.jackson.JacksonRuntime;
import io.ecsoperator.operator.http.Problem;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Evaluates one JMESPath expression with a bounded effort. A short expression can repeat what it
 * has without end, for example by {@code [@,@]|[@,@]}, so that the effort is counted by the size of
 * what is made and read, not by the length of the expression.
 */
final class BoundedJmesPath extends JacksonRuntime {
  private static final int LONGEST_EXPRESSION = 2_000;
  private static final int DEEPEST_NESTING = 40;
  private static final int EFFORT = 500_000;
  private static final int CHARACTERS_PER_EFFORT = 8;

  private final Map<JsonNode, Integer> sizes = new IdentityHashMap<>();
  private int left = EFFORT;

  private BoundedJmesPath() {}

  /**
   * @throws Problem if the expression is wrong, does not fit the document or takes too much effort
   */
  static JsonNode evaluate(String expression, JsonNode document) {
    if (expression.length() > LONGEST_EXPRESSION || nesting(expression) > DEEPEST_NESTING) {
      throw Problem.of(
          400,
          "query: an expression has at most "
              + LONGEST_EXPRESSION
              + " characters and "
              + DEEPEST_NESTING
              + " levels of brackets.");
    }
    try {
      return new BoundedJmesPath().compile(expression).search(document);
    } catch (JmesPathException e) {
      throw Problem.of(400, "query: " + e.getMessage());
    } catch (NumberFormatException | ArithmeticException | StackOverflowError e) {
      throw Problem.of(400, "query: a number is too large, or the nesting too deep.");
    }
  }

  private static int nesting(String expression) {
    int depth = 0;
    int deepest = 0;
    for (int i = 0; i < expression.length(); i++) {
      switch (expression.charAt(i)) {
        case '(', '[', '{', '!', '&' -> deepest = Math.max(deepest, ++depth);
        case ')', ']', '}' -> depth--;
        default -> {}
      }
    }
    return deepest;
  }

  @Override
  public List<JsonNode> toList(JsonNode value) {
    spend(1 + value.size());
    return super.toList(value);
  }

  @Override
  public Collection<JsonNode> getPropertyNames(JsonNode value) {
    spend(1 + value.size());
    return super.getPropertyNames(value);
  }

  @Override
  public JsonNode getProperty(JsonNode value, JsonNode name) {
    spend(1);
    return super.getProperty(value, name);
  }

  @Override
  public String toString(JsonNode value) {
    spend(size(value));
    return super.toString(value);
  }

  @Override
  public int compare(JsonNode one, JsonNode other) {
    spend(Math.min(size(one), size(other)));
    return super.compare(one, other);
  }

  @Override
  public JsonNode createString(String text) {
    spend(1 + text.length() / CHARACTERS_PER_EFFORT);
    return super.createString(text);
  }

  @Override
  public JsonNode createArray(Collection<JsonNode> items) {
    return sized(super.createArray(items), items);
  }

  @Override
  public JsonNode createObject(Map<JsonNode, JsonNode> members) {
    return sized(super.createObject(members), members.values());
  }

  private JsonNode sized(JsonNode made, Collection<JsonNode> parts) {
    int size = 1;
    for (JsonNode part : parts) {
      size += size(part);
      if (size > EFFORT) {
        spend(size);
      }
    }
    spend(1 + parts.size());
    sizes.put(made, size);
    return made;
  }

  /** How many values a tree has, and how long its texts are. */
  private int size(JsonNode tree) {
    if (tree.isTextual()) {
      return 1 + tree.textValue().length() / CHARACTERS_PER_EFFORT;
    }
    if (!tree.isContainerNode()) {
      return 1;
    }
    Integer known = sizes.get(tree);
    if (known == null) {
      int size = 1;
      for (JsonNode part : tree) {
        size += size(part);
      }
      spend(1 + tree.size());
      sizes.put(tree, size);
      return size;
    }
    return known;
  }

  private void spend(int effort) {
    left -= effort;
    if (left < 0) {
      throw Problem.of(
          400, "query: the expression takes too much effort; ask for fewer items by limit.");
    }
  }
}
