package io.ecsoperator.controlplane.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A folder that only this user can read; it is deleted on close. */
public record TemporaryFolder(Path path) implements AutoCloseable {

  /** A new folder in {@code parent}, whose name starts with {@code prefix}. */
  public static TemporaryFolder createIn(Path parent, String prefix) throws IOException {
    return new TemporaryFolder(Files.createTempDirectory(parent, prefix));
  }

  @Override
  public void close() {
    if (!Files.exists(path)) {
      return;
    }
    try (var entries = Files.walk(path)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + path, e);
    }
  }
}
