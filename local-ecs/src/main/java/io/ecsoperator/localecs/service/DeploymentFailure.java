package io.ecsoperator.localecs.service;

/** The cause of a failed deployment, with ECS's texts for it. */
enum DeploymentFailure {
  TASKS_FAILED(
      "ECS deployment circuit breaker: ",
      "tasks failed to start.",
      "the circuit breaker threshold was exceeded."),
  ALARM("ECS deployment alarm: ", "alarm detected.", "an alarm was detected."),
  HOOK_FAILED("ECS deployment lifecycle hook: ", "lifecycle hook failed.", "a hook failed."),
  REQUESTED("ECS deployment stop request: ", "stopped by request.", "a stop was requested.");

  private final String source;
  private final String what;
  private final String why;

  DeploymentFailure(String source, String what, String why) {
    this.source = source;
    this.what = what;
    this.why = why;
  }

  /** The {@code rolloutStateReason} of the deployment that failed. */
  String failed() {
    return source + what;
  }

  /** The {@code rolloutStateReason} of the deployment that is rolled back to. */
  String rollingBackTo(String deploymentId) {
    return source + "rolling back to deploymentId " + deploymentId + ".";
  }

  /** The service event about the deployment that failed. */
  String event(String deploymentId) {
    return "(deployment " + deploymentId + ") deployment failed: " + what;
  }

  /** The {@code statusReason} of a service deployment that was stopped. */
  String stopped() {
    return "Service deployment was stopped because " + why;
  }

  /** The {@code statusReason} of a service deployment that is rolled back. */
  String rolledBack() {
    return "Service deployment rolled back because " + why;
  }
}
