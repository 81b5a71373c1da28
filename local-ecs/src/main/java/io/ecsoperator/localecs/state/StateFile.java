package io.ecsoperator.localecs.state;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal and a store in one file, with one JSON object per line. The first line has the seed and
 * the start time of the world. A new file is created by a rename, a line by one write. An
 * incomplete last line comes from a killed process; it is cut off, because no caller got an answer
 * for it. A file that has doubled in size is compacted.
 *
 * <p>Safe for use by many threads.
 */
public final class StateFile implements Journal, Store, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StateFile.class);
  private static final String FORMAT_NAME = "local-ecs";
  private static final int FORMAT = 1;

  /** Bytes that the first line fits into. */
  private static final int HEADER = 1 << 10;

  /** Bytes up to which a file is never compacted. */
  private static final long SMALL = 1 << 20;

  private final Path file;
  private final long small;
  private final ObjectMapper mapper = new ObjectMapper();
  private final long seed;
  private final Instant start;

  /** Guards the fields below; acquired before {@link #forcing}. */
  private final Object writing = new Object();

  private long end;
  private long compactAt = Long.MAX_VALUE;

  /** Prevents that the channel is closed during a force. */
  private final Object forcing = new Object();

  private FileChannel channel;
  private volatile long written;
  private long forced;

  /**
   * Opens {@code file} exclusively for this process; creates it if it does not exist or is empty.
   *
   * @param seed of a new world
   * @param start of a new world
   * @throws IOException when it is not a state file, in use, or cannot be written
   */
  public StateFile(Path file, long seed, Instant start) throws IOException {
    this(file, seed, start, SMALL);
  }

  /**
   * @param small bytes up to which it is never compacted
   */
  StateFile(Path file, long seed, Instant start, long small) throws IOException {
    this.file = file.toAbsolutePath();
    this.small = small;
    channel =
        !Files.exists(file) || Files.size(file) == 0
            ? create(header(seed, start), into -> {}).channel()
            : locked(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
    try {
      JsonNode header = header();
      this.seed = header.path("seed").asLong();
      this.start = EntryJson.instant(header.path("start").asText());
      end = FinishedLines.read(channel, channel.size(), (number, line) -> {});
      channel.truncate(end);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private ObjectNode header(long worldSeed, Instant worldStart) {
    return mapper
        .createObjectNode()
        .put(FORMAT_NAME, FORMAT)
        .put("seed", worldSeed)
        .put("start", worldStart.toString());
  }

  private JsonNode header() throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(HEADER);
    channel.read(chunk, 0);
    String first = new String(chunk.array(), 0, chunk.position(), StandardCharsets.UTF_8);
    JsonNode header;
    try {
      header = mapper.readTree(first.split("\n", 2)[0]);
    } catch (JacksonException e) {
      throw notOurs(e);
    }
    if (header.path(FORMAT_NAME).asInt() != FORMAT || !header.has("seed")) {
      throw notOurs(null);
    }
    return header;
  }

  private IOException notOurs(@Nullable Exception cause) {
    return new IOException(file + " is not a state file of this local-ecs.", cause);
  }

  /** The seed of the world in this file. */
  public long seed() {
    return seed;
  }

  /** The world time at which the world in this file began. */
  public Instant start() {
    return start;
  }

  /**
   * The values of the store, in the order in which their keys were added.
   *
   * @throws IOException when a line cannot be read
   */
  public Map<String, JsonNode> values() throws IOException {
    StoredValues values = new StoredValues();
    lines(StoredValues::isChange, values::apply);
    return values.all();
  }

  /**
   * Passes all current entries of the journal to {@code reader}, oldest first. Entries that are
   * appended meanwhile are not passed. The file is compacted only after a replay.
   *
   * @throws IOException when a line cannot be read
   */
  public void replay(Consumer<Entry> reader) throws IOException {
    lines(
        line -> !StoredValues.isChange(line),
        json -> {
          reader.accept(EntryJson.read(json));
        });
    synchronized (writing) {
      compactAt = Math.max(small, end);
    }
  }

  @FunctionalInterface
  private interface LineFilter {
    boolean wants(String line);
  }

  @FunctionalInterface
  private interface JsonReader {
    void read(JsonNode json) throws IOException;
  }

  /** Passes the lines that match {@code filter}, without the first one, to {@code reader}. */
  private void lines(LineFilter filter, JsonReader reader) throws IOException {
    long limit;
    synchronized (writing) {
      limit = end;
    }
    FinishedLines.read(
        channel,
        limit,
        (number, line) -> {
          if (number == 1 || !filter.wants(line)) {
            return;
          }
          try {
            reader.read(mapper.readTree(line));
          } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException(file + ", line " + number + ": " + e.getMessage(), e);
          }
        });
  }

  @Override
  public long append(Entry entry) {
    return append(EntryJson.write(entry));
  }

  @Override
  public long change(Map<String, Optional<JsonNode>> values) {
    return append(StoredValues.write(values));
  }

  private long append(JsonNode json) {
    synchronized (writing) {
      try {
        end = write(channel, end, json);
      } catch (IOException e) {
        forgetUnfinished();
        throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
      }
      written++;
      long position = written;
      if (end > compactAt) {
        compactIfPossible();
      }
      return position;
    }
  }

  private void forgetUnfinished() {
    try {
      channel.truncate(end);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot repair " + file + ": " + e.getMessage(), e);
    }
  }

  /** Writes a line and returns the position of its end. */
  private long write(FileChannel to, long position, JsonNode json) throws IOException {
    ByteBuffer line =
        ByteBuffer.wrap((mapper.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8));
    long next = position;
    while (line.hasRemaining()) {
      next += to.write(line, next);
    }
    return next;
  }

  /** Forces the file. Threads that wait for the lock meanwhile share the next force. */
  @Override
  public void force(long position) {
    synchronized (forcing) {
      if (forced >= position) {
        return;
      }
      long reached = written;
      try {
        channel.force(false);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
      }
      forced = reached;
    }
  }

  @Override
  public void restart(Instant now) {
    synchronized (writing) {
      try {
        replace(header(seed, now), into -> {});
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot replace " + file + ": " + e.getMessage(), e);
      }
      compactAt = small;
    }
  }

  /** The file is complete without a compaction, so a full disk does not stop the endpoint. */
  private void compactIfPossible() {
    try {
      compact();
    } catch (IOException e) {
      compactAt = 2 * end;
      LOG.warn("Cannot compact {}; it keeps growing.", file, e);
    }
  }

  /**
   * Compacts the file. This happens automatically when the file has grown.
   *
   * @throws IOException when the compaction fails; the file is then unchanged
   */
  public void compact() throws IOException {
    synchronized (writing) {
      replace(
          header(),
          into -> {
            Compaction compaction = new Compaction(into);
            lines(line -> true, compaction::read);
            compaction.finish();
          });
      compactAt = Math.max(small, 2 * end);
    }
  }

  /** Writes the lines of a new file, except for the first. */
  @FunctionalInterface
  private interface Content {
    void writeTo(Compaction.Sink into) throws IOException;
  }

  private record Created(FileChannel channel, long length) {}

  /** Replaces the file, and the channel to it, by another one. */
  private void replace(JsonNode header, Content content) throws IOException {
    Created next = create(header, content);
    synchronized (forcing) {
      channel.close();
      channel = next.channel();
      forced = written;
    }
    end = next.length();
  }

  /** Makes a new file, which takes the place of an existing one in one atomic step. */
  private Created create(JsonNode header, Content content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    FileChannel next =
        locked(
            FileChannel.open(
                fresh,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
    long[] length = {write(next, 0, header)};
    try {
      content.writeTo(line -> length[0] = write(next, length[0], line));
      next.force(true);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException e) {
      next.close();
      Files.deleteIfExists(fresh);
      throw e;
    }
    try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
    return new Created(next, length[0]);
  }

  private FileChannel locked(FileChannel opened) throws IOException {
    try {
      if (opened.tryLock() != null) {
        return opened;
      }
    } catch (OverlappingFileLockException e) {
      // Another instance in this process has locked the file.
    }
    opened.close();
    throw new IOException(file + " is in use by another local-ecs.");
  }

  /** Releases the file. */
  @Override
  public void close() {
    synchronized (writing) {
      synchronized (forcing) {
        try {
          if (channel.isOpen()) {
            channel.force(false);
            channel.close();
          }
        } catch (IOException e) {
          throw new UncheckedIOException("Cannot close " + file + ": " + e.getMessage(), e);
        }
      }
    }
  }
}
