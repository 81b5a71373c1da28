package io.ecsoperator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The libraries that are distributed with the operator and with local-ecs. */
class NoticeTest {
  private static final Pattern JAR =
      Pattern.compile("(.+?)-([0-9]+(?:\\.[0-9]+)*(?:-SNAPSHOT)?)\\.jar");

  /** The jars of this project. */
  private static final Set<String> OWN =
      Set.of("crds", "plan", "sdk-schema", "ecs-operator-launcher", "control-plane");

  @ParameterizedTest
  @ValueSource(strings = {"operator", "local-ecs"})
  void everyLibraryThatIsDistributedIsInTheNotice(String module) throws IOException {
    Set<String> named =
        Arrays.stream(Files.readString(Path.of("../NOTICE")).split("[\\s,:()]+"))
            .collect(Collectors.toSet());
    Set<String> libraries = new TreeSet<>(versions(module).keySet());
    libraries.removeAll(OWN);

    assertThat(libraries).isNotEmpty().isSubsetOf(named);
  }

  /** Scanners know more advisories; this list keeps known fixes from being lost. */
  @ParameterizedTest
  @ValueSource(strings = {"operator", "local-ecs"})
  void noLibraryThatIsDistributedIsOlderThanAKnownFix(String module) throws IOException {
    Map<String, String> versions = versions(module);
    Map<String, String> fixes = knownFixes();

    assertThat(fixes.keySet()).containsAnyElementsOf(versions.keySet());
    fixes.keySet().retainAll(versions.keySet());
    fixes.forEach(
        (library, fixed) ->
            assertThat(Version.parse(versions.get(library)))
                .as("version of %s", library)
                .isGreaterThanOrEqualTo(Version.parse(fixed)));
  }

  @Test
  void everyKnownFixIsOfALibraryThatIsDistributed() throws IOException {
    Set<String> libraries = new TreeSet<>(versions("operator").keySet());
    libraries.addAll(versions("local-ecs").keySet());

    assertThat(libraries).containsAll(knownFixes().keySet());
  }

  private static Map<String, String> knownFixes() throws IOException {
    return Files.readAllLines(Path.of("src/test/resources/dependencies/known-fixes.txt")).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(" +", 3))
        .collect(Collectors.toMap(words -> words[0], words -> words[1]));
  }

  /** The version of each library, by the names of the jars. */
  private static Map<String, String> versions(String module) throws IOException {
    try (Stream<Path> jars = Files.list(Path.of("..", module, "target", "lib"))) {
      return jars.map(jar -> JAR.matcher(jar.getFileName().toString()))
          .peek(jar -> assertThat(jar.matches()).as(jar.toString()).isTrue())
          .collect(
              Collectors.toMap(
                  jar -> jar.group(1),
                  jar -> jar.group(2),
                  // Two libraries have the name annotations.
                  (one, other) ->
                      Version.parse(one).compareTo(Version.parse(other)) < 0 ? one : other));
    }
  }

  private record Version(List<Integer> numbers) implements Comparable<Version> {
    /** A qualifier such as {@code -SNAPSHOT} does not count. */
    static Version parse(String text) {
      return new Version(
          Arrays.stream(text.split("-")[0].split("\\.")).map(Integer::valueOf).toList());
    }

    @Override
    public int compareTo(Version other) {
      return Arrays.compare(numbers.toArray(Integer[]::new), other.numbers.toArray(Integer[]::new));
    }
  }
}
