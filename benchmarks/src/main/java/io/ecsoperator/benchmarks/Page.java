package io.ecsoperator.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Markdown page that people write, except for what is between a case's markers: {@code <!--
 * benchmark local-ecs-start -->} and {@code <!-- end of local-ecs-start -->}.
 */
final class Page {
  private final Path file;

  Page(Path file) {
    this.file = file;
  }

  /** Whether it has a place for the case. */
  boolean hasPlaceFor(String name) throws IOException {
    String text = Files.readString(file);
    int begin = text.indexOf(begin(name));
    return begin >= 0 && text.indexOf(end(name), begin) >= 0;
  }

  /** Puts the result in the place of the last one. */
  void keep(Result result) throws IOException {
    String name = result.name();
    if (!hasPlaceFor(name)) {
      throw new IOException(
          "%s has no place for %s: add the lines %s and %s."
              .formatted(file, name, begin(name), end(name)));
    }
    String text = Files.readString(file);
    int from = text.indexOf(begin(name)) + begin(name).length();
    int to = text.indexOf(end(name), from);
    Files.writeString(
        file, text.substring(0, from) + "\n" + result.toMarkdown() + text.substring(to));
  }

  private static String begin(String name) {
    return "<!-- benchmark " + name + " -->";
  }

  private static String end(String name) {
    return "<!-- end of " + name + " -->";
  }
}
