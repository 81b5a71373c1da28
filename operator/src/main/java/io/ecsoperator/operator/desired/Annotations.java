package io.ecsoperator.operator.desired;

import io.ecsoperator.plan.Sha256;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Requests by annotation, and what the operator records there. They are not in Git, so that no sync
 * reverts them.
 */
public record Annotations(
    boolean paused,
    Optional<String> reconcileRequestedAt,
    Optional<String> redeployRequestedAt,
    Optional<String> runRecord) {

  private static final String PREFIX = "ecs-operator.io/";
  private static final int LONGEST_REQUEST = 64;

  /** What the operator keeps outside of status, because backups restore objects without status. */
  public static final String RUN_RECORD = PREFIX + "run-record";

  /** The owner's consent that another object of its kind takes its resource over. */
  public static final String RELEASE_TO = PREFIX + "release-to";

  /**
   * The kind of the object whose template describes this one, because backups restore objects
   * without their owners.
   */
  public static final String TEMPLATE_OF = PREFIX + "template-of";

  static Annotations of(HasMetadata resource) {
    Map<String, String> ours = ours(resource);
    return new Annotations(
        "true".equals(ours.get(PREFIX + "paused")),
        Optional.ofNullable(ours.get(PREFIX + "reconcile-requested-at")).map(Annotations::bounded),
        Optional.ofNullable(ours.get(PREFIX + "redeploy-requested-at")).map(Annotations::bounded),
        runRecord(resource));
  }

  /** Status repeats the value, so it has the hash of a long one. */
  private static String bounded(String value) {
    return value.length() <= LONGEST_REQUEST ? value : "sha256:" + Sha256.hex(value);
  }

  /** The record of what has run, as the annotation has it. */
  public static Optional<String> runRecord(HasMetadata resource) {
    return value(resource, RUN_RECORD);
  }

  /** The object to which the owner releases its resource, as namespace and name. */
  public static Optional<String> releaseTo(HasMetadata resource) {
    return value(resource, RELEASE_TO);
  }

  /** The kind of the object whose template describes this one. */
  public static Optional<String> templateOf(HasMetadata resource) {
    return value(resource, TEMPLATE_OF);
  }

  private static Optional<String> value(HasMetadata resource, String key) {
    return Optional.ofNullable(resource.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(key));
  }

  /**
   * The annotations by which users ask this operator for something; a change of one of them
   * triggers a reconcile.
   */
  public static Map<String, String> ours(HasMetadata resource) {
    Map<String, String> all = resource.getMetadata().getAnnotations();
    Map<String, String> ours = new HashMap<>();
    if (all != null) {
      all.forEach(
          (key, value) -> {
            if (key.startsWith(PREFIX) && !key.equals(RUN_RECORD)) {
              ours.put(key, value);
            }
          });
    }
    return ours;
  }
}
