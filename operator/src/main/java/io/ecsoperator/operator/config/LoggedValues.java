package io.ecsoperator.operator.config;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.logstash.logback.composite.AbstractJsonProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * The values of an entry in JSON. What is neither a number nor a map is a text: the encoder would
 * lose the whole entry for a value that it cannot serialize.
 */
final class LoggedValues extends AbstractJsonProvider<ILoggingEvent> {

  @Override
  public void writeTo(JsonGenerator json, ILoggingEvent event) throws IOException {
    for (KeyValuePair pair :
        Objects.requireNonNullElse(event.getKeyValuePairs(), List.<KeyValuePair>of())) {
      json.writeFieldName(pair.key);
      write(json, pair.value);
    }
  }

  private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case Boolean truth -> json.writeBoolean(truth);
      case Long number -> json.writeNumber(number);
      case Integer number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case Map<?, ?> members -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> member : members.entrySet()) {
          json.writeFieldName(String.valueOf(member.getKey()));
          write(json, member.getValue());
        }
        json.writeEndObject();
      }
      case null -> json.writeNull();
      default -> json.writeString(String.valueOf(value));
    }
  }
}
