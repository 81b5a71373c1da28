package io.ecsoperator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Links and make targets in the documentation exist. */
class DocumentationTest {
  /** Relative to the module, in which the tests run. */
  private static final Path ROOT = Path.of("..");

  /** The target of {@code [text](target)}, without an anchor; not a URL. */
  private static final Pattern LINK = Pattern.compile("]\\((?![a-z]+:)([^)#\\s]+)[^)]*\\)");

  /** The page, which is empty for the same one, and the anchor. */
  private static final Pattern ANCHOR = Pattern.compile("]\\((?![a-z]+:)([^)#\\s]*)#([^)\\s]+)\\)");

  private static final Pattern MAKE = Pattern.compile("\\bmake ([a-z][a-z-]*)\\b(?=[`\\s]|$)");
  private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`]+`");

  /** A row of the table of modules: the module, and what it may use. */
  private static final Pattern MODULE =
      Pattern.compile("(?m)^\\| \\[([a-z0-9-]+)]\\(\\S+README.md\\) \\|[^|]*\\|([^|]*)\\|$");

  private static final Pattern DEPENDENCY = Pattern.compile("(?s)<dependency>(.*?)</dependency>");

  private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]+)</artifactId>");

  private static final Pattern ATTACK = Pattern.compile("^\\| (\\d+)\\. ");

  private static final Pattern NAMED_TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

  private static final Pattern TEST_METHOD = Pattern.compile("(?m)^ +void (\\w+)\\(");

  private static final int MAX_DEPTH_OF_SOURCES = 12;

  static List<Path> pages() throws IOException {
    try (Stream<Path> modules = Files.walk(ROOT, 2);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
        Stream<Path> crds = Files.walk(ROOT.resolve("crds"), 2);
        Stream<Path> samples = Files.walk(ROOT.resolve("samples"))) {
      return Stream.of(modules, docs, crds, samples)
          .flatMap(files -> files)
          .filter(file -> file.toString().endsWith(".md"))
          .distinct()
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyRelativeLinkHasATarget(Path page) throws IOException {
    assertThat(found(LINK, Files.readString(page)))
        .allSatisfy(target -> assertThat(page.resolveSibling(target)).exists());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyAnchorIsThatOfAHeading(Path page) throws IOException {
    List<String> missing = new ArrayList<>();
    for (MatchResult link : ANCHOR.matcher(withoutCode(page)).results().toList()) {
      Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
      if (target.toString().endsWith(".md") && !anchors(target).contains(link.group(2))) {
        missing.add(link.group());
      }
    }
    assertThat(missing).isEmpty();
  }

  /** As GitHub makes them of headings; and those that a page sets itself. */
  private static Set<String> anchors(Path page) throws IOException {
    String text = withoutCode(page);
    return Stream.concat(
            found(Pattern.compile("(?m)^#+ +(.*)$"), text).stream()
                .map(heading -> heading.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1"))
                .map(heading -> heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", ""))
                .map(heading -> heading.strip().replace(' ', '-')),
            found(Pattern.compile("<a id=\"([^\"]+)\""), text).stream())
        .collect(Collectors.toSet());
  }

  private static String withoutCode(Path page) throws IOException {
    return Files.readString(page).replaceAll("(?s)```.*?```", "");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyMakeTargetIsInTheMakefile(Path page) throws IOException {
    List<String> targets =
        found(Pattern.compile("(?m)^([a-z][a-z-]*):"), Files.readString(ROOT.resolve("Makefile")));

    assertThat(targets).isNotEmpty();
    assertThat(
            CODE.matcher(Files.readString(page))
                .results()
                .map(MatchResult::group)
                .flatMap(code -> found(MAKE, code).stream()))
        .isSubsetOf(targets);
  }

  @Test
  void everyTestThatTheListOfAttacksNamesExists() throws IOException {
    Map<String, List<String>> tests;
    try (Stream<Path> files = Files.walk(ROOT, MAX_DEPTH_OF_SOURCES)) {
      tests =
          files
              .filter(file -> file.toString().contains("/src/test/java/"))
              .filter(file -> file.toString().endsWith("Test.java"))
              .collect(
                  Collectors.groupingBy(
                      file -> file.getFileName().toString().replace(".java", ""),
                      Collectors.flatMapping(
                          file -> found(TEST_METHOD, read(file)).stream(), Collectors.toList())));
    }
    String page = Files.readString(ROOT.resolve("docs/design/attacks.md"));

    assertThat(page.lines().flatMap(line -> found(ATTACK, line).stream()).distinct())
        .as("attacks")
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 24).mapToObj(String::valueOf).toList());
    assertThat(NAMED_TEST.matcher(page).results())
        .isNotEmpty()
        .allSatisfy(
            test ->
                assertThat(tests.getOrDefault(test.group(1), List.of())).contains(test.group(2)));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aModuleUsesOnlyTheModulesThatTheDesignPageLists(String module, String mayUse)
      throws IOException {
    List<String> used =
        DEPENDENCY
            .matcher(Files.readString(ROOT.resolve(module).resolve("pom.xml")))
            .results()
            .filter(dependency -> !dependency.group(1).contains("<scope>test<"))
            .flatMap(dependency -> found(ARTIFACT, dependency.group(1)).stream())
            .map(artifact -> artifact.replaceFirst("^ecs-operator-", ""))
            .map(artifact -> artifact.equals("ecs-operator") ? "operator" : artifact)
            .filter(artifact -> Files.exists(ROOT.resolve(artifact).resolve("pom.xml")))
            .toList();

    assertThat(used).allSatisfy(other -> assertThat(mayUse).contains("`" + other + "`"));
  }

  static List<Arguments> modules() throws IOException {
    return MODULE
        .matcher(Files.readString(ROOT.resolve("docs/design/README.md")))
        .results()
        .map(row -> Arguments.of(row.group(1), row.group(2)))
        .toList();
  }

  @Test
  void theDesignPageListsEveryModule() throws IOException {
    assertThat(modules())
        .extracting(row -> row.get()[0])
        .containsAll(
            found(
                Pattern.compile("<module>([^<]+)</module>"),
                Files.readString(ROOT.resolve("pom.xml"))));
  }

  @Test
  void thePatternsMatchLinksAndTargets() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));

    assertThat(found(LINK, readme)).contains("LICENSE", "samples/quickstart");
    assertThat(found(MAKE, readme)).contains("test", "demo");
  }

  @Test
  void theCommandForConsoleJsonRemovesAllThatOnlyAnswersHave() throws IOException {
    String manifest = Files.readString(ROOT.resolve("crds/manifests/ecstaskdefinitions.yaml"));
    String page = Files.readString(ROOT.resolve("docs/api.md"));
    String removed =
        page.substring(page.indexOf("del(.taskDefinitionArn"), page.indexOf("| {apiVersion"));

    assertThat(found(Pattern.compile("\\.(\\w+)[,)]"), removed))
        .containsExactlyInAnyOrderElementsOf(
            found(
                Pattern.compile("(\\w+):\\n +description: Only in ECS's answers; refused"),
                manifest));
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }
}
