package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.localecs.state.Entry;
import io.ecsoperator.localecs.state.Journal;
import io.ecsoperator.localecs.world.World;

/**
 * Records in the journal everything that changes the world from outside, before it takes effect.
 * Records nothing during a replay. All methods but {@link #force} belong to the world's thread.
 */
public final class Recorder {
  private final World world;
  private final Journal journal;
  private long firedWhenWritten;
  private long touchedWhenWritten;
  private boolean recording;

  public Recorder(World world, Journal journal) {
    this.world = world;
    this.journal = journal;
  }

  /** Ends the replay: later entries are recorded. */
  public void begin() {
    recording = true;
    firedWhenWritten = world.fired();
  }

  /** Records a write operation. */
  long operation(Received call) {
    return append(
        new Entry.Operation(world.exactNow(), call.scope(), call.operation(), call.body()));
  }

  /**
   * Records that the last operation was refused, so that compaction can drop it. Does so only if
   * the operation left the world untouched.
   */
  void refused() {
    if (world.touched() == touchedWhenWritten) {
      append(new Entry.Refusal(world.exactNow()));
    }
  }

  /** Records a change that is not an ECS operation. */
  long change(String name, JsonNode body) {
    return append(new Entry.Change(world.exactNow(), name, body));
  }

  /**
   * Records the world time if timers have fired since the last entry. Called before a caller sees
   * the world, so that a replay never undoes what the caller saw.
   */
  public void recordElapsedTime() {
    if (world.fired() != firedWhenWritten) {
      time();
    }
  }

  /** Records the current world time. */
  void time() {
    append(new Entry.Time(world.exactNow()));
  }

  /** Restarts the journal after the world was reset. */
  void restart() {
    journal.restart(world.exactNow());
    firedWhenWritten = world.fired();
  }

  /** Returns when all entries up to {@code position} are on disk. For any thread. */
  void force(long position) {
    journal.force(position);
  }

  private long append(Entry entry) {
    firedWhenWritten = world.fired();
    touchedWhenWritten = world.touched();
    if (!recording) {
      return 0;
    }
    return journal.append(entry);
  }
}
