package io.ecsoperator.operator.aws;

import static io.ecsoperator.operator.aws.FailureClass.BLOCKED;
import static io.ecsoperator.operator.aws.FailureClass.NOT_FOUND;
import static io.ecsoperator.operator.aws.FailureClass.NO_CAPACITY;
import static io.ecsoperator.operator.aws.FailureClass.THROTTLED;
import static io.ecsoperator.operator.aws.FailureClass.TRANSIENT;
import static io.ecsoperator.operator.aws.FailureClass.WAITING;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What an AWS error asks of the caller: the one place that knows AWS's codes and texts.
 *
 * <p>Rules are tried in order; texts come before codes, because ECS says most things in the text of
 * a {@code ClientException} or {@code InvalidParameterException}.
 */
final class FailureClassifier {

  /** An AWS error as it arrived; {@code code} is empty where the answer named none. */
  record Refusal(String operation, String code, String message, int httpStatus) {}

  /**
   * What to do about it.
   *
   * @param settlesByItself AWS resolves it within minutes; only ever together with {@code BLOCKED}
   */
  record Classification(FailureClass failureClass, boolean resolvesByItself) {}

  private record Rule(Predicate<Refusal> applies, Classification classification) {}

  /** These make something inside a cluster: without the cluster they wait for it. */
  private static final Set<String> CREATES_IN_CLUSTER =
      Set.of(
          "CreateService",
          "CreateTaskSet",
          "CreateDaemon",
          "CreateExpressGatewayService",
          "CreateCapacityProvider",
          "RunTask",
          "StartTask",
          "RegisterContainerInstance");

  /** These use a task definition that somebody else registers. */
  private static final Set<String> USES_TASK_DEFINITION =
      Set.of("CreateService", "UpdateService", "CreateTaskSet", "RunTask", "StartTask");

  private static final List<Rule> RULES =
      List.of(
          // Too fast.
          code(
              of(THROTTLED),
              "ThrottlingException",
              "Throttling",
              "ThrottledException",
              "RequestThrottled",
              "RequestThrottledException",
              "TooManyRequestsException",
              "RequestLimitExceeded",
              "SlowDown",
              "PriorRequestNotComplete",
              "EC2ThrottledException"),
          text(of(THROTTLED), "rate exceeded"),

          // No room for a task: on Fargate for now, on EC2 until an instance joins.
          text(
              of(NO_CAPACITY),
              "capacity is unavailable at this time",
              "no container instances were found in your cluster"),

          // Roles and service-linked roles that IAM has not spread everywhere yet.
          text(
              settling(),
              "unable to assume the service linked role",
              "unable to assume the service-linked role",
              "verify that the ecs service role being passed has the proper permissions",
              "ecs was unable to assume the role",
              "verify that the role being passed has the proper trust relationship",
              "cannot assume role",
              "not authorized to perform: sts:assumerole",
              "not authorized to perform: iam:passrole",
              "not able to validate the provided access credentials"),
          // A target group gets its load balancer from somebody else, usually moments later.
          text(settling(), "does not have an associated load balancer"),
          // Credentials that are about to be refreshed, or were created a moment ago.
          code(
              settling(),
              "ExpiredTokenException",
              "ExpiredToken",
              "TokenRefreshRequired",
              "InvalidClientTokenId",
              "UnrecognizedClientException"),

          // The SDK corrects its clock by the answer; the next call is signed with the right time.
          code(of(TRANSIENT), "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"),
          text(of(TRANSIENT), "signature expired", "signature not yet current"),

          // Something else has to happen first.
          code(
              of(WAITING),
              "ClusterContainsServicesException",
              "ClusterContainsTasksException",
              "ClusterContainsContainerInstancesException",
              "ClusterContainsCapacityProviderException",
              "ResourceInUseException",
              "DependencyViolation",
              "ServiceNotActiveException",
              "DaemonNotActiveException",
              "NamespaceNotFoundException"),
          text(
              of(WAITING),
              "unable to start a service that is still draining",
              "cannot be stopped while deployments are active",
              "cluster was not active"),
          new Rule(
              refusal -> clusterIsGone(refusal) && CREATES_IN_CLUSTER.contains(refusal.operation()),
              of(WAITING)),
          new Rule(
              refusal ->
                  (says(refusal, "taskdefinition not found")
                          || says(refusal, "unable to describe task definition"))
                      && USES_TASK_DEFINITION.contains(refusal.operation()),
              of(WAITING)),

          // Gone.
          new Rule(FailureClassifier::clusterIsGone, of(NOT_FOUND)),
          code(
              of(NOT_FOUND),
              "ServiceNotFoundException",
              "TaskSetNotFoundException",
              "ServiceDeploymentNotFoundException",
              "DaemonNotFoundException",
              "ResourceNotFoundException",
              "TargetNotFoundException"),
          text(
              of(NOT_FOUND),
              "taskdefinition not found",
              "unable to describe task definition",
              "unable to deregister task definition",
              "in the process of being deleted",
              "the referenced task was not found",
              "the specified capacity provider was not found"),

          // Works when repeated, or when looked at again.
          code(
              of(TRANSIENT),
              "ServerException",
              "InternalFailure",
              "InternalError",
              "InternalServerError",
              "ServiceUnavailable",
              "ServiceUnavailableException",
              "RequestTimeout",
              "RequestTimeoutException",
              "UpdateInProgressException",
              "TargetNotConnectedException"),
          text(
              of(TRANSIENT),
              "too many concurrent attempts to create a new revision",
              // The resource is there although the last look did not show it.
              "creation of service was not idempotent",
              "arguments on this idempotent request are inconsistent",
              // The write before this one has not arrived everywhere.
              "cannot be stopped while it is scaled above 0",
              "still in active status. please deregister the target"));

  private FailureClassifier() {}

  static Classification classify(Refusal refusal) {
    return RULES.stream()
        .filter(rule -> rule.applies().test(refusal))
        .findFirst()
        .map(Rule::classification)
        .orElseGet(() -> byStatus(refusal.httpStatus()));
  }

  /**
   * A {@code failures[].reason} of an answer with HTTP 200. Those about placement end when capacity
   * comes.
   */
  static Classification classifyReason(String reason) {
    return switch (reason.toUpperCase(Locale.ROOT)) {
      case "MISSING" -> of(NOT_FOUND);
      case "AGENT",
          "ATTRIBUTE",
          "LOCATION",
          "INACTIVE",
          "EMPTY CAPACITY PROVIDER",
          "NO ACTIVE INSTANCES" ->
          of(NO_CAPACITY);
      case String other when other.startsWith("RESOURCE:") -> of(NO_CAPACITY);
      case String other -> classify(new Refusal("", "", other, 400));
    };
  }

  private static Classification byStatus(int httpStatus) {
    if (httpStatus == 429) {
      return of(THROTTLED);
    }
    // 501 says that there is no such operation: that does not pass.
    return of(httpStatus >= 500 && httpStatus != 501 ? TRANSIENT : BLOCKED);
  }

  private static boolean clusterIsGone(Refusal refusal) {
    return refusal.code().equals("ClusterNotFoundException")
        || says(refusal, "the referenced cluster was inactive");
  }

  private static Classification of(FailureClass failureClass) {
    return new Classification(failureClass, false);
  }

  private static Classification settling() {
    return new Classification(BLOCKED, true);
  }

  private static Rule code(Classification classification, String... codes) {
    Set<String> known = Set.of(codes);
    return new Rule(refusal -> known.contains(refusal.code()), classification);
  }

  private static Rule text(Classification classification, String... texts) {
    List<String> known = List.of(texts);
    return new Rule(
        refusal -> known.stream().anyMatch(text -> says(refusal, text)), classification);
  }

  private static boolean says(Refusal refusal, String text) {
    return refusal.message().toLowerCase(Locale.ROOT).contains(text);
  }
}
