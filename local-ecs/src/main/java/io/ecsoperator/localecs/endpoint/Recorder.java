package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.localecs.state.Entry;
import io.ecsoperator.localecs.state.Journal;
import io.ecsoperator.localecs.world.World;

/**
 * Writes down what comes to the world, before it takes effect; nothing of the past, while that is
 * played again. All but {@link #force} belongs to the world's thread.
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

  /** The past is over: what happens from now on is new. */
  public void begin() {
    recording = true;
    firedWhenWritten = world.fired();
  }

  /** An operation that changes something. */
  long operation(Received call) {
    return append(
        new Entry.Operation(world.exactNow(), call.scope(), call.operation(), call.body()));
  }

  /** The operation that was written last was refused: it need not be kept if it left no trace. */
  void refused() {
    if (world.touched() == touchedWhenWritten) {
      append(new Entry.Refusal(world.exactNow()));
    }
  }

  /** A change that only local-ecs knows. */
  long change(String name, JsonNode body) {
    return append(new Entry.Change(world.exactNow(), name, body));
  }

  /** Somebody is shown the world: what happened since the last entry must not be undone. */
  public void recordElapsedTime() {
    if (world.fired() != firedWhenWritten) {
      time();
    }
  }

  /** The time reached. */
  void time() {
    append(new Entry.Time(world.exactNow()));
  }

  /** The world was emptied. */
  void restart() {
    journal.restart(world.exactNow());
    firedWhenWritten = world.fired();
  }

  /** Returns when what was written up to {@code position} is on disk. For any thread. */
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
