package io.ecsoperator.localecs.instance;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A container instance to be simulated.
 *
 * @param zone its availability zone, such as {@code us-east-1a}
 * @param attributes custom attributes, and built-in ones that differ from those of the type
 * @param agentVersion such as {@code 1.90.0}; empty for the newest
 * @param capacityProvider the capacity provider that it belongs to
 */
public record NewInstance(
    InstanceType type,
    String zone,
    Map<String, String> attributes,
    Optional<String> agentVersion,
    Optional<String> capacityProvider) {
  public NewInstance {
    attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
  }
}
