package io.ecsoperator.localecs.state;

import java.time.Instant;

/** Where everything that comes to the world is written down before it takes effect. */
public interface Journal {
  /** Keeps nothing. */
  Journal NONE =
      new Journal() {
        @Override
        public long append(Entry entry) {
          return 0;
        }

        @Override
        public void force(long position) {
          // There is nothing to keep.
        }

        @Override
        public void restart(Instant now) {
          // There is nothing to forget.
        }
      };

  /**
   * Adds an entry, which a killed process leaves behind whole or not at all. Only on the world's
   * thread.
   *
   * @return what to give to {@link #force} so that the entry also outlives the machine
   */
  long append(Entry entry);

  /** Returns when all up to {@code position} is on disk. For any thread. */
  void force(long position);

  /** Begins anew with an empty world at {@code now}. Only on the world's thread. */
  void restart(Instant now);
}
