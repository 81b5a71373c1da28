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
 * Classifies AWS errors. Only this class knows AWS's error codes and texts.
 *
 * <p>The first rule that matches decides. Rules on texts are needed because ECS reports most errors
 * as a {@code ClientException} or {@code InvalidParameterException}.
 */
final class FailureClassifier {

  /** An AWS error as received; {@code code} is empty if the response has none. */
  record Refusal(String operation, String code, String message, int httpStatus) {}

  /**
   * The class of an error.
   *
   * @param resolvesByItself AWS resolves it within minutes; only together with {@code BLOCKED}
   */
  record Classification(FailureClass failureClass, boolean resolvesByItself) {}

  private record Rule(Predicate<Refusal> applies, Classification classification) {}

  /**
   * Operations that create a resource in a cluster: a missing cluster means that they wait for it.
   */
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

  /** Operations that use a task definition: a missing one means that they wait for it. */
  private static final Set<String> USES_TASK_DEFINITION =
      Set.of("CreateService", "UpdateService", "CreateTaskSet", "RunTask", "StartTask");

  /** Operations that use the capacity providers of a cluster, which may not have them yet. */
  private static final Set<String> USES_CAPACITY_PROVIDERS =
      Set.of("CreateService", "UpdateService", "CreateTaskSet", "RunTask");

  private static final List<Rule> RULES =
      List.of(
          // Too many requests.
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

          // No capacity for a task: temporary on Fargate, on EC2 until an instance joins.
          text(
              of(NO_CAPACITY),
              "capacity is unavailable at this time",
              "no container instances were found in your cluster"),

          // Roles and service-linked roles that IAM has not propagated yet.
          text(
              resolvesByItself(),
              "unable to assume the service linked role",
              "unable to assume the service-linked role",
              "verify that the ecs service role being passed has the proper permissions",
              "ecs was unable to assume the role",
              "verify that the role being passed has the proper trust relationship",
              "cannot assume role",
              "not authorized to perform: sts:assumerole",
              "not authorized to perform: iam:passrole",
              "not able to validate the provided access credentials"),
          // A listener is usually attached to a new target group within moments.
          text(resolvesByItself(), "does not have an associated load balancer"),
          // Credentials that are being refreshed, or that were created moments ago.
          code(
              resolvesByItself(),
              "ExpiredTokenException",
              "ExpiredToken",
              "TokenRefreshRequired",
              "InvalidClientTokenId",
              "UnrecognizedClientException"),

          // The SDK corrects its clock offset from the response, so the next call has the right
          // time.
          code(of(TRANSIENT), "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"),
          text(of(TRANSIENT), "signature expired", "signature not yet current"),

          // Another resource has to change first.
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
          new Rule(
              refusal ->
                  says(refusal, "capacity provider that is not associated with the cluster")
                      && USES_CAPACITY_PROVIDERS.contains(refusal.operation()),
              of(WAITING)),

          // The resource does not exist.
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

          // Succeeds when repeated, or when the caller reads the resource again.
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
              // The resource exists although the last read did not return it.
              "creation of service was not idempotent",
              "arguments on this idempotent request are inconsistent",
              // ECS has not propagated the previous write yet.
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
   * Classifies a {@code failures[].reason} of a response with HTTP 200. Failures of placement end
   * when capacity is added.
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
    // 501 means that the endpoint lacks the operation, so a retry fails as well.
    return of(httpStatus >= 500 && httpStatus != 501 ? TRANSIENT : BLOCKED);
  }

  private static boolean clusterIsGone(Refusal refusal) {
    return refusal.code().equals("ClusterNotFoundException")
        || says(refusal, "the referenced cluster was inactive");
  }

  private static Classification of(FailureClass failureClass) {
    return new Classification(failureClass, false);
  }

  private static Classification resolvesByItself() {
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
