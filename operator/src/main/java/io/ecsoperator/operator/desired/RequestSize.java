package io.ecsoperator.operator.desired;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** The size of a request as JSON. */
final class RequestSize {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RequestSize() {}

  /** The bytes of {@code tree}, counted without keeping the text, because a spec may be large. */
  static long bytes(ObjectNode tree) {
    var counted =
        new OutputStream() {
          private long bytes;

          @Override
          public void write(int oneByte) {
            bytes++;
          }

          @Override
          public void write(byte[] buffer, int offset, int length) {
            bytes += length;
          }
        };
    try {
      JSON.writeValue(counted, tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return counted.bytes;
  }
}
