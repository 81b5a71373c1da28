package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.ecsoperator.localecs.script.ContainerScript;
import io.ecsoperator.localecs.script.Scripts;
import java.util.Map;
import java.util.Optional;

/**
 * The scripts of simulated containers by image, as callers set them. Safe for use by many threads.
 */
public final class ImageScripts {
  private static final String SET = "POST scripts";
  private static final String CLEAR = "DELETE scripts";

  private final Scripts scripts;
  private final Changes changes;

  public ImageScripts(Scripts scripts, Changes changes) {
    this.scripts = scripts;
    this.changes = changes;
    changes.add(
        SET,
        body -> {
          scripts.forImage(ScriptJson.image(body), ScriptJson.read(body));
          return nothing();
        });
    changes.add(
        CLEAR,
        body -> {
          scripts.clear();
          return nothing();
        });
  }

  /** Sets the script of containers with exactly this image. */
  public void forImage(String image, ContainerScript script) {
    changes.make(SET, ScriptJson.write(image, script));
  }

  public Optional<ContainerScript> of(String image) {
    return scripts.of(image);
  }

  /** All scripts by image. */
  public Map<String, ContainerScript> all() {
    return scripts.all();
  }

  public void clear() {
    changes.make(CLEAR, nothing());
  }

  private static JsonNode nothing() {
    return JsonNodeFactory.instance.objectNode();
  }
}
