package io.ecsoperator.localecs.protocol;

import java.util.List;

/** A refusal as ECS words it: what the wire calls {@code __type} and {@code message}. */
public final class EcsError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String type;
  private final int status;
  private final transient List<String> resourceIds;

  private EcsError(String type, String message, int status, List<String> resourceIds) {
    // A refusal is an answer, not a fault: nobody reads its stack trace.
    super(message, null, false, false);
    this.type = type;
    this.status = status;
    this.resourceIds = List.copyOf(resourceIds);
  }

  /** An error of {@code type}, such as {@code ClusterNotFoundException}, with HTTP status 400. */
  public EcsError(String type, String message) {
    this(type, message, 400, List.of());
  }

  /** An error with a status of its own; only ServerException has another than 400 in ECS. */
  public EcsError(String type, String message, int status) {
    this(type, message, status, List.of());
  }

  public static EcsError invalidParameter(String message) {
    return new EcsError("InvalidParameterException", message);
  }

  public static EcsError client(String message) {
    return new EcsError("ClientException", message);
  }

  public static EcsError clusterNotFound() {
    return new EcsError("ClusterNotFoundException", "Cluster not found.");
  }

  /** The same token was used with other arguments; {@code resourceIds} are what it made. */
  public static EcsError conflict(String message, List<String> resourceIds) {
    return new EcsError("ConflictException", message, 400, resourceIds);
  }

  public String type() {
    return type;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** Only of a ConflictException; else empty. */
  public List<String> resourceIds() {
    return resourceIds;
  }
}
