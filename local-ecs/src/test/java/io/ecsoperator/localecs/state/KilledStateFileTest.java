package io.ecsoperator.localecs.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed during or just after a compaction of its state file. */
class KilledStateFileTest {
  private static final int ROUNDS = 10;

  @TempDir private Path folder;

  @Test
  void whatWasKeptIsThereAndTheFileIsWhole() throws Exception {
    Path file = folder.resolve("world");
    Random random = new Random(6);
    for (int round = 0; round < ROUNDS; round++) {
      long kept = writeUntilKilled(file, random.nextInt(150));
      try (StateFile state = new StateFile(file, 1, Instant.EPOCH)) {
        long reached = state.values().get(StateFileWriter.LAST).asLong();
        List<Long> forGood = new ArrayList<>();
        state.replay(
            entry -> {
              if (entry instanceof Entry.Change) {
                forGood.add(entry.at().getEpochSecond());
              }
            });

        assertThat(reached).isGreaterThanOrEqualTo(kept);
        assertThat(forGood)
            .startsWith(
                LongStream.rangeClosed(1, reached / StateFileWriter.FOR_GOOD)
                    .mapToObj(number -> number * StateFileWriter.FOR_GOOD)
                    .toArray(Long[]::new))
            .doesNotHaveDuplicates();
      }
    }
  }

  /** Returns the last number that the process reported as kept. */
  private static long writeUntilKilled(Path file, int numbers) throws Exception {
    Path fresh = file.resolveSibling("world.new");
    Files.deleteIfExists(fresh);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                StateFileWriter.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = process.inputReader()) {
      long kept = number(output);
      for (int i = 0; i < numbers; i++) {
        kept = number(output);
      }
      while (!Files.exists(fresh)) {
        if (output.ready()) {
          kept = number(output);
        }
      }
      process.destroyForcibly().waitFor();
      return kept;
    }
  }

  private static long number(BufferedReader output) throws IOException {
    String line = output.readLine();
    assertThat(line).as("the writer goes on").isNotNull();
    return Long.parseLong(line);
  }
}
