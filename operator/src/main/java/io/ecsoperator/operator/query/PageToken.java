package io.ecsoperator.operator.query;

import io.ecsoperator.operator.http.Problem;
import io.ecsoperator.plan.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where a page ends: the next one begins after an ARN. So a page stays right if resources come and
 * go in between: one that is there all the time is on exactly one page.
 *
 * @param question the type and the filters, which have to be the same for all pages
 */
record PageToken(String question, String afterArn) {
  private static final int HASH_LENGTH = 12;

  String text() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((hash(question) + afterArn).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @throws Problem if the token is none, or of another question
   */
  static PageToken of(String text, String question) {
    String decoded = decoded(text);
    if (decoded.length() < HASH_LENGTH
        || !decoded.substring(0, HASH_LENGTH).equals(hash(question))) {
      throw Problem.of(400, "nextToken: is not of a page with these parameters.");
    }
    return new PageToken(question, decoded.substring(HASH_LENGTH));
  }

  private static String decoded(String text) {
    try {
      return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static String hash(String question) {
    return Sha256.hex(question, HASH_LENGTH);
  }
}
