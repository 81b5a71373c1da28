package io.ecsoperator.localecs.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.ecsoperator.localecs.protocol.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void file() {
    file = folder.resolve("world");
  }

  private StateFile open() throws IOException {
    return new StateFile(file, 1, START);
  }

  private static Entry operation(int second) {
    return new Entry.Operation(
        START.plusSeconds(second),
        new Scope("123456789012", "us-east-1"),
        "CreateCluster",
        JsonNodeFactory.instance.objectNode().put("clusterName", "c" + second));
  }

  private static Entry change(int second) {
    return new Entry.Change(
        START.plusSeconds(second), "POST scripts", JsonNodeFactory.instance.objectNode());
  }

  private static Entry refusal(int second) {
    return new Entry.Refusal(START.plusSeconds(second));
  }

  private static Entry time(int second) {
    return new Entry.Time(START.plusSeconds(second));
  }

  private static List<Entry> entries(StateFile state) throws IOException {
    List<Entry> entries = new ArrayList<>();
    state.replay(entries::add);
    return entries;
  }

  private static Map<String, Optional<JsonNode>> value(String key, String value) {
    return Map.of(key, Optional.of(TextNode.valueOf(value)));
  }

  @Test
  void compactionLeavesOutTimesBeforeOthersAndRefusedOperations() throws IOException {
    try (StateFile state = open()) {
      List.of(
              time(1),
              operation(2),
              time(3),
              time(4),
              operation(5),
              refusal(5),
              time(6),
              change(7),
              operation(8),
              refusal(8))
          .forEach(state::append);
      state.compact();

      assertThat(entries(state)).containsExactly(operation(2), change(7), time(8));
    }
    try (StateFile state = open()) {
      assertThat(entries(state)).containsExactly(operation(2), change(7), time(8));
      assertThat(state.start()).isEqualTo(START);
      assertThat(state.seed()).isOne();
    }
  }

  @Test
  void valuesAreReplacedAndForgottenAllOfAChangeAtOnce() throws IOException {
    try (StateFile state = open()) {
      state.change(value("a", "1"));
      state.change(value("b", "1"));
      state.change(value("c", "1"));
      state.append(operation(1));
      state.change(
          Map.of("a", Optional.of(TextNode.valueOf("2")), "b", Optional.<JsonNode>empty()));
      state.compact();
      state.change(value("d", "1"));
    }
    try (StateFile state = open()) {
      assertThat(state.values())
          .containsExactly(
              Map.entry("a", TextNode.valueOf("2")),
              Map.entry("c", TextNode.valueOf("1")),
              Map.entry("d", TextNode.valueOf("1")));
      assertThat(entries(state)).containsExactly(operation(1));
    }
  }

  @Test
  void itsSizeIsBoundedByWhatIsNotOver() throws IOException {
    long small = 10_000;
    try (StateFile state = new StateFile(file, 1, START, small)) {
      state.replay(entry -> {});
      for (int i = 0; i < 1_000; i++) {
        state.append(time(i));
        state.change(value("key", "value " + i));
        assertThat(Files.size(file)).isLessThanOrEqualTo(small);
      }
      for (int i = 0; i < 1_000; i++) {
        state.append(operation(1_000 + i));
      }
      assertThat(entries(state)).hasSize(1_000);
      assertThat(state.values()).containsOnlyKeys("key");
    }
  }

  @Test
  void whatIsWrittenWhileItIsReadComesAfterIt() throws IOException {
    try (StateFile state = open()) {
      state.append(operation(1));
    }
    try (StateFile state = new StateFile(file, 1, START, 1)) {
      List<Entry> read = new ArrayList<>();
      state.replay(
          entry -> {
            read.add(entry);
            state.change(value("key", "value"));
          });
      assertThat(read).containsExactly(operation(1));
      assertThat(entries(state)).containsExactly(operation(1));
      assertThat(state.values()).containsOnlyKeys("key");
    }
  }

  @Test
  void anUnfinishedNewFileIsNoHindrance() throws IOException {
    try (StateFile state = open()) {
      state.append(operation(1));
      Files.writeString(folder.resolve("world.new"), "{\"local-e");
      state.compact();

      assertThat(entries(state)).containsExactly(operation(1));
    }
    assertThat(folder.resolve("world.new")).doesNotExist();
  }
}
