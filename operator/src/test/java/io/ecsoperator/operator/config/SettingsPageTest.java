package io.ecsoperator.operator.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Option;

/** docs/reference/settings.md lists the options that the code has. */
class SettingsPageTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "reference", "settings.md");
  private static final String MARK = "<!-- settings: written by SettingsPageTest -->\n";

  /** {@code ${env:NAME}} or {@code ${env:NAME:-default}}. */
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:(\\w+)(?::-(.*))?}");

  private static final String DEFAULT = " Default: ";

  /** From the annotations, because picocli puts the environment's values into its own model. */
  static List<Option> options() {
    return Arrays.stream(Options.class.getDeclaredFields())
        .filter(field -> field.isAnnotationPresent(Option.class))
        .map(field -> field.getAnnotation(Option.class))
        .toList();
  }

  @Test
  void thePageIsCurrent() throws IOException {
    String document = Files.readString(DOCUMENT);
    String current =
        document.substring(0, document.indexOf(MARK) + MARK.length())
            + "\n| option | variable | default | what it does |\n|---|---|---|---|\n"
            + options().stream().map(SettingsPageTest::row).collect(Collectors.joining());
    if (Boolean.getBoolean("settings.write-docs")) {
      Files.writeString(DOCUMENT, current);
    }

    assertThat(Files.readString(DOCUMENT))
        .as("write it anew with -Dsettings.write-docs=true")
        .isEqualTo(current);
  }

  @ParameterizedTest
  @MethodSource("options")
  void theHelpHasTheDefaultAndTheVariableHasTheNameOfTheOption(Option option) {
    MatchResult variable = variable(option);
    String name = option.names()[0].substring(2);

    assertThat(variable.group(1))
        .isEqualTo("ECS_OPERATOR_" + name.toUpperCase(Locale.ROOT).replace('-', '_'));
    if (variable.group(2) != null) {
      assertThat(defaultInHelp(option)).isEqualTo(variable.group(2));
    }
  }

  private static String row(Option option) {
    String shown = defaultInHelp(option);
    return "| `%s %s` | `%s` | %s | %s |\n"
        .formatted(
            option.names()[0],
            option.paramLabel().replace("|", "\\|"),
            variable(option).group(1),
            variable(option).group(2) == null ? shown : "`" + shown + "`",
            help(option).replaceFirst(DEFAULT + ".*", ""));
  }

  private static MatchResult variable(Option option) {
    return VARIABLE.matcher(option.defaultValue()).results().findFirst().orElseThrow();
  }

  private static String defaultInHelp(Option option) {
    int start = help(option).indexOf(DEFAULT);
    return start < 0
        ? ""
        : help(option).substring(start + DEFAULT.length()).replaceFirst("\\.$", "");
  }

  private static String help(Option option) {
    String candidates =
        StreamSupport.stream(new QuotaCategories().spliterator(), false)
            .map("`%s`"::formatted)
            .collect(Collectors.joining(", "));
    return String.join(" ", option.description()).replace("${COMPLETION-CANDIDATES}", candidates);
  }
}
