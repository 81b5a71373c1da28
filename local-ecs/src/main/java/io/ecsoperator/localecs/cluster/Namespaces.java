package io.ecsoperator.localecs.cluster;

import io.ecsoperator.localecs.protocol.Scope;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Cloud Map namespaces. local-ecs has no Cloud Map, so every name and ARN is accepted. */
public final class Namespaces {
  private Namespaces() {}

  /** The ARN of a namespace that is given by name or ARN. The ARN is derived from the name. */
  public static String arn(Scope scope, String namespace) {
    if (namespace.startsWith("arn:")) {
      return namespace;
    }
    UUID id = UUID.nameUUIDFromBytes(namespace.getBytes(StandardCharsets.UTF_8));
    return scope
        .arn("namespace/ns-" + id.toString().replace("-", "").substring(0, 16))
        .replace(":ecs:", ":servicediscovery:");
  }
}
