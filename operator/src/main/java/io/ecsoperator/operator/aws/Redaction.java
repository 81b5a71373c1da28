package io.ecsoperator.operator.aws;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Masks confidential values of a request in a message. AWS repeats values in its errors, and the
 * messages are shown in status and logs, which more people may read than the spec.
 */
final class Redaction {
  private static final String MASK = "***";

  /** Shorter values are unlikely to be secrets, and masking them would make messages unreadable. */
  private static final int SHORTEST = 4;

  private static final Set<String> OPTION_MEMBERS = Set.of("options", "driverOpts", "dockerLabels");
  private static final Pattern CONFIDENTIAL_NAME =
      Pattern.compile("token|password|passwd|secret|api-?key|credential");

  /** An access key id, or a request signature. */
  private static final Pattern CREDENTIAL =
      Pattern.compile("\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b|(?<=Signature=)[0-9a-f]{64}");

  private final Pattern confidential;

  private Redaction(Pattern confidential) {
    this.confidential = confidential;
  }

  static Redaction of(JsonNode request) {
    Set<String> values =
        new TreeSet<>(
            Comparator.comparing(String::length).reversed().thenComparing(String::compareTo));
    collect(request, values);
    String alternatives = values.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    return new Redaction(
        values.isEmpty()
            ? CREDENTIAL
            : Pattern.compile(
                "(?<![A-Za-z0-9])(?:" + alternatives + ")(?![A-Za-z0-9])|" + CREDENTIAL));
  }

  String apply(String message) {
    return confidential.matcher(message).replaceAll(Matcher.quoteReplacement(MASK));
  }

  private static void collect(JsonNode node, Set<String> values) {
    node.properties()
        .forEach(
            member -> {
              switch (member.getKey()) {
                case "environment" ->
                    member.getValue().forEach(pair -> add(pair.path("value"), values));
                case String name when OPTION_MEMBERS.contains(name) ->
                    member.getValue().properties().stream()
                        .filter(option -> soundsConfidential(option.getKey()))
                        .forEach(option -> add(option.getValue(), values));
                default -> collect(member.getValue(), values);
              }
            });
    if (node.isArray()) {
      node.forEach(item -> collect(item, values));
    }
  }

  private static boolean soundsConfidential(String name) {
    return CONFIDENTIAL_NAME.matcher(name.toLowerCase(Locale.ROOT)).find();
  }

  private static void add(JsonNode value, Set<String> values) {
    if (value.isTextual() && value.textValue().length() >= SHORTEST) {
      values.add(value.textValue());
    }
  }
}
