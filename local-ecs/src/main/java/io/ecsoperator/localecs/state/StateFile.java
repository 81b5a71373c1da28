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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal and a store in one file: one JSON object a line, the first with the seed and the time
 * that the world began with. A new file comes to be by a rename, a line by one write; a last line
 * without its end is the mark of a killed process and is cut off, as nobody was told of it. A file
 * that has doubled is written anew without what makes no difference any more.
 *
 * <p>Safe for use by many threads.
 */
public final class StateFile implements Journal, Store, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StateFile.class);
  private static final String FORMAT_NAME = "local-ecs";
  private static final int FORMAT = 1;

  /** Bytes in which the first line has room. */
  private static final int HEADER = 1 << 10;

  /** Bytes up to which a file is never written anew. */
  private static final long SMALL = 1 << 20;

  private final Path file;
  private final long small;
  private final ObjectMapper mapper = new ObjectMapper();
  private final long seed;
  private final Instant start;

  /** Guards what follows; taken before {@link #forcing}. */
  private final Object writing = new Object();

  private long end;
  private long compactAt = Long.MAX_VALUE;

  /** Guards the channel against being closed meanwhile. */
  private final Object forcing = new Object();

  private FileChannel channel;
  private volatile long written;
  private long forced;

  /**
   * Opens {@code file} for this process alone; makes it where there is none, or an empty one.
   *
   * @param seed of a world that begins now
   * @param start of a world that begins now
   * @throws IOException when it is not a state file, in use, or cannot be written
   */
  public StateFile(Path file, long seed, Instant start) throws IOException {
    this(file, seed, start, SMALL);
  }

  /**
   * @param small bytes up to which it is never written anew
   */
  StateFile(Path file, long seed, Instant start, long small) throws IOException {
    this.file = file.toAbsolutePath();
    this.small = small;
    if (!Files.exists(file) || Files.size(file) == 0) {
      replace(header(seed, start), into -> {});
    } else {
      channel = locked(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }
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

  private IOException notOurs(Exception cause) {
    return new IOException(file + " is not a state file of this local-ecs.", cause);
  }

  /** The seed of the world in this file. */
  public long seed() {
    return seed;
  }

  /** When the world in this file began, in its own time. */
  public Instant start() {
    return start;
  }

  /**
   * The values of the store, in the order in which their keys came.
   *
   * @throws IOException when a line cannot be read
   */
  public Map<String, JsonNode> values() throws IOException {
    StoredValues values = new StoredValues();
    lines(StoredValues::isChange, values::apply);
    return values.all();
  }

  /**
   * Gives all entries of the journal that are there now to {@code reader}, oldest first. What is
   * written meanwhile goes behind them; only afterwards is the file written anew as it grows.
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

  /** Gives the lines that {@code filter} wants, but for the first one, to {@code reader}. */
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
      throw new UncheckedIOException("Cannot mend " + file + ": " + e.getMessage(), e);
    }
  }

  /** Answers where the line ends. */
  private long write(FileChannel to, long position, JsonNode json) throws IOException {
    ByteBuffer line =
        ByteBuffer.wrap((mapper.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8));
    long next = position;
    while (line.hasRemaining()) {
      next += to.write(line, next);
    }
    return next;
  }

  /** Those who wait meanwhile find their lines on disk with the next one's. */
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

  /** The file is whole without it: a disk that is too full must not end what goes on. */
  private void compactIfPossible() {
    try {
      compact();
    } catch (IOException e) {
      compactAt = 2 * end;
      LOG.warn("Cannot write {} anew without what is over; it grows on.", file, e);
    }
  }

  /**
   * Writes the file anew, without what makes no difference any more. It does so by itself as it
   * grows.
   *
   * @throws IOException when that cannot be; the file is then as it was
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

  /** Writes the lines of a file that is to come, but for the first. */
  @FunctionalInterface
  private interface Content {
    void writeTo(Compaction.Sink into) throws IOException;
  }

  /** Another file takes the place of the one that was there, at once and whole. */
  private void replace(JsonNode header, Content content) throws IOException {
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
    synchronized (forcing) {
      if (channel != null) {
        channel.close();
      }
      channel = next;
      forced = written;
    }
    end = length[0];
  }

  private FileChannel locked(FileChannel opened) throws IOException {
    try {
      if (opened.tryLock() != null) {
        return opened;
      }
    } catch (OverlappingFileLockException e) {
      // Another one in this process has it.
    }
    opened.close();
    throw new IOException(file + " is in use by another local-ecs.");
  }

  /** Leaves the file to others. */
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
