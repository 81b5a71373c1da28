package io.ecsoperator.operator.config;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.event.KeyValuePair;

class LoggingTest {
  /** Line breaks of all forms, an escape sequence, its one-character form, and reversed text. */
  private static final String ATTACK =
      "A\r\n09:00:00.000 INFO forged\u2028B\u0085C\u001b[2JD\u009b2JE\u202eF\u007fG";

  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private final LoggerContext context = new LoggerContext();

  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void aNameOfAVariableForgesNoLineAndSteersNoTerminal(LogFormat format) {
    LoggingEvent event =
        event("environment[{}] differs: " + ATTACK, new IllegalStateException(ATTACK));
    event.addKeyValuePair(new KeyValuePair("object", ATTACK));

    String line = line(format, event);

    assertThat(line).endsWith("\n").contains("forged");
    assertThat(CONTROL.matcher(line.substring(0, line.length() - 1)).find()).as(line).isFalse();
  }

  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void aLineOfThreeHundredKilobytesIsCut(LogFormat format) {
    LoggingEvent event = event("x".repeat(300_000), new IllegalStateException("y".repeat(300_000)));
    event.addKeyValuePair(new KeyValuePair("object", "z".repeat(300_000)));

    assertThat(line(format, event)).hasSizeLessThan(LineEncoder.MAX_LINE).contains("xxx… (cut)");
  }

  @ParameterizedTest
  @EnumSource(value = LogFormat.class, names = "JSON")
  void whatIsEscapedIsTheSameValueInJson(LogFormat format) throws Exception {
    JsonNode line = new ObjectMapper().readTree(line(format, event(ATTACK, null)));

    assertThat(line.get("message").textValue()).isEqualTo(ATTACK);
  }

  @Test
  void aTextEntryBeginsWithDateTimeAndOffset() {
    assertThat(line(LogFormat.TEXT, event("Starting", null)))
        .matches(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) INFO .*Starting.*\n");
  }

  @Test
  void jsonHasAllValuesAlsoThoseThatNoSerializerKnows() throws Exception {
    LoggingEvent event = event("Starting", null);
    event.addKeyValuePair(new KeyValuePair("interval", Duration.ofSeconds(5)));
    event.addKeyValuePair(new KeyValuePair("lease", Optional.of(new Unknown("kube-system"))));
    event.addKeyValuePair(new KeyValuePair("settings", Map.of("threads", "32")));
    event.addKeyValuePair(new KeyValuePair("count", 3));
    event.addKeyValuePair(new KeyValuePair("nothing", null));

    JsonNode line = new ObjectMapper().readTree(line(LogFormat.JSON, event));

    assertThat(line.get("message").textValue()).isEqualTo("Starting");
    assertThat(line.get("interval").textValue()).isEqualTo("PT5S");
    assertThat(line.get("lease").textValue()).contains("kube-system");
    assertThat(line.at("/settings/threads").textValue()).isEqualTo("32");
    assertThat(line.get("count").intValue()).isEqualTo(3);
    assertThat(line.get("nothing").isNull()).isTrue();
  }

  private record Unknown(String namespace) {}

  private LoggingEvent event(String message, Throwable failure) {
    return new LoggingEvent(
        "test", context.getLogger("io.ecsoperator.Test"), Level.INFO, message, failure, null);
  }

  private String line(LogFormat format, LoggingEvent event) {
    return new String(Logging.encoder(format, context).encode(event), StandardCharsets.UTF_8);
  }
}
