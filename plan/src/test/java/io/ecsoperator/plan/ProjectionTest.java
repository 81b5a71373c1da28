package io.ecsoperator.plan;

import static io.ecsoperator.plan.Shape.CLUSTER;
import static io.ecsoperator.plan.Shape.SERVICE;
import static io.ecsoperator.plan.Shape.TASK_DEFINITION;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProjectionTest {
  private final Projection projection = new Projection();
  private final Differ differ = new Differ();

  @Test
  void aServiceJustCreatedHasNoDrift() {
    ObjectNode desired =
        projection.desired(
            SERVICE,
            Json.object(
                """
                {cluster: 'prod', serviceName: 'web', taskDefinition: 'web:3', desiredCount: 2, launchType: 'FARGATE',
                 networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-2', 'subnet-1']}},
                 serviceConnectConfiguration: {enabled: true, services: [{portName: 'http', clientAliases: [{port: 80}]}]},
                 monitoring: {metricConfigurations: [{metricNames: ['CpuUtilized'], resolutionSeconds: 20}]},
                 clientToken: '3f1c', tags: [{key: 'team', value: 'web'}]}"""));
    ObjectNode observed =
        projection.observed(
            SERVICE,
            Json.object(
                """
                {serviceArn: 'arn:aws:ecs:eu-central-1:123456789012:service/prod/web', serviceName: 'web',
                 clusterArn: 'arn:aws:ecs:eu-central-1:123456789012:cluster/prod', loadBalancers: [], serviceRegistries: [],
                 status: 'ACTIVE', desiredCount: 2, runningCount: 2, pendingCount: 0, launchType: 'FARGATE',
                 platformVersion: 'LATEST', platformFamily: 'Linux',
                 taskDefinition: 'arn:aws:ecs:eu-central-1:123456789012:task-definition/web:3',
                 deploymentConfiguration: {deploymentCircuitBreaker: {enable: false, rollback: false, resetOnHealthyTask: true,
                   thresholdConfiguration: {type: 'BOUNDED_PERCENT', value: 50}},
                  maximumPercent: 200, minimumHealthyPercent: 100, strategy: 'ROLLING', bakeTimeInMinutes: 0},
                 deployments: [
                  {id: 'ecs-svc/2', status: 'ACTIVE', serviceConnectConfiguration: {enabled: false}},
                  {id: 'ecs-svc/1', status: 'PRIMARY', desiredCount: 2, rolloutState: 'COMPLETED', platformVersion: '1.4.0',
                   serviceConnectConfiguration: {enabled: true, namespace: 'prod', services: [
                    {portName: 'http', discoveryName: 'http', clientAliases: [{port: 80, dnsName: 'http.prod'}]}]}}],
                 roleArn: 'arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
                 events: [{id: '1', message: '(service web) has reached a steady state.'}], createdAt: 1.789551556693E9,
                 placementConstraints: [], placementStrategy: [],
                 networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-1', 'subnet-2'], securityGroups: [], assignPublicIp: 'DISABLED'}},
                 healthCheckGracePeriodSeconds: 0, schedulingStrategy: 'REPLICA', deploymentController: {type: 'ECS'},
                 createdBy: 'arn:aws:iam::123456789012:role/operator', enableECSManagedTags: false, propagateTags: 'NONE',
                 enableExecuteCommand: false, availabilityZoneRebalancing: 'ENABLED', currentServiceRevisions: [],
                 resourceManagementType: 'CUSTOMER',
                 tags: [{key: 'team', value: 'web'}, {key: 'aws:ecs:serviceName', value: 'web'}, {key: 'AmazonECSManaged', value: 'true'}]}"""));

    assertThat(
            differ.diff(SERVICE, desired, observed, AppliedPaths.of(SERVICE, desired), List.of()))
        .isEmpty();
  }

  @Test
  void anObservedServiceHasTheNamesOfTheCreateRequest() {
    assertThat(
            projection.observed(
                SERVICE,
                Json.object(
                    """
                    {serviceArn: 'arn:s', serviceName: 'web', clusterArn: 'arn:c', roleArn: 'arn:r', status: 'ACTIVE', runningCount: 1,
                     deployments: [{status: 'PRIMARY', taskDefinition: 'web:1', volumeConfigurations: [{name: 'd'}], vpcLatticeConfigurations: []}]}""")))
        .isEqualTo(
            Json.object(
                "{serviceName: 'web', cluster: 'arn:c', role: 'arn:r', volumeConfigurations: [{name: 'd'}], vpcLatticeConfigurations: []}"));
  }

  @Test
  void aTaskDefinitionJustRegisteredHasNoDrift() {
    ObjectNode desired =
        projection.desired(
            TASK_DEFINITION,
            Json.object(
                """
                {family: 'web', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '.25 vCPU', memory: '0.5GB',
                 containerDefinitions: [{name: 'web', image: 'nginx:1.29', portMappings: [{containerPort: 80}]}],
                 tags: [{key: 'team', value: 'web'}]}"""));
    ObjectNode observed =
        projection.observed(
            TASK_DEFINITION,
            Json.object(
                """
                {taskDefinitionArn: 'arn:aws:ecs:eu-central-1:123456789012:task-definition/web:1', revision: 1, status: 'ACTIVE',
                 family: 'web', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], compatibilities: ['EC2', 'FARGATE'],
                 requiresAttributes: [{name: 'ecs.capability.task-eni'}], cpu: '256', memory: '512', volumes: [], placementConstraints: [],
                 registeredAt: 1.789551556693E9, registeredBy: 'arn:aws:iam::123456789012:role/operator',
                 containerDefinitions: [{name: 'web', image: 'nginx:1.29', cpu: 0, essential: true, environment: [], mountPoints: [],
                  portMappings: [{containerPort: 80, hostPort: 80, protocol: 'tcp'}], volumesFrom: [], systemControls: []}],
                 tags: []}"""));

    assertThat(differ.diffBody(desired, observed, List.of())).isEmpty();
    assertThat(differ.diff(TASK_DEFINITION, desired, observed, List.of("tags[old]"), List.of()))
        .extracting(FieldChange::path)
        .containsExactly("tags[team]");
  }

  @Test
  void aClusterJustCreatedHasNoDrift() {
    ObjectNode desired =
        projection.desired(
            CLUSTER,
            Json.object(
                "{clusterName: 'prod', settings: [{name: 'containerInsights', value: 'enabled'}], capacityProviders: ['FARGATE']}"));
    ObjectNode observed =
        projection.observed(
            CLUSTER,
            Json.object(
                """
                {clusterArn: 'arn:aws:ecs:eu-central-1:123456789012:cluster/prod', clusterName: 'prod', status: 'ACTIVE',
                 registeredContainerInstancesCount: 0, runningTasksCount: 1, pendingTasksCount: 0, activeServicesCount: 1,
                 statistics: [], tags: [], settings: [{name: 'containerInsights', value: 'enabled'}],
                 capacityProviders: ['FARGATE'], defaultCapacityProviderStrategy: []}"""));

    assertThat(observed.has("clusterArn")).isFalse();
    assertThat(
            differ.diff(CLUSTER, desired, observed, AppliedPaths.of(CLUSTER, desired), List.of()))
        .isEmpty();
  }

  @Test
  void whatComesInIsLeftAlone() {
    ObjectNode service = Json.object("{clientToken: 'a', tags: [{key: 'aws:x', value: '1'}]}");
    ObjectNode copy = service.deepCopy();
    projection.desired(SERVICE, service);
    projection.observed(SERVICE, service);
    assertThat(service).isEqualTo(copy);
  }
}
