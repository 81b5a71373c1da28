package io.ecsoperator.localecs.sqs;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** The MD5 digests by which SDKs verify messages. */
final class Digests {
  private static final int STRING = 1;
  private static final int BINARY = 2;

  private Digests() {}

  static String ofBody(String body) {
    return md5(body.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The digest of the attributes, sorted by name. Each contributes length and bytes of its name and
   * of its type, one byte for the transport type, and length and bytes of its value.
   */
  static String ofAttributes(Map<String, MessageAttributeValue> attributes) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      for (Map.Entry<String, MessageAttributeValue> entry : new TreeMap<>(attributes).entrySet()) {
        write(out, entry.getKey().getBytes(StandardCharsets.UTF_8));
        MessageAttributeValue value = entry.getValue();
        write(out, value.dataType().getBytes(StandardCharsets.UTF_8));
        if (value.binaryValue() == null) {
          out.writeByte(STRING);
          write(out, value.stringValue().getBytes(StandardCharsets.UTF_8));
        } else {
          out.writeByte(BINARY);
          write(out, value.binaryValue().asByteArray());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return md5(bytes.toByteArray());
  }

  private static void write(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has MD5.", e);
    }
  }
}
