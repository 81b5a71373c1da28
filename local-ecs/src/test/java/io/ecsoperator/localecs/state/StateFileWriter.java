package io.ecsoperator.localecs.state;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Writes numbers into a state file that is compacted often, and reports those that are kept. */
final class StateFileWriter {
  static final String LAST = "last";

  /** So small that the file is compacted often. */
  private static final long SMALL = 2_000;

  /** Every number that this divides is kept; the numbers between are replaced. */
  static final int FOR_GOOD = 25;

  private StateFileWriter() {}

  public static void main(String[] arguments) throws IOException {
    try (StateFile state = new StateFile(Path.of(arguments[0]), 1, Instant.EPOCH, SMALL)) {
      AtomicLong last = new AtomicLong();
      state.replay(entry -> last.set(entry.at().getEpochSecond()));
      for (long number = last.get() + 1; ; number++) {
        Instant at = Instant.ofEpochSecond(number);
        if (number % FOR_GOOD == 0) {
          state.append(new Entry.Change(at, "number", JsonNodeFactory.instance.objectNode()));
        } else {
          state.append(new Entry.Time(at));
        }
        state.force(
            state.change(
                Map.of(
                    LAST,
                    Optional.of(LongNode.valueOf(number)),
                    "text " + number % 3,
                    Optional.of(TextNode.valueOf("x".repeat(200))))));
        System.out.println(number);
      }
    }
  }
}
