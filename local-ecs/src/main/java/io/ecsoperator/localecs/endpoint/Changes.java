package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Changes to the world that are not ECS operations. Each has a name, which is also its route under
 * {@code /_local/}, and a body in JSON, so that the state file can record and replay it. Safe for
 * use by many threads once all are added.
 */
public final class Changes {
  private final World world;
  private final Recorder recorder;
  private final Map<String, Change> changes = new HashMap<>();

  /** Makes a change on the world's thread and returns its result. */
  @FunctionalInterface
  public interface Change {
    /**
     * @throws IllegalArgumentException where the body is invalid; then nothing has changed
     */
    JsonNode make(JsonNode body);
  }

  private record Made(JsonNode answer, long position) {}

  public Changes(World world, Recorder recorder) {
    this.world = world;
    this.recorder = recorder;
  }

  /**
   * Adds a change.
   *
   * @param name method and path under {@code /_local/}, such as {@code POST scripts}
   */
  public void add(String name, Change change) {
    changes.put(name, change);
  }

  /** The route with that name. */
  Optional<LocalRoutes.Route> find(String name) {
    return Optional.ofNullable(changes.get(name)).map(change -> body -> make(name, body));
  }

  /** Makes a change; the state file has it when this returns. */
  public JsonNode make(String name, JsonNode body) {
    Change change = Objects.requireNonNull(changes.get(name), name);
    Made made =
        world.call(
            () -> {
              long position = recorder.change(name, body);
              return new Made(change.make(body), position);
            });
    recorder.force(made.position());
    return made.answer();
  }

  /**
   * Moves a virtual clock forward and returns after everything that was due has run.
   *
   * @throws IllegalStateException when the clock is not virtual
   */
  public void advance(Duration by) {
    world.advance(by);
    world.run(recorder::time);
  }

  /** Replays a recorded change. On the world's thread. */
  public void repeat(String name, JsonNode body) {
    Change change = changes.get(name);
    if (change == null) {
      throw new IllegalArgumentException("There is no change named " + name + ".");
    }
    try {
      change.make(body);
    } catch (IllegalArgumentException e) {
      // The change was refused when it was recorded, too.
    }
  }
}
