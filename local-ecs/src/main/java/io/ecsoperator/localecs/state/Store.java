package io.ecsoperator.localecs.state;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/**
 * Stores values by key across restarts, for state that a replay of the journal does not restore.
 * Safe for use by many threads.
 */
public interface Store {
  /** A store that keeps nothing. */
  Store NONE =
      new Store() {
        @Override
        public long change(Map<String, Optional<JsonNode>> values) {
          return 0;
        }

        @Override
        public void force(long position) {
          // Keeps nothing.
        }
      };

  /**
   * Sets values and removes those that are empty. A killed process leaves the whole change or none
   * of it.
   *
   * @return the position for {@link #force}, which makes the change survive a crash of the machine
   */
  long change(Map<String, Optional<JsonNode>> values);

  /** Returns when everything up to {@code position} is on disk. */
  void force(long position);
}
