package io.ecsoperator.localecs.state;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Copies a state file without its obsolete lines: times that a later entry implies, refused
 * operations, and values that were replaced or removed.
 */
final class Compaction {
  private final Sink sink;
  private final StoredValues values = new StoredValues();
  private Optional<JsonNode> entry = Optional.empty();
  private Optional<JsonNode> time = Optional.empty();

  /** Receives the lines that are kept. */
  @FunctionalInterface
  interface Sink {
    void write(JsonNode line) throws IOException;
  }

  Compaction(Sink sink) {
    this.sink = sink;
  }

  void read(JsonNode line) throws IOException {
    if (StoredValues.isChange(line)) {
      values.apply(line);
      return;
    }
    switch (EntryJson.read(line)) {
      case Entry.Operation _, Entry.Change _ -> {
        flush();
        entry = Optional.of(line);
        time = Optional.empty();
      }
      case Entry.Refusal refusal -> {
        // The caller has seen the time of the refused operation, so it is kept.
        entry = Optional.empty();
        time = Optional.of(EntryJson.write(new Entry.Time(refusal.at())));
      }
      case Entry.Time _ -> time = Optional.of(line);
    }
  }

  /** Writes the lines that it still holds back. */
  void finish() throws IOException {
    flush();
    if (time.isPresent()) {
      sink.write(time.get());
    }
    for (Map.Entry<String, JsonNode> value : values.all().entrySet()) {
      sink.write(StoredValues.write(Map.of(value.getKey(), Optional.of(value.getValue()))));
    }
  }

  private void flush() throws IOException {
    if (entry.isPresent()) {
      sink.write(entry.get());
    }
    entry = Optional.empty();
  }
}
