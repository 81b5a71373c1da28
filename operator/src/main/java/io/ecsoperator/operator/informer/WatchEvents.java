package io.ecsoperator.operator.informer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The events of a watch: JSON objects, one a line. */
final class WatchEvents implements AutoCloseable {
  /** Larger than any object that the API server stores. */
  private static final int MAX_LINE = 4 * 1024 * 1024;

  private static final Pattern START = Pattern.compile("^\\{\"type\":\"([A-Z]+)\",\"object\":");
  private static final int LONGEST_START = 64;

  private final InputStream lines;
  private final byte[] buffer = new byte[16 * 1024];
  private int position;
  private int limit;

  WatchEvents(InputStream lines) {
    this.lines = lines;
  }

  /**
   * An event.
   *
   * @param type {@code ADDED}, {@code MODIFIED}, {@code DELETED}, {@code BOOKMARK} or {@code ERROR}
   * @param line the JSON, which has the object from {@code offset} on
   */
  record Event(String type, byte[] line, int offset, int length) {}

  /** Waits for the next event; empty at the end of the watch. */
  Optional<Event> next() throws IOException {
    Optional<byte[]> line = nextLine();
    while (line.isPresent() && line.get().length == 0) {
      line = nextLine();
    }
    return line.isEmpty() ? Optional.empty() : Optional.of(parse(line.get()));
  }

  /** The API server writes the type first, so the object is the rest of the line. */
  private static Event parse(byte[] line) throws IOException {
    String start =
        new String(line, 0, Math.min(line.length, LONGEST_START), StandardCharsets.UTF_8);
    Matcher matcher = START.matcher(start);
    if (!matcher.find() || line[line.length - 1] != '}') {
      throw new IOException("Not a watch event: " + start);
    }
    int offset = matcher.end();
    return new Event(matcher.group(1), line, offset, line.length - 1 - offset);
  }

  private Optional<byte[]> nextLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      for (int i = position; i < limit; i++) {
        if (buffer[i] == '\n') {
          byte[] end = Arrays.copyOfRange(buffer, position, i);
          position = i + 1;
          if (line.size() == 0) {
            return Optional.of(end);
          }
          line.writeBytes(end);
          return Optional.of(line.toByteArray());
        }
      }
      line.write(buffer, position, limit - position);
      if (line.size() > MAX_LINE) {
        throw new IOException("An event is larger than " + MAX_LINE + " bytes");
      }
      position = 0;
      limit = Math.max(0, lines.read(buffer));
      if (limit == 0) {
        return Optional.empty();
      }
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
