package io.ecsoperator.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of texts, for short names that stay the same from start to start. */
public final class Sha256 {
  private Sha256() {}

  /** All 64 hexadecimal digits of the hash of {@code text} in UTF-8. */
  public static String hex(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** The first {@code length} hexadecimal digits, at most 64. */
  public static String hex(String text, int length) {
    return hex(text).substring(0, length);
  }
}
