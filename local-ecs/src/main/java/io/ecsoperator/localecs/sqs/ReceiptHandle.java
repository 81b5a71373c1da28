package io.ecsoperator.localecs.sqs;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What a receiver of a message got to delete it with; each receive gives a new one.
 *
 * @param receive the how-manieth receive of the message it comes from
 */
record ReceiptHandle(String messageId, int receive) {
  String text() {
    return Base64.getEncoder()
        .encodeToString((messageId + " " + receive).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads a handle.
   *
   * @throws SqsError for what never was one
   */
  static ReceiptHandle parse(String text) {
    if (text == null || text.isEmpty()) {
      throw SqsError.missingParameter("ReceiptHandle");
    }
    try {
      String[] parts =
          new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8).split(" ", 2);
      return new ReceiptHandle(parts[0], Integer.parseInt(parts[1]));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw SqsError.invalidHandle();
    }
  }
}
