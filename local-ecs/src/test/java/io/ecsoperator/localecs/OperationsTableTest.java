package io.ecsoperator.localecs;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.event.EventRules;
import io.ecsoperator.localecs.external.ExternalDependencies;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.region.Region;
import io.ecsoperator.localecs.script.Scripts;
import io.ecsoperator.localecs.sqs.Queues;
import io.ecsoperator.localecs.state.Store;
import io.ecsoperator.localecs.world.World;
import io.ecsoperator.localecs.world.WorldClock;
import io.ecsoperator.sdkschema.SdkOperation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;

/** The table in the documentation says what the code does. */
class OperationsTableTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "local-ecs.md");
  private static final String MARK = "<!-- operations: written by OperationsTableTest -->\n";

  @Test
  void theDocumentedTableIsCurrent() throws IOException {
    String document = Files.readString(DOCUMENT);
    String before = document.substring(0, document.indexOf(MARK) + MARK.length());
    String current = before + "\n" + table();
    if (Boolean.getBoolean("localecs.write-docs")) {
      Files.writeString(DOCUMENT, current);
    }

    assertThat(Files.readString(DOCUMENT))
        .as("write it anew with -Dlocalecs.write-docs=true")
        .isEqualTo(current);
  }

  @Test
  void everySupportedOperationIsOneOfEcs() {
    assertThat(SdkOperation.all(EcsClient.class).keySet()).containsAll(supported().names());
  }

  private static String table() {
    OperationTable supported = supported();
    return SdkOperation.all(EcsClient.class).keySet().stream()
        .map(
            operation ->
                supported
                    .find(operation)
                    .map(entry -> row(operation, "yes", String.join(" ", entry.differences())))
                    .orElseGet(() -> row(operation, "no", "")))
        .collect(
            Collectors.joining(
                "\n", "| operation | supported | known differences |\n|---|---|---|\n", "\n"));
  }

  private static String row(String operation, String isSupported, String differences) {
    return ("| " + operation + " | " + isSupported + " | " + differences + " |")
        .replace("  |", " |");
  }

  private static OperationTable supported() {
    try (World world = new World(WorldClock.virtual(), 1)) {
      return world.call(
          () ->
              new Region(
                      new Scope("123456789012", "us-east-1"),
                      world,
                      new Scripts(),
                      new ExternalDependencies(),
                      new EventRules(new Queues(InstantSource.system(), Store.NONE, 1), () -> {}))
                  .operations());
    }
  }
}
