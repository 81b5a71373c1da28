package io.ecsoperator.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Markdown page written by hand, except for the text between a case's markers: {@code <!--
 * benchmark local-ecs-start -->} and {@code <!-- end of local-ecs-start -->}.
 */
final class Page {
  private final Path file;

  Page(Path file) {
    this.file = file;
  }

  /** Whether the page has markers for the case. */
  boolean hasMarkersFor(String name) throws IOException {
    String text = Files.readString(file);
    int begin = text.indexOf(begin(name));
    return begin >= 0 && text.indexOf(end(name), begin) >= 0;
  }

  /** Replaces the previous result of the case. */
  void keep(Result result) throws IOException {
    String name = result.name();
    if (!hasMarkersFor(name)) {
      throw new IOException(
          "%s has no markers for %s: add the lines %s and %s."
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
