package io.ecsoperator.operator;

import java.nio.charset.StandardCharsets;

/** Cuts texts of others, which may have any length, to what their reader is meant to take. */
public final class CutText {
  private static final String ENDING = "… (cut)";

  private CutText() {}

  /** The same with an ending that says only that the text was cut. */
  public static String of(String text, int maxBytes) {
    return of(text, maxBytes, ENDING);
  }

  /**
   * {@code text} if it takes at most {@code maxBytes} in UTF-8; otherwise its beginning, followed
   * by {@code ending}, in at most that many bytes.
   */
  public static String of(String text, int maxBytes, String ending) {
    // A character takes at most three bytes: most texts need not be encoded.
    if (text.length() <= maxBytes / 3 || bytes(text) <= maxBytes) {
      return text;
    }
    int left = maxBytes - bytes(ending);
    int end = 0;
    while (end < text.length()) {
      int codePoint = text.codePointAt(end);
      left -= bytes(Character.toString(codePoint));
      if (left < 0) {
        break;
      }
      end += Character.charCount(codePoint);
    }
    return text.substring(0, end) + ending;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
