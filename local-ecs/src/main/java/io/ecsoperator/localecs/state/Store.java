package io.ecsoperator.localecs.state;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/**
 * Values by key that outlive the process: for what is not a function of the world's journal. Safe
 * for use by many threads.
 */
public interface Store {
  /** Keeps nothing. */
  Store NONE =
      new Store() {
        @Override
        public long change(Map<String, Optional<JsonNode>> values) {
          return 0;
        }

        @Override
        public void force(long position) {
          // There is nothing to keep.
        }
      };

  /**
   * Sets values, and forgets those that are empty; a killed process leaves all of it behind or
   * nothing.
   *
   * @return what to give to {@link #force} so that the change also outlives the machine
   */
  long change(Map<String, Optional<JsonNode>> values);

  /** Returns when all up to {@code position} is on disk. */
  void force(long position);
}
