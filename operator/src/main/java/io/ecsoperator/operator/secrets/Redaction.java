package io.ecsoperator.operator.secrets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Masks confidential values of a request in a text of AWS. AWS repeats values in its errors: whole,
 * escaped as JSON, encoded for a URL, or cut.
 */
public final class Redaction {
  /** Shorter values are unlikely to be secrets, and masking them would make texts unreadable. */
  private static final int SHORTEST = 4;

  /** A part of a value is masked from this length on: half of the value, within these bounds. */
  private static final int SHORTEST_PART = 8;

  private static final int LONGEST_PART = 10;

  /** AWS escapes a text again where it puts it into another text. */
  private static final int MOST_ESCAPES = 3;

  private static final Pattern PRIVATE_KEY =
      Pattern.compile(
          "(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)");

  /**
   * What else is a secret by its form alone, whatever holds it. Where an alternative has a group,
   * that is the secret. Nearly every text has none, and a pattern that checks at every character
   * what precedes it is slow: so each alternative begins with what precedes the secret, and a first
   * character decides whether any is tried.
   */
  private static final Pattern FORM =
      Pattern.compile(
          "(?=[AIFegsxSbBtTpPalL:\"])(?:\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b"
              + "|Signature=([0-9a-f]{64})"
              + "|\\b(?:IQoJ|FwoG|FQoG|AQoD)[A-Za-z0-9+/=%_-]{40,}"
              + "|\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*)?"
              + "|\\bgh[opsur]_[A-Za-z0-9]{20,}|\\bgithub_pat_[A-Za-z0-9_]{20,}"
              + "|\\bglpat-[A-Za-z0-9_-]{16,}|\\bxox[a-z]-[A-Za-z0-9-]{10,}"
              + "|\\bsk[-_](?:live|test|ant|proj)[-_][A-Za-z0-9_-]{16,}"
              + "|\\b(?i:Bearer|Basic|Splunk) ((?=[A-Za-z._~+/-]*[0-9=])[A-Za-z0-9._~+/=-]{8,})"
              + "|://([^/\\s:@]*:[^/\\s@]+)(?=@)"
              + "|(?i:(?:token|password|passwd|secret|api[-_]?key|access[-_]?key"
              + "|license[-_]?key)=|security-token:|\"(?:token|password|secret)\":\")"
              + "([^\\s\"'&,;)]+))");

  private static final Pattern CUT = Pattern.compile("\\.\\.\\.|…|\\[truncated|\\(truncated|$");

  private static final String JSON_ESCAPE =
      "\\\\u(?<unicode>[0-9a-fA-F]{4})|\\\\x(?<hex>[0-9a-fA-F]{2})|\\\\(?<simple>[\"'\\\\/bfnrt])";

  private static final String URL_ESCAPE = "(?<url>(?:%[0-9a-fA-F]{2})+)";
  private static final String HTML_ESCAPE =
      "&(?<html>quot|amp|apos|lt|gt|#[0-9]{1,6}|#[xX][0-9a-fA-F]{1,5});";

  /** All at once, and each alone: a backslash of the value is no escape in a URL. */
  private static final List<Pattern> ESCAPES =
      Stream.of(
              JSON_ESCAPE + "|" + URL_ESCAPE + "|" + HTML_ESCAPE,
              JSON_ESCAPE + "|(?<url>(?!))|(?<html>(?!))",
              URL_ESCAPE + "|(?<unicode>(?!))|(?<hex>(?!))|(?<simple>(?!))|(?<html>(?!))",
              HTML_ESCAPE + "|(?<unicode>(?!))|(?<hex>(?!))|(?<simple>(?!))|(?<url>(?!))")
          .map(Pattern::compile)
          .toList();

  private static final Map<String, String> HTML =
      Map.of("quot", "\"", "amp", "&", "apos", "'", "lt", "<", "gt", ">");

  private static final Redaction FORMS_ONLY = of(JsonNodeFactory.instance.objectNode());

  private final Set<String> values;

  private Redaction(Set<String> values) {
    this.values = values;
  }

  /** Knows the values of requests or specs, and what is a secret by its form. */
  public static Redaction of(JsonNode... requests) {
    Set<String> values = new LinkedHashSet<>();
    for (JsonNode request : requests) {
      Confidential.texts(
          request,
          value -> {
            if (value.length() >= SHORTEST) {
              values.add(value);
              if (!isArn(value)) {
                values.addAll(encodings(value));
              }
            }
          });
    }
    return new Redaction(values);
  }

  /** Masks what is a secret by its form. */
  public static String ofForms(String text) {
    return FORMS_ONLY.apply(text);
  }

  static boolean hasSecretForm(String value) {
    return FORM.matcher(value).find() || PRIVATE_KEY.matcher(value).find();
  }

  public String apply(String text) {
    BitSet masked = new BitSet();
    mark(FORM, text, masked);
    mark(PRIVATE_KEY, text, masked);
    if (!values.isEmpty()) {
      mark(View.of(text), masked);
      ESCAPES.forEach(escape -> markEscaped(text, escape, masked));
    }
    return masked.isEmpty() ? text : withMasks(text, masked);
  }

  private static void mark(Pattern form, String text, BitSet masked) {
    Matcher found = form.matcher(text);
    while (found.find()) {
      int secret =
          IntStream.rangeClosed(1, found.groupCount())
              .filter(group -> found.start(group) >= 0)
              .findFirst()
              .orElse(0);
      masked.set(found.start(secret), found.end(secret));
    }
  }

  private void markEscaped(String text, Pattern escape, BitSet masked) {
    View view = View.of(text);
    for (int round = 0; round < MOST_ESCAPES; round++) {
      View next = view.without(escape);
      if (next.text.equals(view.text)) {
        return;
      }
      view = next;
      mark(view, masked);
    }
  }

  private void mark(View view, BitSet masked) {
    Map<Integer, Set<String>> parts = new TreeMap<>();
    for (String value : values) {
      String comparable = comparable(value);
      if (value.length() < SHORTEST_PART || isArn(value)) {
        markWords(view, comparable, masked);
      } else {
        parts.computeIfAbsent(partLength(value), length -> partsOf(view.text, length));
        markParts(view, comparable, partLength(value), parts, masked);
      }
      if (!isArn(value)) {
        markCut(view, comparable, masked);
      }
    }
  }

  /** A URL has a space as a plus sign, and base64 for URLs has other characters for two. */
  private static String comparable(String text) {
    return text.replace('+', ' ').replace('-', ' ').replace('_', '/');
  }

  private static int partLength(String value) {
    return Math.clamp((value.length() + 1) / 2, SHORTEST_PART, LONGEST_PART);
  }

  private static Set<String> partsOf(String text, int length) {
    Set<String> parts = new LinkedHashSet<>();
    for (int i = 0; i + length <= text.length(); i++) {
      parts.add(text.substring(i, i + length));
    }
    return parts;
  }

  private static void markParts(
      View view, String value, int length, Map<Integer, Set<String>> parts, BitSet masked) {
    Set<String> inText = parts.getOrDefault(length, Set.of());
    BitSet beginnings = new BitSet();
    inText.forEach(part -> beginnings.set(beginning(part, 0)));
    for (int i = 0; i + length <= value.length() && !inText.isEmpty(); i++) {
      if (!beginnings.get(beginning(value, i))) {
        continue;
      }
      String part = value.substring(i, i + length);
      // Once for all values: a value may repeat a part, as may another value.
      if (inText.remove(part)) {
        for (int at = view.text.indexOf(part); at >= 0; at = view.text.indexOf(part, at + 1)) {
          view.mark(at, at + length, masked);
        }
      }
    }
  }

  /** Of two characters; most parts of a long value are not compared further. */
  private static int beginning(String text, int at) {
    return (text.charAt(at) * 31 + text.charAt(at + 1)) & 0xffff;
  }

  /** A short value is masked where it is a whole word: "prod" is not masked in "production". */
  private static void markWords(View view, String value, BitSet masked) {
    for (int at = view.text.indexOf(value); at >= 0; at = view.text.indexOf(value, at + 1)) {
      int end = at + value.length();
      boolean begins = at == 0 || !Character.isLetterOrDigit(view.text.charAt(at - 1));
      boolean ends = end == view.text.length() || !Character.isLetterOrDigit(view.text.charAt(end));
      if (begins && ends) {
        view.mark(at, end, masked);
      }
    }
  }

  /** The beginning of a value before an ellipsis or the end of the text. */
  private static void markCut(View view, String value, BitSet masked) {
    Matcher cut = CUT.matcher(view.text);
    while (cut.find()) {
      // Longer ones are masked as parts.
      int longest = Math.min(Math.min(value.length(), partLength(value)), cut.start());
      for (int length = longest; length >= SHORTEST; length--) {
        int at = cut.start() - length;
        if (view.text.regionMatches(at, value, 0, length)) {
          view.mark(at, cut.start(), masked);
          break;
        }
      }
    }
  }

  private static boolean isArn(String value) {
    return value.startsWith("arn:");
  }

  /** In base64, once or twice, alone or behind a user's name, and in hexadecimal digits. */
  private static List<String> encodings(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    String base64 = Base64.getEncoder().encodeToString(bytes);
    List<String> encodings =
        new ArrayList<>(
            List.of(base64(bytes, 0), base64(base64.getBytes(StandardCharsets.US_ASCII), 0)));
    if (value.length() >= SHORTEST_PART) {
      encodings.add(base64(bytes, 1));
      encodings.add(base64(bytes, 2));
      encodings.add(HexFormat.of().formatHex(bytes));
      encodings.add(HexFormat.of().withUpperCase().formatHex(bytes));
    }
    return encodings;
  }

  /** The characters that depend on these bytes alone. */
  private static String base64(byte[] bytes, int before) {
    byte[] all = new byte[before + bytes.length];
    System.arraycopy(bytes, 0, all, before, bytes.length);
    String text = Base64.getEncoder().withoutPadding().encodeToString(all);
    int first = before == 0 ? 0 : before + 1;
    int last = before == 0 || all.length % 3 == 0 ? text.length() : text.length() - 1;
    return text.substring(first, last);
  }

  private static String withMasks(String text, BitSet masked) {
    StringBuilder shown = new StringBuilder();
    int at = 0;
    for (int from = masked.nextSetBit(0); from >= 0; from = masked.nextSetBit(at)) {
      shown.append(text, at, from).append(Confidential.MASK);
      at = masked.nextClearBit(from);
    }
    return shown.append(text.substring(at)).toString();
  }

  /**
   * A text without its escapes.
   *
   * @param starts for each character, where it begins in the original text; one more for the end
   */
  private record View(String text, int[] starts) {

    static View of(String text) {
      int[] starts = new int[text.length() + 1];
      for (int i = 0; i < starts.length; i++) {
        starts[i] = i;
      }
      return new View(comparable(text), starts);
    }

    void mark(int from, int to, BitSet masked) {
      masked.set(starts[from], starts[to]);
    }

    View without(Pattern escapes) {
      StringBuilder plain = new StringBuilder();
      int[] origin = new int[text.length() + 1];
      Matcher escape = escapes.matcher(text);
      int at = 0;
      while (escape.find()) {
        at = copy(at, escape.start(), plain, origin);
        boolean url = escape.group("url") != null;
        for (char character : meaning(escape).toCharArray()) {
          origin[plain.length()] = starts[Math.min(at, escape.end())];
          plain.append(character);
          at += url ? 3 * String.valueOf(character).getBytes(StandardCharsets.UTF_8).length : 0;
        }
        at = escape.end();
      }
      copy(at, text.length(), plain, origin);
      origin[plain.length()] = starts[text.length()];
      return new View(comparable(plain.toString()), origin);
    }

    private int copy(int from, int to, StringBuilder plain, int[] origin) {
      for (int i = from; i < to; i++) {
        origin[plain.length()] = starts[i];
        plain.append(text.charAt(i));
      }
      return to;
    }

    private static String numbered(String number) {
      int point =
          Character.toLowerCase(number.charAt(0)) == 'x'
              ? Integer.parseInt(number.substring(1), 16)
              : Integer.parseInt(number);
      return Character.isValidCodePoint(point) ? Character.toString(point) : "";
    }

    private static String meaning(Matcher escape) {
      String unicode =
          escape.group("unicode") == null ? escape.group("hex") : escape.group("unicode");
      if (unicode != null) {
        return String.valueOf((char) Integer.parseInt(unicode, 16));
      }
      String url = escape.group("url");
      if (url != null) {
        byte[] bytes = new byte[url.length() / 3];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) Integer.parseInt(url.substring(3 * i + 1, 3 * i + 3), 16);
        }
        return new String(bytes, StandardCharsets.UTF_8);
      }
      String html = escape.group("html");
      if (html != null) {
        return html.startsWith("#") ? numbered(html.substring(1)) : HTML.getOrDefault(html, "");
      }
      return switch (escape.group("simple")) {
        case "b" -> "\b";
        case "f" -> "\f";
        case "n" -> "\n";
        case "r" -> "\r";
        case "t" -> "\t";
        case String itself -> itself;
      };
    }
  }
}
