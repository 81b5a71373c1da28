package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Converts descriptions to bytes and back. As bytes a description takes a tenth of the memory of a
 * tree, callers cannot change it, and comparing two is one comparison.
 */
public final class PackedTrees {
  private final ObjectMapper json =
      JsonMapper.builder()
          // ECS's timestamps are seconds with a fraction, of which the last digit counts.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();
  private final ObjectReader reader = json.readerFor(ObjectNode.class);

  public byte[] pack(ObjectNode tree) {
    try {
      return json.writeValueAsBytes(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public ObjectNode unpack(byte[] packed) {
    try {
      return reader.readValue(packed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
