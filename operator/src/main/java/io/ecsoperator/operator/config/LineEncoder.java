package io.ecsoperator.operator.config;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import io.ecsoperator.operator.CutText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.event.KeyValuePair;

/**
 * Encodes each entry as one line of bounded length without control characters. Entries contain
 * texts of users and of AWS: a line break would forge an entry, and an escape sequence would steer
 * the terminal that shows the log.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {
  /** In bytes, before control characters are escaped. */
  static final int MAX_LINE = 16 * 1024;

  private static final int MAX_MESSAGE = 8 * 1024;
  private static final int MAX_VALUE = 256;
  private static final int MAX_VALUES = 16;

  /** Controls, invisible characters that change the direction of text, and line separators. */
  private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private final Encoder<ILoggingEvent> encoder;
  private final LoggerContext loggers;

  /**
   * @param encoder encodes an entry; JSON, or text
   */
  LineEncoder(Encoder<ILoggingEvent> encoder, LoggerContext loggers) {
    this.encoder = encoder;
    this.loggers = loggers;
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    byte[] encoded = encoder.encode(event);
    if (encoded.length > MAX_LINE) {
      encoded = encoder.encode(cut(event));
    }
    // The one line of the stack that text has.
    String line = new String(encoded, StandardCharsets.UTF_8).replace("\n\tat ", " at ").strip();
    return (UNSAFE.matcher(line).replaceAll(match -> escaped(match.group())) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  /** As JSON escapes it, so that JSON stays the same value. */
  private static String escaped(String character) {
    return character.chars().mapToObj("\\\\u%04x"::formatted).collect(Collectors.joining());
  }

  private LoggingEvent cut(ILoggingEvent event) {
    LoggingEvent cut = new LoggingEvent();
    cut.setLoggerContext(loggers);
    cut.setInstant(event.getInstant());
    cut.setLevel(event.getLevel());
    cut.setLoggerName(event.getLoggerName());
    cut.setThreadName(event.getThreadName());
    String failure =
        event.getThrowableProxy() == null
            ? ""
            : " "
                + event.getThrowableProxy().getClassName()
                + ": "
                + event.getThrowableProxy().getMessage();
    cut.setMessage(CutText.of(event.getFormattedMessage() + failure, MAX_MESSAGE));
    Objects.requireNonNullElse(event.getKeyValuePairs(), List.<KeyValuePair>of()).stream()
        .limit(MAX_VALUES)
        .forEach(pair -> cut.addKeyValuePair(cut(pair)));
    return cut;
  }

  private static KeyValuePair cut(KeyValuePair pair) {
    return new KeyValuePair(
        CutText.of(pair.key, MAX_VALUE), CutText.of(String.valueOf(pair.value), MAX_VALUE));
  }
}
