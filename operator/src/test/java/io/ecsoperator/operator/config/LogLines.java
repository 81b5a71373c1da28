package io.ecsoperator.operator.config;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.LoggerFactory;

/** All that the operator logs, debug messages included, in each format. */
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.ecsoperator");
  private final Level level = logger.getLevel();
  private final List<Encoder<ILoggingEvent>> encoders;
  private final List<String> lines = new ArrayList<>();

  public LogLines() {
    LoggerContext loggers = logger.getLoggerContext();
    encoders =
        Arrays.stream(LogFormat.values()).map(format -> Logging.encoder(format, loggers)).toList();
    setContext(loggers);
    start();
    logger.setLevel(Level.DEBUG);
    logger.addAppender(this);
  }

  @Override
  protected void append(ILoggingEvent event) {
    encoders.forEach(
        encoder -> lines.add(new String(encoder.encode(event), StandardCharsets.UTF_8)));
  }

  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setLevel(level);
  }
}
