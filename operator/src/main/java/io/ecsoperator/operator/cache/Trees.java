package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Turns readings into what is kept of them and back. As bytes a description takes a tenth of the
 * memory of a tree, nobody can change it, and whether it has changed is one comparison.
 */
final class Trees {
  /** ECS describes a hundred events of a service; what has just happened is in the newest. */
  private static final int EVENTS = 5;

  private final ObjectMapper json =
      JsonMapper.builder()
          // Timestamps are seconds with a fraction, which are compared to the last digit.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();
  private final ObjectReader reader = json.readerFor(ObjectNode.class);

  byte[] pack(ObjectNode tree) {
    try {
      return json.writeValueAsBytes(shortened(tree));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ObjectNode unpack(byte[] packed) {
    try {
      return reader.readValue(packed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode shortened(ObjectNode tree) {
    if (!(tree.get("events") instanceof ArrayNode events) || events.size() <= EVENTS) {
      return tree;
    }
    ObjectNode shorter = tree.objectNode();
    tree.properties().forEach(member -> shorter.set(member.getKey(), member.getValue()));
    ArrayNode newest = shorter.putArray("events");
    List.copyOf(events.valueStream().limit(EVENTS).toList()).forEach(newest::add);
    return shorter;
  }
}
