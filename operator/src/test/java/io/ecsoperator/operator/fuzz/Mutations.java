package io.ecsoperator.operator.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Changes JSON at random places to what an attacker would try: other types, extreme numbers, long
 * and deep values, control characters. The same seed, or the same choices of a fuzzer, give the
 * same changes.
 */
public final class Mutations {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\u0000",
          "\r\nforged: line",
          "\u001b[2J",
          "\u202e",
          "\ud83d\ude00",
          "${jndi:ldap://x}",
          "%s%n%x",
          "\\",
          "]",
          "[",
          "a[b].c",
          "..",
          "true",
          "null",
          "-1",
          "1e308",
          "99999999999999999999",
          "arn:aws:ecs:us-east-1:123456789012:cluster/",
          "arn:aws:ecs:::",
          ":",
          "/");

  /** The member of a spec that takes any JSON. */
  private static final String FREE = "hookDetails";

  private final RandomGenerator random;

  public Mutations(long seed) {
    this(new Random(seed));
  }

  public Mutations(RandomGenerator random) {
    this.random = random;
  }

  /** {@code tree} with one to four changes; the tree itself stays as it is. */
  public ObjectNode of(ObjectNode tree) {
    ObjectNode mutated = tree.deepCopy();
    for (int i = random.nextInt(4); i >= 0; i--) {
      mutate(mutated);
    }
    return mutated;
  }

  /**
   * {@code spec} with one to four changes that the API server lets through: values keep their type,
   * names are those of the schema, and only free-form JSON and maps have any content.
   */
  public ObjectNode ofSpec(ObjectNode spec) {
    ObjectNode mutated = spec.deepCopy();
    for (int i = random.nextInt(4); i >= 0; i--) {
      List<JsonNode> containers = new ArrayList<>();
      collect(mutated, containers);
      switch (containers.get(random.nextInt(containers.size()))) {
        case ObjectNode object -> {
          List<String> names = new ArrayList<>();
          object.fieldNames().forEachRemaining(names::add);
          if (!names.isEmpty()) {
            String name = pick(names);
            object.set(name, FREE.equals(name) ? value() : sameType(object.get(name)));
          }
        }
        case ArrayNode array -> {
          if (!array.isEmpty()) {
            array.add(sameType(array.get(0)));
          }
        }
        default -> throw new IllegalStateException();
      }
    }
    return mutated;
  }

  private JsonNode sameType(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> TextNode.valueOf(text());
      case NUMBER -> NODES.numberNode(random.nextBoolean() ? Integer.MIN_VALUE : Integer.MAX_VALUE);
      case BOOLEAN -> NODES.booleanNode(random.nextBoolean());
      default -> value.deepCopy();
    };
  }

  public String text() {
    return switch (random.nextInt(4)) {
      case 0 -> TEXTS.get(random.nextInt(TEXTS.size())).repeat(1 + random.nextInt(3000));
      case 1 ->
          random
              .ints(random.nextInt(40), 0, 0x3000)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      default -> TEXTS.get(random.nextInt(TEXTS.size()));
    };
  }

  private void mutate(ObjectNode tree) {
    List<JsonNode> containers = new ArrayList<>();
    collect(tree, containers);
    JsonNode container = containers.get(random.nextInt(containers.size()));
    if (container instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = names.isEmpty() || random.nextInt(6) == 0 ? name() : pick(names);
      if (random.nextInt(8) == 0) {
        object.remove(name);
      } else {
        object.set(name, value());
      }
    } else if (container instanceof ArrayNode array) {
      if (array.isEmpty() || random.nextBoolean()) {
        array.add(array.isEmpty() || random.nextBoolean() ? value() : array.get(0).deepCopy());
      } else {
        array.set(random.nextInt(array.size()), value());
      }
    }
  }

  private String name() {
    String text = text();
    return text.substring(0, Math.min(text.length(), 1000));
  }

  private String pick(List<String> names) {
    return names.get(random.nextInt(names.size()));
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  private JsonNode value() {
    return switch (random.nextInt(11)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(random.nextBoolean() ? Integer.MIN_VALUE : Long.MAX_VALUE);
      case 3 -> NODES.numberNode(random.nextBoolean() ? 1e308 : -0.0);
      case 4 -> NODES.objectNode();
      case 5 -> NODES.arrayNode();
      case 6 -> deep(150);
      case 7 -> many();
      default -> TextNode.valueOf(text());
    };
  }

  /** Objects and lists within each other. */
  public JsonNode deep(int depth) {
    JsonNode node = TextNode.valueOf("x");
    for (int i = 0; i < depth; i++) {
      node = random.nextBoolean() ? NODES.arrayNode().add(node) : NODES.objectNode().set("a", node);
    }
    return node;
  }

  private ArrayNode many() {
    ArrayNode array = NODES.arrayNode();
    for (int i = random.nextInt(500); i >= 0; i--) {
      array.add(i);
    }
    return array;
  }
}
