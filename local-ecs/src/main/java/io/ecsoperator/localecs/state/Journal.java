package io.ecsoperator.localecs.state;

import java.time.Instant;

/** The journal of all inputs to the world, written before they take effect. */
public interface Journal {
  /** A journal that keeps nothing. */
  Journal NONE =
      new Journal() {
        @Override
        public long append(Entry entry) {
          return 0;
        }

        @Override
        public void force(long position) {
          // Keeps nothing.
        }

        @Override
        public void restart(Instant now) {
          // Has no entries to remove.
        }
      };

  /**
   * Appends an entry. A killed process leaves it in the file as a whole or not at all. Only on the
   * world's thread.
   *
   * @return the position for {@link #force}, which makes the entry survive a crash of the machine
   */
  long append(Entry entry);

  /** Returns when all up to {@code position} is on disk. For any thread. */
  void force(long position);

  /** Restarts the journal with an empty world at {@code now}. Only on the world's thread. */
  void restart(Instant now);
}
