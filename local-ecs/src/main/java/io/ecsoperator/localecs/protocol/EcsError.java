package io.ecsoperator.localecs.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An error of ECS: the {@code __type} and {@code message} of the wire protocol. */
public final class EcsError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String type;
  private final int status;
  private final transient List<String> resourceIds;

  private EcsError(String type, @Nullable String message, int status, List<String> resourceIds) {
    // An error answer needs no stack trace, which would be costly to fill in.
    super(message, null, false, false);
    this.type = type;
    this.status = status;
    this.resourceIds = List.copyOf(resourceIds);
  }

  /** An error of {@code type}, such as {@code ClusterNotFoundException}, with HTTP status 400. */
  public EcsError(String type, @Nullable String message) {
    this(type, message, 400, List.of());
  }

  /** An error with another HTTP status; in ECS only ServerException has one. */
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

  /**
   * The error for a client token that was used before with other arguments; {@code resourceIds}
   * name the resources of that call.
   */
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

  /** The resources of a ConflictException; else empty. */
  public List<String> resourceIds() {
    return resourceIds;
  }
}
