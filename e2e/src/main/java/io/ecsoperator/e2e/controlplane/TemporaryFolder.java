package io.ecsoperator.e2e.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A folder that only this user can read, gone when it is closed. */
record TemporaryFolder(Path path) implements AutoCloseable {

  static TemporaryFolder create() throws IOException {
    return new TemporaryFolder(Files.createTempDirectory("ecs-operator-control-plane-"));
  }

  static TemporaryFolder createIn(Path parent) throws IOException {
    return new TemporaryFolder(Files.createTempDirectory(parent, "building-"));
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
