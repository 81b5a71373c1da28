package io.ecsoperator.operator.secrets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The list of what is confidential. Plans, condition messages, Events and logs all use it, since
 * more people may read them than the spec. ECS has a place for secrets, yet people put them into
 * environment variables, commands and options as well.
 */
public final class Confidential {
  public static final String MASK = "***";

  /** Members of which every value is confidential. */
  private static final Set<String> MEMBERS =
      Set.of(
          "command",
          "entryPoint",
          "dockerLabels",
          "labels",
          "options",
          "driverOpts",
          "hookDetails",
          "repositoryCredentials",
          "credentialSpecs");

  /** Lists of names with values, of which the values are confidential. */
  private static final String ENVIRONMENT = "environment";

  /** Further lists of names with values, of which a value is confidential if its name says so. */
  private static final Set<String> NAMED_VALUES =
      Set.of("tags", "properties", "settings", "attributes", "systemControls");

  /** Members that refer to secrets. An ARN or a name of a secret is no secret. */
  private static final Set<String> REFERENCES = Set.of("secrets", "secretOptions");

  /** Options that hold no secret. Without them a message about logs could not be understood. */
  private static final Set<String> PUBLIC_OPTIONS =
      Set.of(
          "awslogs-group",
          "awslogs-region",
          "awslogs-stream-prefix",
          "awslogs-create-group",
          "awslogs-datetime-format",
          "awslogs-multiline-pattern",
          "mode",
          "max-buffer-size",
          "max-file",
          "max-size",
          "compress",
          "enable-ecs-log-metadata",
          "config-file-type",
          "Name",
          "region",
          "type");

  private static final Pattern NAME =
      Pattern.compile(
          "token|password|passwd|passphrase|\\bpwd\\b|secret|credential|authorization(?!config)"
              + "|(?:api|licen[cs]e|shared|access|private|signing|encryption|auth)[-_. ]?key");

  /** One step of a path: a member's name, or the key of an item or an option in brackets. */
  private static final Pattern STEP = Pattern.compile("\\[([^\\]]*)\\]|([^.\\[]+)");

  private Confidential() {}

  /**
   * Whether the value at a path, such as {@code environment[TOKEN]}, is confidential as a whole.
   */
  public static boolean isConfidential(String path) {
    Matcher steps = STEP.matcher(path);
    String parent = "";
    boolean within = false;
    boolean named = false;
    while (steps.find()) {
      boolean key = steps.group(1) != null;
      String step = key ? steps.group(1) : steps.group(2);
      if (REFERENCES.contains(parent) || REFERENCES.contains(step)) {
        return false;
      }
      if (parent.equals("options") && PUBLIC_OPTIONS.contains(step)) {
        return false;
      }
      within |= MEMBERS.contains(parent) || parent.equals(ENVIRONMENT) && key;
      named = (!key || NAMED_VALUES.contains(parent)) && soundsConfidential(step);
      parent = step;
    }
    return within || named || MEMBERS.contains(parent) && !parent.equals("options");
  }

  /** A copy of the value at a path with all that is confidential masked. */
  public static JsonNode masked(String path, JsonNode value) {
    TextNode mask = TextNode.valueOf(MASK);
    return isConfidential(path) && !value.isContainerNode()
        ? mask
        : walk(lastMember(path), value, isConfidential(path), hidden -> mask);
  }

  /** Passes each confidential text in a request or a spec to {@code consumer}. */
  static void texts(JsonNode tree, Consumer<String> consumer) {
    JsonNode unused =
        walk(
            "",
            tree,
            false,
            hidden -> {
              if (hidden.isTextual()) {
                consumer.accept(hidden.textValue());
              }
              return hidden;
            });
  }

  private static String lastMember(String path) {
    Matcher steps = STEP.matcher(path);
    String last = "";
    while (steps.find()) {
      if (steps.group(2) != null) {
        last = steps.group(2);
      }
    }
    return last;
  }

  /** Copies a tree and replaces each confidential value. */
  private static JsonNode walk(
      String member, JsonNode node, boolean hidden, UnaryOperator<JsonNode> hide) {
    if (node.isObject()) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      node.properties()
          .forEach(
              entry ->
                  copy.set(
                      entry.getKey(),
                      walk(
                          entry.getKey(),
                          entry.getValue(),
                          hides(member, node, hidden, entry.getKey()),
                          hide)));
      return copy;
    }
    if (node.isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      node.forEach(item -> copy.add(walk(member, item, hidden, hide)));
      return copy;
    }
    return hidden || node.isTextual() && Redaction.hasSecretForm(node.textValue())
        ? hide.apply(node)
        : node;
  }

  /**
   * @param parent the member that holds the object
   */
  private static boolean hides(String parent, JsonNode object, boolean hidden, String member) {
    if (REFERENCES.contains(parent) || REFERENCES.contains(member)) {
      return false;
    }
    if (parent.equals("options") && PUBLIC_OPTIONS.contains(member)) {
      return false;
    }
    if (hidden || MEMBERS.contains(member) || soundsConfidential(member)) {
      return true;
    }
    return member.equals("value")
        && (parent.equals(ENVIRONMENT)
            || soundsConfidential(object.path("name").asText())
            || soundsConfidential(object.path("key").asText()));
  }

  private static boolean soundsConfidential(String name) {
    return NAME.matcher(name.toLowerCase(Locale.ROOT)).find();
  }
}
