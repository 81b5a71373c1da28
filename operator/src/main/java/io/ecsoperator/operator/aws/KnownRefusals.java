package io.ecsoperator.operator.aws;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The refusals of AWS whose meaning neither code nor HTTP status shows, one per line. ECS reports
 * most errors as a {@code ClientException} or {@code InvalidParameterException}, so texts decide.
 */
final class KnownRefusals {

  /**
   * @param operations to which the line applies; empty for all
   * @param code the error code; empty if the text decides
   * @param text a part of the message, in lower case; empty if the code decides
   * @param resolvesByItself AWS resolves it within minutes
   * @param source where it was seen: a page of AWS, or a public issue
   */
  record Line(
      Set<String> operations,
      String code,
      String text,
      FailureClass failureClass,
      boolean resolvesByItself,
      String source) {

    boolean applies(FailureClassifier.Refusal refusal) {
      return (operations.isEmpty() || operations.contains(refusal.operation()))
          && (code.isEmpty() || code.equals(refusal.code()))
          && refusal.message().toLowerCase(Locale.ROOT).replace('\u2019', '\'').contains(text);
    }
  }

  /** Class that stands for a refusal that AWS resolves by itself. */
  private static final String PASSES = "PASSES";

  private static final String CREATES_IN_CLUSTER =
      "CreateService,CreateTaskSet,CreateDaemon,CreateExpressGatewayService,"
          + "CreateCapacityProvider,RunTask,StartTask,RegisterContainerInstance";

  private static final String USES_TASK_DEFINITION =
      "CreateService,UpdateService,CreateTaskSet,RunTask,StartTask";

  private static final String USES_CAPACITY_PROVIDERS =
      "CreateService,UpdateService,CreateTaskSet,RunTask";

  /** class | operations | code | text | source; the first line that applies decides. */
  private static final String TABLE =
      """
      # Too many requests. ECS repeats the refusals of EC2 and ELB inside its own.
      THROTTLED | | ThrottlingException | | ECS API reference, common errors
      THROTTLED | | Throttling | | AWS SDK, retryable codes
      THROTTLED | | ThrottledException | | AWS SDK, retryable codes
      THROTTLED | | RequestThrottled | | AWS SDK, retryable codes
      THROTTLED | | RequestThrottledException | | AWS SDK, retryable codes
      THROTTLED | | TooManyRequestsException | | AWS SDK, retryable codes
      THROTTLED | | RequestLimitExceeded | | AWS SDK, retryable codes
      THROTTLED | | SlowDown | | AWS SDK, retryable codes
      THROTTLED | | PriorRequestNotComplete | | AWS SDK, retryable codes
      THROTTLED | | EC2ThrottledException | | AWS SDK, retryable codes
      THROTTLED | | | rate exceeded | ECS API reference, request throttling
      THROTTLED | | | request limit exceeded | dask/dask-cloudprovider#56, reproio/wrapbox#32
      THROTTLED | | | requestlimitexceeded | dask/dask-cloudprovider#56
      THROTTLED | | | errorcode: throttling | as above, of ELB

      # No capacity: temporary on Fargate, on EC2 until an instance joins, in an account until tasks end.
      NO_CAPACITY | | | capacity is unavailable at this time | ECS developer guide, API failure reasons
      NO_CAPACITY | | | no container instances were found in your cluster | ECS developer guide, service event messages
      NO_CAPACITY | | | reached the limit on the number of | wellcomecollection/platform#3875
      NO_CAPACITY | | | reached your limit on | ECS developer guide, Fargate throttling quotas
      NO_CAPACITY | | | tasks provisioning capacity limit exceeded | DIAGNijmegen/rse-grand-challenge#2013
      NO_CAPACITY | | | not have enough free addresses | EC2 API reference, InsufficientFreeAddressesInSubnet
      NO_CAPACITY | | | insufficientfreeaddressesinsubnet | EC2 API reference
      NO_CAPACITY | | | insufficientinstancecapacity | EC2 API reference
      NO_CAPACITY | | | networkinterfacelimitexceeded | EC2 API reference
      NO_CAPACITY | | | vcpulimitexceeded | EC2 API reference

      # Roles that IAM has not propagated yet, and what EC2 and ELB do not show yet.
      PASSES | | | unable to assume the service linked role | hashicorp/terraform-provider-aws, cluster creation
      PASSES | | | unable to assume the service-linked role | hashicorp/terraform-provider-aws, service creation
      PASSES | | | unable to assume role and validate | hashicorp/terraform#2880, aws/amazon-ecs-cli#21
      PASSES | | | verify the role being passed has the proper | hashicorp/terraform#4609
      PASSES | | | verify that the ecs service role being passed has the proper permissions | hashicorp/terraform#14708
      PASSES | | | caught serviceaccessdeniedexception | go-to-k/cdkd#810, managed instances
      PASSES | | | ecs was unable to assume the role | pulumi/pulumi-awsx#927
      PASSES | | | verify that the role being passed has the proper trust relationship | pulumi/pulumi-awsx#927
      PASSES | | | cannot assume role | hashicorp/terraform-provider-aws, express services
      PASSES | | | not authorized to perform: sts:assumerole | hashicorp/terraform-provider-aws, express services
      PASSES | | | not authorized to perform: iam:passrole | hashicorp/terraform-provider-aws, express services
      PASSES | | | not able to validate the provided access credentials | hashicorp/terraform-provider-aws, express services
      PASSES | | | does not have an associated load balancer | hashicorp/terraform-provider-aws, service creation
      PASSES | | | invalidsubnetid.notfound | EC2 API reference, eventual consistency
      PASSES | | | invalidgroup.notfound | EC2 API reference, eventual consistency
      PASSES | | | invalidsecuritygroupid.notfound | EC2 API reference, eventual consistency

      # Credentials that are being refreshed, or that were created moments ago.
      PASSES | | ExpiredTokenException | | AWS SDK
      PASSES | | ExpiredToken | | AWS SDK
      PASSES | | TokenRefreshRequired | | AWS SDK
      PASSES | | InvalidClientTokenId | | AWS common errors
      PASSES | | UnrecognizedClientException | | AWS common errors

      # The SDK corrects its clock by the answer, so the next call has the right time.
      TRANSIENT | | RequestTimeTooSkewed | | AWS SDK
      TRANSIENT | | RequestExpired | | AWS SDK
      TRANSIENT | | RequestInTheFuture | | AWS SDK
      TRANSIENT | | | signature expired | AWS signature version 4, troubleshooting
      TRANSIENT | | | signature not yet current | AWS signature version 4, troubleshooting

      # Another resource has to change first.
      WAITING | | ClusterContainsServicesException | | ECS API reference
      WAITING | | ClusterContainsTasksException | | ECS API reference
      WAITING | | ClusterContainsContainerInstancesException | | ECS API reference
      WAITING | | ClusterContainsCapacityProviderException | | ECS API reference
      WAITING | | ResourceInUseException | | ECS API reference
      WAITING | | DependencyViolation | | hashicorp/terraform-provider-aws, service deletion
      WAITING | | ServiceNotActiveException | | ECS API reference
      WAITING | | DaemonNotActiveException | | ECS API reference
      WAITING | DeleteCluster | | the cluster cannot be deleted while | hashicorp/terraform-provider-aws#45794
      WAITING | DeleteCapacityProvider | | are still associated with this capacity provider | ekristen/aws-nuke#990
      WAITING | | | unable to start a service that is still draining | hashicorp/terraform-provider-aws, service creation
      WAITING | | | cannot be stopped while deployments are active | hashicorp/terraform-provider-aws, service deletion
      WAITING | | | cluster was not active | ECS API reference
      WAITING | | | cluster is in a busy state | hashicorp/terraform-provider-aws#11409
      WAITING | %1$s | ClusterNotFoundException | | ECS API reference
      WAITING | %1$s | | the referenced cluster was inactive | hashicorp/terraform-provider-aws, service creation

      # Names of what may be created moments later, or never.
      PASSES | | NamespaceNotFoundException | | ECS API reference
      PASSES | CreateCapacityProvider | | is already being used by another capacity provider | aws/containers-roadmap#632
      PASSES | %2$s | | taskdefinition not found | ECS API reference
      PASSES | %2$s | | unable to describe task definition | ECS API reference
      PASSES | %3$s | | not associated with the cluster | hashicorp/terraform-provider-aws#44776

      # The resource does not exist.
      NOT_FOUND | | ClusterNotFoundException | | ECS API reference
      NOT_FOUND | | | the referenced cluster was inactive | ECS API reference
      NOT_FOUND | | ServiceNotFoundException | | ECS API reference
      NOT_FOUND | | TaskSetNotFoundException | | ECS API reference
      NOT_FOUND | | ServiceDeploymentNotFoundException | | ECS API reference
      NOT_FOUND | | DaemonNotFoundException | | ECS API reference
      NOT_FOUND | | ResourceNotFoundException | | ECS API reference
      NOT_FOUND | | TargetNotFoundException | | ECS API reference
      NOT_FOUND | | | taskdefinition not found | ECS API reference
      NOT_FOUND | | | unable to describe task definition | ECS API reference
      NOT_FOUND | | | unable to deregister task definition | ECS API reference
      NOT_FOUND | | | in the process of being deleted | ECS API reference
      NOT_FOUND | | | the referenced task was not found | ECS API reference
      NOT_FOUND | | | the specified capacity provider was not found | ECS API reference

      # Succeeds when repeated, or when the caller reads the resource again.
      TRANSIENT | | ServerException | | ECS API reference
      TRANSIENT | | InternalFailure | | AWS common errors
      TRANSIENT | | InternalError | | AWS SDK
      TRANSIENT | | InternalServerError | | AWS SDK
      TRANSIENT | | ServiceUnavailable | | AWS common errors
      TRANSIENT | | ServiceUnavailableException | | AWS SDK
      TRANSIENT | | RequestTimeout | | AWS SDK
      TRANSIENT | | RequestTimeoutException | | AWS SDK
      TRANSIENT | | UpdateInProgressException | | ECS API reference
      TRANSIENT | | TargetNotConnectedException | | ECS API reference
      TRANSIENT | | | too many concurrent attempts to create a new revision | jenkinsci/amazon-ecs-plugin#105
      TRANSIENT | | | creation of service was not idempotent | the last read did not return the service
      TRANSIENT | | | arguments on this idempotent request are inconsistent | the last read did not return the resource
      TRANSIENT | | | is scaled above 0 | ECS has not propagated the write before
      TRANSIENT | | | still in active status. please deregister the target | ECS has not propagated the write before
      """
          .formatted(CREATES_IN_CLUSTER, USES_TASK_DEFINITION, USES_CAPACITY_PROVIDERS);

  private static final List<Line> LINES =
      TABLE
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(KnownRefusals::parse)
          .toList();

  private KnownRefusals() {}

  static List<Line> lines() {
    return LINES;
  }

  static Optional<Line> of(FailureClassifier.Refusal refusal) {
    return LINES.stream().filter(line -> line.applies(refusal)).findFirst();
  }

  private static Line parse(String text) {
    List<String> cells = Arrays.stream(text.split("\\|", -1)).map(String::strip).toList();
    boolean passes = cells.get(0).equals(PASSES);
    return new Line(
        Arrays.stream(cells.get(1).split(","))
            .filter(operation -> !operation.isEmpty())
            .collect(toUnmodifiableSet()),
        cells.get(2),
        cells.get(3),
        passes ? FailureClass.BLOCKED : FailureClass.valueOf(cells.get(0)),
        passes,
        cells.get(4));
  }
}
