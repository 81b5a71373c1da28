package io.ecsoperator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoticeTest {
  /** The jars of this project. */
  private static final Set<String> OWN =
      Set.of("crds", "plan", "sdk-schema", "ecs-operator-launcher", "control-plane");

  @ParameterizedTest
  @ValueSource(strings = {"operator", "local-ecs"})
  void everyLibraryThatIsDistributedIsInTheNotice(String module) throws IOException {
    Set<String> named =
        Arrays.stream(Files.readString(Path.of("../NOTICE")).split("[\\s,:()]+"))
            .collect(Collectors.toSet());
    List<String> libraries;
    try (Stream<Path> jars = Files.list(Path.of("..", module, "target", "lib"))) {
      libraries =
          jars.map(
                  jar ->
                      jar.getFileName()
                          .toString()
                          .replaceFirst("-[0-9][^-]*(-SNAPSHOT)?\\.jar$", ""))
              .filter(name -> !OWN.contains(name))
              .toList();
    }

    assertThat(libraries).isNotEmpty().isSubsetOf(named);
  }
}
