package io.ecsoperator.localecs.script;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Scripts by image. Safe for use by many threads. */
public final class Scripts {
  private final Map<String, ContainerScript> byImage = new ConcurrentHashMap<>();

  /** Sets the script of containers with exactly this image. */
  public void forImage(String image, ContainerScript script) {
    byImage.put(image, script);
  }

  public Optional<ContainerScript> of(String image) {
    return Optional.ofNullable(byImage.get(image));
  }

  /** All scripts by image. */
  public Map<String, ContainerScript> all() {
    return Map.copyOf(byImage);
  }

  public void clear() {
    byImage.clear();
  }
}
