package io.ecsoperator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sources, samples and documentation use the terms of Kubernetes, ECS and computing.
 * CONTRIBUTING.md lists the words that this test refuses, and what to say instead.
 */
class PlainLanguageTest {
  /** Relative to the module, in which the tests run. */
  private static final Path ROOT = Path.of("..");

  private static final Pattern REFUSED =
      Pattern.compile(
          "(?i)\\b(look|looks|looked|looking|whoever|strangers?|tenure|census|roll[ -]call|tells?|told"
              + "|woken|wakes?|settled|settles|weather|verdicts?|somebody|nobody|pursue[sd]?)\\b");

  /** Pages that have to name the words in order to refuse them. */
  private static final List<String> GLOSSARIES = List.of("CONTRIBUTING.md", "CHANGELOG.md");

  private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|_");
  private static final Pattern TEST_METHOD =
      Pattern.compile("(?m)^ {2,4}(?:private |static |public )*void ([a-z]\\w*)\\(");

  @Test
  void sourcesUsePlainTerms() {
    assertThat(files().filter(PlainLanguageTest::isMainSource))
        .isNotEmpty()
        .flatExtracting(file -> refused(file, read(file)))
        .isEmpty();
  }

  @Test
  void documentationAndSamplesUsePlainTerms() {
    assertThat(files().filter(PlainLanguageTest::isPage))
        .isNotEmpty()
        .flatExtracting(file -> refused(file, read(file)))
        .isEmpty();
  }

  @Test
  void namesOfTestsUsePlainTerms() {
    assertThat(files().filter(file -> file.toString().matches(".*/src/test/java/.*\\.java")))
        .isNotEmpty()
        .flatExtracting(file -> refused(file, String.join("\n", names(TEST_METHOD, read(file)))))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "the next look, look",
    "int lookAgain = 1;, look",
    "LOOKS_AT_ONCE, LOOKS",
    "is told, told",
    "the lookup of a key, ''",
    "a Settled<S> state, Settled"
  })
  void wordsAreFoundInProseAndInNames(String text, String word) {
    assertThat(String.join(",", found(text))).isEqualTo(word);
  }

  private static boolean isMainSource(Path file) {
    return file.toString().matches(".*/src/main/.*\\.(java|yaml|xml|properties)");
  }

  private static boolean isPage(Path file) {
    String name = file.toString();
    return !GLOSSARIES.contains(file.getFileName().toString())
        && (name.endsWith(".md") || name.matches("\\.\\./(samples|crds/manifests)/.*\\.yaml"));
  }

  private static Stream<Path> files() {
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          ROOT,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              // Other modules create and delete files there meanwhile.
              return folder.endsWith("target") || folder.endsWith(".git")
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile() && !file.endsWith(".jqwik-database")) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files.stream();
  }

  private static List<String> refused(Path file, String text) {
    List<String> refused = new ArrayList<>();
    String[] lines = text.split("\n");
    for (int i = 0; i < lines.length; i++) {
      for (String word : found(lines[i])) {
        refused.add(ROOT.relativize(file) + ":" + (i + 1) + ": " + word + ": " + lines[i].strip());
      }
    }
    return refused;
  }

  private static List<String> found(String line) {
    return names(REFUSED, HUMP.matcher(line).replaceAll(" "));
  }

  private static List<String> names(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(PlainLanguageTest::last).toList();
  }

  private static String last(MatchResult match) {
    return match.group(match.groupCount());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }
}
