package io.ecsoperator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The build checks for nulls only in packages that are annotated, so no package may forget it. */
class NullMarkedTest {
  /** Relative to the module, in which the tests run. */
  private static final Path ROOT = Path.of("..");

  private static final Path SOURCES = Path.of("src", "main", "java");

  /** The launcher is compiled for Java 8, without dependencies and without Error Prone. */
  private static final Set<String> EXEMPT = Set.of("launcher");

  @Test
  void everyMainPackageIsNullMarked() {
    assertThat(modules().flatMap(NullMarkedTest::packages))
        .isNotEmpty()
        .allSatisfy(
            folder ->
                assertThat(folder.resolve("package-info.java"))
                    .isRegularFile()
                    .content()
                    .containsPattern("(?m)^@NullMarked$"));
  }

  @Test
  void theModulesOfTheBuildAreFound() {
    assertThat(modules().map(module -> module.getFileName().toString()))
        .contains("sdk-schema", "plan", "crds", "operator", "local-ecs", "control-plane");
  }

  private static Stream<Path> modules() {
    return list(ROOT)
        .filter(folder -> Files.isRegularFile(folder.resolve("pom.xml")))
        .filter(folder -> Files.isDirectory(folder.resolve(SOURCES)))
        .filter(folder -> !EXEMPT.contains(folder.getFileName().toString()));
  }

  /** The folders of a module that have classes. */
  private static Stream<Path> packages(Path module) {
    try (Stream<Path> files = Files.walk(module.resolve(SOURCES))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(Path::getParent)
          .distinct()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> list(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
