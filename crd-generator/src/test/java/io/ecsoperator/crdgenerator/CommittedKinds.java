package io.ecsoperator.crdgenerator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** The kinds of the module {@code crds}. */
final class CommittedKinds {
  private CommittedKinds() {}

  static List<ResourceKind> all() {
    try {
      return ResourceKinds.in(Path.of("../crds/src/main/java"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
