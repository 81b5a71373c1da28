package io.ecsoperator.operator.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.aws.FailureClassifier.Classification;
import io.ecsoperator.operator.aws.FailureClassifier.Refusal;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailureClassifierTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # operation | code | text | class
          CreateService | ThrottlingException | Rate exceeded | THROTTLED
          UpdateService | ClientException | Rate exceeded | THROTTLED
          ListTasks | TooManyRequestsException | '' | THROTTLED
          RunTask | ClientException | Error retrieving security group information for [sg-1]: Request limit exceeded. (ErrorCode: RequestLimitExceeded) | THROTTLED
          CreateService | ClientException | Unable to describe subnets (ErrorCode: RequestLimitExceeded) | THROTTLED
          CreateService | InvalidParameterException | Unable to describe target groups (ErrorCode: Throttling) | THROTTLED

          DescribeServices | ThrottlingException | Refused. | THROTTLED
          DescribeServices | Throttling | Refused. | THROTTLED
          DescribeServices | ThrottledException | Refused. | THROTTLED
          DescribeServices | RequestThrottled | Refused. | THROTTLED
          DescribeServices | RequestThrottledException | Refused. | THROTTLED
          DescribeServices | TooManyRequestsException | Refused. | THROTTLED
          DescribeServices | RequestLimitExceeded | Refused. | THROTTLED
          DescribeServices | SlowDown | Refused. | THROTTLED
          DescribeServices | PriorRequestNotComplete | Refused. | THROTTLED
          DescribeServices | EC2ThrottledException | Refused. | THROTTLED
          DescribeServices | RequestExpired | Refused. | TRANSIENT
          DescribeServices | RequestInTheFuture | Refused. | TRANSIENT
          DescribeServices | InternalError | Refused. | TRANSIENT
          DescribeServices | InternalServerError | Refused. | TRANSIENT
          DescribeServices | ServiceUnavailableException | Refused. | TRANSIENT
          DescribeServices | RequestTimeout | Refused. | TRANSIENT
          DescribeServices | RequestTimeoutException | Refused. | TRANSIENT
          DescribeServices | TargetNotConnectedException | Refused. | TRANSIENT
          DescribeServices | UpdateInProgressException | Refused. | TRANSIENT
          DescribeServices | ClusterContainsServicesException | Refused. | WAITING
          DescribeServices | ClusterContainsTasksException | Refused. | WAITING
          DescribeServices | ClusterContainsContainerInstancesException | Refused. | WAITING
          DescribeServices | DependencyViolation | Refused. | WAITING
          DescribeServices | DaemonNotActiveException | Refused. | WAITING
          DescribeServices | TaskSetNotFoundException | Refused. | NOT_FOUND
          DescribeServices | ServiceDeploymentNotFoundException | Refused. | NOT_FOUND
          DescribeServices | DaemonNotFoundException | Refused. | NOT_FOUND
          DescribeServices | TargetNotFoundException | Refused. | NOT_FOUND
          RunTask | ClientException | Request limit exceeded. | THROTTLED
          CreateService | ClientException | Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-1': RequestLimitExceeded | THROTTLED

          CreateCluster | ServerException | Service Unavailable. | TRANSIENT
          CreateCluster | InternalFailure | '' | TRANSIENT
          CreateCluster | ServiceUnavailable | '' | TRANSIENT
          RegisterTaskDefinition | ClientException | Too many concurrent attempts to create a new revision of the specified family. | TRANSIENT
          PutClusterCapacityProviders | UpdateInProgressException | The cluster has an update in progress. | TRANSIENT
          CreateService | InvalidParameterException | Creation of service was not idempotent. | TRANSIENT
          CreateCluster | InvalidParameterException | Arguments on this idempotent request are inconsistent with arguments used in previous request(s). | TRANSIENT
          DeleteService | InvalidParameterException | The service cannot be stopped while it is scaled above 0. | TRANSIENT
          DescribeTasks | InvalidSignatureException | Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z | TRANSIENT
          DescribeTasks | InvalidSignatureException | Signature not yet current: 20260101T001000Z is still later than 20260101T000500Z | TRANSIENT
          DeleteService | InvalidParameterException | The service cannot be stopped while the primary deployment is scaled above 0. | TRANSIENT
          DeleteTaskDefinitions | ClientException | The specified task definition is still in ACTIVE status. Please deregister the target and try again. | TRANSIENT
          DescribeTasks | RequestTimeTooSkewed | '' | TRANSIENT

          DeleteCluster | ClusterContainsServicesException | The Cluster cannot be deleted while Services are active. | WAITING
          DeleteCluster | ClusterContainsTasksException | The Cluster cannot be deleted while Tasks are active. | WAITING
          DeleteCluster | ClusterContainsContainerInstancesException | The Cluster cannot be deleted while Container Instances are active. | WAITING
          DeleteCluster | ClusterContainsCapacityProviderException | '' | WAITING
          DeleteCapacityProvider | ResourceInUseException | '' | WAITING
          CreateService | InvalidParameterException | Unable to Start a service that is still Draining. | WAITING
          DeleteService | InvalidParameterException | The service cannot be stopped while deployments are active. | WAITING
          UpdateService | ServiceNotActiveException | Service was not ACTIVE. | WAITING
          PutClusterCapacityProviders | ClientException | Cluster was not ACTIVE | WAITING
          PutClusterCapacityProviders | ResourceBusy | The specified cluster is in a busy state and cannot perform attachments. | WAITING
          DeleteCluster | ClientException | The Cluster cannot be deleted while Cluster Scoped Capacity Providers are attached to the cluster. | WAITING
          DeleteCapacityProvider | ClientException | Cannot delete capacity provider. Daemon services are still associated with this capacity provider. | WAITING
          CreateService | ClusterNotFoundException | Cluster not found. | WAITING
          RunTask | ClusterNotFoundException | Cluster not found. | WAITING
          CreateService | InvalidParameterException | The referenced cluster was inactive. | WAITING

          RunTask | ClientException | Capacity is unavailable at this time. Please try again later or in a different availability zone. | NO_CAPACITY
          RunTask | InvalidParameterException | No Container Instances were found in your cluster. | NO_CAPACITY
          RunTask | ClientException | You've reached the limit on the number of tasks you can run concurrently | NO_CAPACITY
          RunTask | ClientException | You’ve reached the limit on the number of vCPUs you can run concurrently | NO_CAPACITY
          RunTask | LimitExceededException | You have reached your limit on concurrently running tasks | NO_CAPACITY
          RunTask | ClientException | Tasks provisioning capacity limit exceeded. | NO_CAPACITY
          RunTask | ClientException | The specified subnet does not have enough free addresses to satisfy the request. | NO_CAPACITY
          RunTask | ClientException | Cannot create network interface (ErrorCode: InsufficientFreeAddressesInSubnet) | NO_CAPACITY
          RunTask | ClientException | Cannot launch (ErrorCode: InsufficientInstanceCapacity) | NO_CAPACITY
          RunTask | ClientException | Cannot create network interface (ErrorCode: NetworkInterfaceLimitExceeded) | NO_CAPACITY
          RunTask | ClientException | Cannot launch (ErrorCode: VcpuLimitExceeded) | NO_CAPACITY
          RunTask | ClientException | Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-1': InsufficientFreeAddressesInSubnet | NO_CAPACITY
          RunTask | ClientException | Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-1': NetworkInterfaceLimitExceeded | NO_CAPACITY

          DescribeServices | ClusterNotFoundException | Cluster not found. | NOT_FOUND
          DeleteService | ClusterNotFoundException | Cluster not found. | NOT_FOUND
          DeleteCluster | ClusterNotFoundException | Cluster not found. | NOT_FOUND
          StopTask | InvalidParameterException | The referenced cluster was inactive. | NOT_FOUND
          UpdateService | ServiceNotFoundException | Service not found. | NOT_FOUND
          DeleteService | ServiceNotFoundException | '' | NOT_FOUND
          DescribeTaskDefinition | ClientException | Unable to describe task definition. | NOT_FOUND
          DeregisterTaskDefinition | ClientException | Unable to deregister task definition. | NOT_FOUND
          DeregisterTaskDefinition | ClientException | The specified task definition is in the process of being deleted. | NOT_FOUND
          StopTask | InvalidParameterException | The referenced task was not found. | NOT_FOUND
          DescribeTaskDefinition | ClientException | TaskDefinition not found. | NOT_FOUND
          DescribeCapacityProviders | ClientException | The specified capacity provider was not found. | NOT_FOUND
          TagResource | ResourceNotFoundException | '' | NOT_FOUND

          CreateService | AccessDeniedException | User is not authorized to perform: ecs:CreateService | BLOCKED
          CreateService | InvalidParameterException | DesiredCount can not be lesser than 0 | BLOCKED
          CreateService | InvalidParameterException | Network Configuration must be provided when networkMode 'awsvpc' is specified. | BLOCKED
          RegisterTaskDefinition | ClientException | Task definition doesn't have any essential container. | BLOCKED
          RunTask | ClientException | TaskDefinition is inactive | BLOCKED
          RunTask | ConflictException | '' | BLOCKED
          CreateService | PlatformUnknownException | '' | BLOCKED
          CreateService | UnsupportedFeatureException | '' | BLOCKED
          CreateCluster | LimitExceededException | '' | BLOCKED
          CreateCluster | InvalidParameterException | The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again. | BLOCKED
          DescribeTasks | SignatureDoesNotMatch | The request signature we calculated does not match | BLOCKED
          RegisterTaskDefinition | ClientException | Role is not valid | BLOCKED
          RegisterTaskDefinition | ClientException | Invalid 'cpu' setting for task. | BLOCKED
          RegisterTaskDefinition | ClientException | Invalid arn syntax. | BLOCKED
          RegisterTaskDefinition | ClientException | Tasks using the Fargate launch type do not support ipcMode. | BLOCKED
          RegisterTaskDefinition | ClientException | Invalid setting for container 'web'. At least one of 'memory' or 'memoryReservation' must be specified. | BLOCKED
          UpdateService | InvalidParameterException | Task definition does not support launch_type FARGATE. | BLOCKED
          UpdateService | InvalidParameterException | Unable to update network parameters on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment. | BLOCKED
          UpdateService | InvalidParameterException | Specifying multiple capacity providers is not supported when using a MANAGED_INSTANCES capacity provider | BLOCKED
          UpdateService | InvalidParameterException | The service couldn't be updated because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again. | BLOCKED
          UpdateService | InvalidParameterException | Linear configuration can only be present with LINEAR deployment strategy | BLOCKED
          PutClusterCapacityProviders | InvalidParameterException | Cannot associate Managed Instances capacity provider to clusters using this API. | BLOCKED
          TagResource | InvalidParameterException | Long arn format must be used for tagging operations | BLOCKED
          UpdateCluster | ClientException | The Cluster cannot be deleted while Cluster Scoped Capacity Providers are attached to the cluster. | BLOCKED
          UpdateCapacityProvider | ClientException | Daemon services are still associated with this capacity provider. | BLOCKED
          UpdateCapacityProvider | ClientException | The specified Auto Scaling group ARN is already being used by another capacity provider. | BLOCKED
          StopTask | ClientException | The task is not associated with the cluster main. | BLOCKED
          CreateCluster | SomethingNewException | Unknown text | BLOCKED
          """)
  void everyErrorHasAClass(String operation, String code, String text, FailureClass expected) {
    assertThat(FailureClassifier.classify(new Refusal(operation, code, text, 400)))
        .isEqualTo(new Classification(expected, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CreateCluster | InvalidParameterException | Unable to assume the service linked role. Please verify that the ECS service linked role exists.
          CreateService | InvalidParameterException | Unable to assume role and validate the listeners configured on your load balancer. Please verify that the ECS service role being passed has the proper permissions.
          RunTask | ClientException | ECS was unable to assume the role 'arn:aws:iam::1:role/r' that was provided for this task.
          CreateService | InvalidParameterException | Unable to assume role and validate the listeners configured on your load balancer. Please verify the role being passed has the proper permissions.
          CreateService | InvalidParameterException | Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role being passed has the proper permissions.
          CreateService | InvalidParameterException | The subnet ID 'subnet-1' does not exist (ErrorCode: InvalidSubnetID.NotFound)
          CreateService | InvalidParameterException | The security group 'sg-1' does not exist (ErrorCode: InvalidGroup.NotFound)
          RunTask | InvalidParameterException | Error retrieving security group information (ErrorCode: InvalidSecurityGroupID.NotFound)
          CreateService | InvalidParameterException | The target group with targetGroupArn arn:x does not have an associated load balancer.
          RegisterTaskDefinition | AccessDeniedException | User: arn:u is not authorized to perform: iam:PassRole on resource: arn:r
          CreateExpressGatewayService | InvalidParameterException | Cannot assume role arn:r
          CreateExpressGatewayService | AccessDeniedException | User is not authorized to perform: sts:AssumeRole
          CreateExpressGatewayService | InvalidParameterException | AWS was not able to validate the provided access credentials
          UpdateService | InvalidParameterException | The specified capacity provider spot is not associated with the cluster main.
          CreateService | ClientException | TaskDefinition not found.
          UpdateService | ClientException | TaskDefinition not found.
          CreateService | ClientException | Unable to describe task definition.
          CreateCapacityProvider | ClientException | The specified Auto Scaling group ARN is already being used by another capacity provider. Specify a unique Auto Scaling group ARN and try again.
          CreateService | NamespaceNotFoundException | ''
          CreateService | InvalidParameterException | The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.
          RunTask | InvalidParameterException | The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.
          DescribeClusters | ExpiredTokenException | The security token included in the request is expired
          CreateService | InvalidParameterException | Unable to assume the service-linked role.
          CreateService | InvalidParameterException | Unable to assume role and validate the listeners.
          CreateService | InvalidParameterException | Please verify the role being passed has the proper permissions.
          CreateService | InvalidParameterException | Please verify that the ECS service role being passed has the proper permissions.
          RunTask | ClientException | Please verify that the role being passed has the proper trust relationship and permissions.
          CreateCapacityProvider | ClientException | Caught ServiceAccessDeniedException for ECSInfrastructureRole[arn:aws:iam::1:role/r]
          CreateService | InvalidParameterException | Unexpected EC2 error: InvalidSubnetID.NotFound
          CreateService | NamespaceNotFoundException | Failed to retrieve namespace for example
          DescribeClusters | ExpiredToken | Refused.
          DescribeClusters | TokenRefreshRequired | Refused.
          DescribeClusters | InvalidClientTokenId | Refused.
          DescribeClusters | UnrecognizedClientException | The security token included in the request is invalid.
          """)
  void failuresThatAwsResolvesAreBlockedAndMarked(String operation, String code, String text) {
    assertThat(FailureClassifier.classify(new Refusal(operation, code, text, 400)))
        .isEqualTo(new Classification(FailureClass.BLOCKED, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CreateService",
        "CreateTaskSet",
        "CreateDaemon",
        "CreateExpressGatewayService",
        "CreateCapacityProvider",
        "RunTask",
        "StartTask",
        "RegisterContainerInstance"
      })
  void whatIsCreatedInAClusterWaitsForIt(String operation) {
    assertThat(classOf(operation, "ClusterNotFoundException", "Cluster not found."))
        .isEqualTo(FailureClass.WAITING);
    assertThat(classOf(operation, "ClientException", "The referenced cluster was inactive."))
        .isEqualTo(FailureClass.WAITING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"CreateService", "UpdateService", "CreateTaskSet", "RunTask", "StartTask"})
  void aTaskDefinitionThatIsUsedMayAppear(String operation) {
    assertThat(resolvesByItself(operation, "TaskDefinition not found.")).isTrue();
    assertThat(resolvesByItself(operation, "Unable to describe task definition.")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CreateService", "UpdateService", "CreateTaskSet", "RunTask"})
  void aCapacityProviderThatIsUsedMayBeAssociatedYet(String operation) {
    assertThat(
            resolvesByItself(
                operation, "The capacity provider is not associated with the cluster."))
        .isTrue();
  }

  private static FailureClass classOf(String operation, String code, String text) {
    return FailureClassifier.classify(new Refusal(operation, code, text, 400)).failureClass();
  }

  private static boolean resolvesByItself(String operation, String text) {
    return FailureClassifier.classify(new Refusal(operation, "ClientException", text, 400))
        .resolvesByItself();
  }

  @ParameterizedTest
  @CsvSource({
    "400, BLOCKED",
    "403, BLOCKED",
    "413, BLOCKED",
    "429, THROTTLED",
    "500, TRANSIENT",
    "501, BLOCKED",
    "502, TRANSIENT",
    "503, TRANSIENT"
  })
  void withoutACodeTheHttpStatusDecides(int status, FailureClass expected) {
    assertThat(FailureClassifier.classify(new Refusal("CreateCluster", "", "", status)))
        .isEqualTo(new Classification(expected, false));
  }

  @ParameterizedTest
  @CsvSource({
    "MISSING, NOT_FOUND",
    "RESOURCE:CPU, NO_CAPACITY",
    "RESOURCE:MEMORY, NO_CAPACITY",
    "RESOURCE:PORTS, NO_CAPACITY",
    "RESOURCE:ENI, NO_CAPACITY",
    "RESOURCE:FARGATE, NO_CAPACITY",
    "AGENT, NO_CAPACITY",
    "ATTRIBUTE, NO_CAPACITY",
    "LOCATION, NO_CAPACITY",
    "INACTIVE, NO_CAPACITY",
    "EMPTY CAPACITY PROVIDER, NO_CAPACITY",
    "NO ACTIVE INSTANCES, NO_CAPACITY",
    "The specified task definition is still in ACTIVE status. Please deregister the target and try"
        + " again., TRANSIENT",
    "SOMETHING ELSE, BLOCKED"
  })
  void placementFailuresEndWhenCapacityIsAdded(String reason, FailureClass expected) {
    assertThat(FailureClassifier.classifyReason(reason))
        .isEqualTo(new Classification(expected, false));
  }

  static Stream<Arguments> lines() {
    return KnownRefusals.lines().stream().map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("lines")
  void everyLineOfTheTableHasASourceAndDecides(KnownRefusals.Line line) {
    String operation = line.operations().stream().sorted().findFirst().orElse("DescribeClusters");
    String code = line.code().isEmpty() ? "ClientException" : line.code();
    String text = "Before. " + line.text().toUpperCase(Locale.ROOT) + " After.";

    assertThat(KnownRefusals.of(new Refusal(operation, code, text, 400))).contains(line);
    assertThat(line.source()).isNotBlank();
    assertThat(line.code().isEmpty()).isNotEqualTo(line.text().isEmpty());
  }
}
