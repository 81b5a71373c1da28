package io.ecsoperator.localecs.sqs;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The receipt handle of a received message; each receive gives a new one.
 *
 * @param receive the number of the receive that returned it
 */
record ReceiptHandle(String messageId, int receive) {
  String text() {
    return Base64.getEncoder()
        .encodeToString((messageId + " " + receive).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads a handle.
   *
   * @throws SqsError where the text is not a receipt handle
   */
  static ReceiptHandle parse(@Nullable String text) {
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
