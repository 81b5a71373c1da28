package io.ecsoperator.operator.desired;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Requests by annotation. They are not in Git, so that no sync reverts them. */
public record Annotations(
    boolean paused, Optional<String> reconcileRequestedAt, Optional<String> redeployRequestedAt) {

  private static final String PREFIX = "ecs-operator.io/";

  static Annotations of(HasMetadata resource) {
    Map<String, String> ours = ours(resource);
    return new Annotations(
        "true".equals(ours.get(PREFIX + "paused")),
        Optional.ofNullable(ours.get(PREFIX + "reconcile-requested-at")),
        Optional.ofNullable(ours.get(PREFIX + "redeploy-requested-at")));
  }

  /** This operator's annotations on an object; a change of one of them triggers a reconcile. */
  public static Map<String, String> ours(HasMetadata resource) {
    Map<String, String> all = resource.getMetadata().getAnnotations();
    Map<String, String> ours = new HashMap<>();
    if (all != null) {
      all.forEach(
          (key, value) -> {
            if (key.startsWith(PREFIX)) {
              ours.put(key, value);
            }
          });
    }
    return ours;
  }
}
