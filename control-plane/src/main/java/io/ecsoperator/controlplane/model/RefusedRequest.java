package io.ecsoperator.controlplane.model;

/** A request that the API server refuses. */
final class RefusedRequest extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String reason;

  private RefusedRequest(int code, String reason, String message) {
    super(message, null, false, false);
    this.code = code;
    this.reason = reason;
  }

  static RefusedRequest notFound(String what) {
    return new RefusedRequest(404, "NotFound", what + " not found");
  }

  static RefusedRequest conflict(String why) {
    return new RefusedRequest(409, "Conflict", why);
  }

  static RefusedRequest alreadyExists(String what) {
    return new RefusedRequest(409, "AlreadyExists", what + " already exists");
  }

  static RefusedRequest invalid(String why) {
    return new RefusedRequest(422, "Invalid", why);
  }

  ApiResponse response() {
    return ApiResponse.refused(code, reason, String.valueOf(getMessage()));
  }
}
