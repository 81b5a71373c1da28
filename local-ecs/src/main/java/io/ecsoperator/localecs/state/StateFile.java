package io.ecsoperator.localecs.state;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
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
import java.util.function.Consumer;

/**
 * A journal in a file: one JSON object a line, the first with the seed and the time that the world
 * began with. A new file comes to be by a rename, a line by one write; a last line without its end
 * is the mark of a killed process and is cut off, as nobody was told of it.
 */
public final class StateFile implements Journal, AutoCloseable {
  private static final String FORMAT_NAME = "local-ecs";
  private static final int FORMAT = 1;
  private static final int CHUNK = 1 << 16;

  /** Bytes in which the first line has room. */
  private static final int HEADER = 1 << 10;

  private final Path file;
  private final ObjectMapper mapper = new ObjectMapper();
  private final Object forcing = new Object();
  private final long seed;
  private final Instant start;
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
    this.file = file.toAbsolutePath();
    if (!Files.exists(file) || Files.size(file) == 0) {
      replace(seed, start);
    } else {
      channel = locked(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }
    try {
      JsonNode header = header();
      this.seed = header.path("seed").asLong();
      this.start = EntryJson.instant(header.path("start").asText());
      written = channel.size();
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private JsonNode header() throws IOException {
    channel.position(0);
    ByteBuffer chunk = ByteBuffer.allocate(HEADER);
    channel.read(chunk);
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
   * Gives all entries to {@code reader}, oldest first, and cuts off a line that was not finished.
   *
   * @throws IOException when a line in the middle cannot be read
   */
  public void replay(Consumer<Entry> reader) throws IOException {
    long end =
        lines(
            (number, line) -> {
              if (number == 1) {
                return;
              }
              try {
                reader.accept(EntryJson.read(mapper.readTree(line)));
              } catch (JacksonException | IllegalArgumentException e) {
                throw new IOException(file + ", line " + number + ": " + e.getMessage(), e);
              }
            });
    channel.truncate(end);
    channel.position(end);
    written = end;
  }

  @FunctionalInterface
  private interface LineReader {
    void read(int number, String line) throws IOException;
  }

  /** Answers where the last finished line ends. */
  private long lines(LineReader reader) throws IOException {
    channel.position(0);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long end = 0;
    int number = 0;
    while (channel.read(chunk.clear()) > 0) {
      chunk.flip();
      while (chunk.hasRemaining()) {
        byte next = chunk.get();
        line.write(next);
        if (next == '\n') {
          end += line.size();
          reader.read(++number, line.toString(StandardCharsets.UTF_8));
          line.reset();
        }
      }
    }
    return end;
  }

  @Override
  public long append(Entry entry) {
    try {
      write(channel, EntryJson.write(entry));
      written = channel.position();
      return written;
    } catch (IOException e) {
      forgetUnfinished();
      throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private void forgetUnfinished() {
    try {
      channel.truncate(written);
      channel.position(written);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot mend " + file + ": " + e.getMessage(), e);
    }
  }

  private void write(FileChannel to, JsonNode json) throws IOException {
    ByteBuffer line =
        ByteBuffer.wrap((mapper.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8));
    while (line.hasRemaining()) {
      to.write(line);
    }
  }

  /** Those who wait meanwhile find their entries on disk with the next one's. */
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
    synchronized (forcing) {
      try {
        FileChannel old = channel;
        replace(seed, now);
        old.close();
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot replace " + file + ": " + e.getMessage(), e);
      }
      forced = 0;
    }
  }

  /** A file with nothing but its first line takes the place of the one that was there. */
  private void replace(long worldSeed, Instant worldStart) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    FileChannel next =
        locked(
            FileChannel.open(
                fresh,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
    ObjectNode header =
        mapper
            .createObjectNode()
            .put(FORMAT_NAME, FORMAT)
            .put("seed", worldSeed)
            .put("start", worldStart.toString());
    write(next, header);
    next.force(true);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
    channel = next;
    written = next.position();
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
