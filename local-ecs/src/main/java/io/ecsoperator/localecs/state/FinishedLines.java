package io.ecsoperator.localecs.state;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/** Reads the complete lines of a file that may grow meanwhile. */
final class FinishedLines {
  private static final int CHUNK = 1 << 16;

  private FinishedLines() {}

  /** Receives a line without its line end; the first is number 1. */
  @FunctionalInterface
  interface Reader {
    void read(int number, String line) throws IOException;
  }

  /**
   * Passes the lines up to {@code limit} to {@code reader}.
   *
   * @param limit a number of bytes
   * @return the position of the end of the last line
   */
  static long read(FileChannel channel, long limit, Reader reader) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
    long position = 0;
    long end = 0;
    int number = 0;
    while (position < limit) {
      chunk.clear().limit((int) Math.min(CHUNK, limit - position));
      if (channel.read(chunk, position) < 0) {
        break;
      }
      int from = 0;
      for (int i = 0; i < chunk.position(); i++) {
        if (chunk.get(i) == '\n') {
          unfinished.write(chunk.array(), from, i - from);
          reader.read(++number, unfinished.toString(StandardCharsets.UTF_8));
          unfinished.reset();
          from = i + 1;
          end = position + from;
        }
      }
      unfinished.write(chunk.array(), from, chunk.position() - from);
      position += chunk.position();
    }
    return end;
  }
}
